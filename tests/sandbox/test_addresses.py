"""Addresses as strangers write them."""

from __future__ import annotations

from email.utils import formataddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sandbox.addresses import MOST_ADDRESSES, Address, is_plausible, read_addresses


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a@b.cl", [Address("a@b.cl")]),
        ("Ana <a@b.cl>", [Address("a@b.cl", "Ana")]),
        ('"Amsel, Ana" <a@b.cl>, c@d.cl', [Address("a@b.cl", "Amsel, Ana"), Address("c@d.cl")]),
        ("a@b.cl (Ana)", [Address("a@b.cl", "Ana")]),
        ("a@b.cl (one (two) three)", [Address("a@b.cl", "one (two) three")]),
        ("Friends: a@b.cl, c@d.cl;", [Address("a@b.cl"), Address("c@d.cl")]),
        ("undisclosed-recipients:;", []),
        ("=?utf-8?q?Jos=C3=A9?= <j@b.cl>", [Address("j@b.cl", "José")]),
        ('"say \\"hi\\"" <a@b.cl>', [Address("a@b.cl", 'say "hi"')]),
        ('"ceo@owner.com <x@evil>" <y@evil.com>', [Address("y@evil.com", "ceo@owner.com <x@evil>")]),
        ("", []),
        (" , ;", []),
        ("no address", [Address("no address")]),
        ("<a@b.cl", [Address("a@b.cl")]),
    ],
)
def test_addresses_are_read(written: str, read: list[Address]):
    assert read_addresses(written) == read


def test_more_than_the_cap_are_cut_so_that_too_many_can_be_told():
    written = ", ".join(f"a{n}@b.cl" for n in range(5_000))
    assert len(read_addresses(written)) == MOST_ADDRESSES + 1


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=40))
def test_what_pythons_library_writes_is_read_back(name: str):
    found = read_addresses(formataddr((name, "a@b.cl")))
    assert [one.email for one in found] == ["a@b.cl"]
    assert found[0].name == name.strip()


@given(st.text(max_size=500))
def test_any_text_can_be_read(text: str):
    for found in read_addresses(text):
        assert found.email
        is_plausible(found.email)


@pytest.mark.parametrize("hostile", ["(" * 60_000, '"' * 60_001, "<" * 60_000, "a:" * 30_000, "\\" * 60_000])
def test_no_address_is_more_than_linear_work(hostile: str):  # quadratic work would take minutes here
    read_addresses(hostile)


@pytest.mark.parametrize("email", ["a@b.cl", "a.b+c@d-e.co.uk", "ñ@españa.es"])
def test_plausible(email: str):
    assert is_plausible(email)


@pytest.mark.parametrize(
    "email", ["", "a", "a@", "@b.cl", "a@b", "a@b.", "a@.b", "a@b..c", "a b@c.cl", "a@b.cl>", "a@@b.cl"]
)
def test_not_plausible(email: str):
    assert not is_plausible(email)


def test_an_endless_address_is_not_plausible():
    assert not is_plausible("a@" + "b." * 20_000)
