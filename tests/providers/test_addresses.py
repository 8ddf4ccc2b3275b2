"""Addresses of strangers' headers: read carefully, in one pass, whatever stands there."""

from __future__ import annotations

from email.headerregistry import Address as HeaderAddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.providers.addresses import MOST_ADDRESSES, PLAIN, parse_addresses
from app.providers.base import Address

CASES = [
    ("anna@x.example", [("anna@x.example", "")]),
    ("<anna@x.example>", [("anna@x.example", "")]),
    ("Anna <anna@x.example>", [("anna@x.example", "Anna")]),
    ("Anna Maria  Müller <anna@x.example>", [("anna@x.example", "Anna Maria Müller")]),
    ('"Müller, Anna" <anna@x.example>', [("anna@x.example", "Müller, Anna")]),
    ('"Anna \\"Annie\\" M" <anna@x.example>', [("anna@x.example", 'Anna "Annie" M')]),
    ("anna@x.example (Anna M)", [("anna@x.example", "Anna M")]),
    ("Anna (at work (old)) <anna@x.example>", [("anna@x.example", "Anna")]),
    ("a@x.example, b@y.example", [("a@x.example", ""), ("b@y.example", "")]),
    ("A <a@x.example>, , B <b@y.example>,", [("a@x.example", "A"), ("b@y.example", "B")]),
    ("Team: a@x.example, B <b@y.example>;", [("a@x.example", ""), ("b@y.example", "B")]),
    ("Team: a@x.example;, c@z.example", [("a@x.example", ""), ("c@z.example", "")]),
    ("undisclosed-recipients:;", []),
    ("<@relay.example,@other.example:anna@x.example>", [("anna@x.example", "")]),
    ("Anna@X.Example", [("Anna@X.Example", "")]),
    ("anna+tag@x.example", [("anna+tag@x.example", "")]),
    ("=?utf-8?q?Ana_Mar=C3=ADa?= <ana@x.example>", [("ana@x.example", "Ana María")]),
    ("añá@exämple.example", [("añá@exämple.example", "")]),
    ("Anna <anna@x.example", [("anna@x.example", "Anna")]),
    ("", []),
    ("no address here", []),
    ("anna at x.example", []),
    ("two words@x.example", []),
    ("a@b@c.example", []),
    ("@x.example", []),
    ("anna@", []),
    ("<>", []),
    ("anna@[192.0.2.1]", []),
]
HOSTILE = [
    # What is shown as a name stays a name; two addresses where one was meant come out as two.
    ("ceo@owner.example <evil@x.example>", [("evil@x.example", "ceo@owner.example")]),
    ('"ceo@owner.example" <evil@x.example>', [("evil@x.example", "ceo@owner.example")]),
    ("ceo@owner.example, <evil@x.example>", [("ceo@owner.example", ""), ("evil@x.example", "")]),
    ("<ceo@owner.example> <evil@x.example>", [("ceo@owner.example", ""), ("evil@x.example", "")]),
    ("<ceo@owner.example>, evil@x.example", [("ceo@owner.example", ""), ("evil@x.example", "")]),
    ("ceo@owner.example(<evil@x.example>)", [("ceo@owner.example", "<evil@x.example>")]),
    ("(ceo@owner.example) evil@x.example", [("evil@x.example", "ceo@owner.example")]),
    ("<ceo@owner.example\r\nBcc: all@x.example>", []),
    ("=?utf-8?q?ceo=40owner=2Eexample=3E=2C?= <evil@x.example>", [("evil@x.example", "ceo@owner.example>,")]),
    ("=?utf-8?q?A=0D=0ABcc=3A_all=40x=2Eexample?= <a@x.example>", [("a@x.example", "A Bcc: all@x.example")]),
    ('"unclosed <anna@x.example>', []),
    ("(unclosed anna@x.example", []),
    ("anna@x.example\x00.evil.example", []),
    ("a\x00nna@x.example", []),
]


@pytest.mark.parametrize(("value", "expected"), [*CASES, *HOSTILE])
def test_a_header_is_read_as_its_addresses(value: str, expected: list[tuple[str, str]]) -> None:
    assert [(each.email, each.name) for each in parse_addresses([value])] == expected


def test_several_headers_of_a_name_count_together() -> None:
    assert parse_addresses(["a@x.example", "b@y.example"]) == (
        Address(email="a@x.example"),
        Address(email="b@y.example"),
    )


def test_no_header_holds_more_than_so_many() -> None:
    assert len(parse_addresses([", ".join(f"a{n}@x.example" for n in range(2000))])) == MOST_ADDRESSES


@given(st.text(max_size=300))
def test_anything_can_be_read_and_only_plain_addresses_come_out(value: str) -> None:
    for address in parse_addresses([value]):
        assert PLAIN.fullmatch(address.email)
        assert address.name == " ".join(address.name.split())


@given(st.text(alphabet='a@.<>"(),;:\\ \t=?é', max_size=60))
def test_any_mixture_of_marks_can_be_read(value: str) -> None:
    for address in parse_addresses([value]):
        assert address.email.count("@") == 1


WORDS = st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1, max_size=12)
NAMES = st.lists(WORDS | st.sampled_from([",", ".", '"', "@", "(", ";", "-"]), max_size=4).map(" ".join)
LOCALS = st.from_regex(r"[a-z0-9]{1,8}([.+_-][a-z0-9]{1,8})?", fullmatch=True)


@given(st.lists(st.tuples(NAMES, LOCALS), min_size=1, max_size=6))
def test_what_a_proper_program_writes_is_read_as_it_was_meant(people: list[tuple[str, str]]) -> None:
    written = ", ".join(str(HeaderAddress(name, local, "x.example")) for name, local in people)
    expected = [(f"{local}@x.example", " ".join(name.split())) for name, local in people]
    assert [(each.email, each.name) for each in parse_addresses([written])] == expected


@pytest.mark.parametrize("mark", ["(", '"', "<", "\\", ":", ",", '"\\', "(\\", "a@b,", "=?", "=?a?b?", "<@", " "])
def test_sixty_kilobytes_of_any_mark_are_read(mark: str) -> None:
    """Python's own parser does not come back from some of these within the patience of a test run."""
    assert len(parse_addresses([mark * (64_000 // len(mark))])) <= MOST_ADDRESSES
