"""Addresses are compared by what they are: how they are written changes nothing, how they look counts for nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.addresses import domain_of, normalised


@pytest.mark.parametrize(
    ("written", "same_as"),
    [
        ("Clara@Customer.Example", "clara@customer.example"),
        (" <clara@customer.example> ", "clara@customer.example"),
        ("ｃｌａｒａ@customer.example", "clara@customer.example"),
        ("clara@bücher.example", "clara@xn--bcher-kva.example"),
        ("clara@BÜCHER.example", "clara@xn--bcher-kva.example"),
        ("clara@customer.example.", "clara@customer.example"),
        ("clara@Straße.example", "clara@xn--strae-oqa.example"),
        ("clara@XN--STRAE-OQA.example", "clara@straße.example"),
        ("clara@☕.example", "clara@xn--53h.example"),
        ("clara@customer。example", "clara@customer.example"),
    ],
)
def test_one_address_written_in_many_ways_is_one(written: str, same_as: str) -> None:
    assert normalised(written) == normalised(same_as)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("clara@customer.example", "clara@custorner.example"),
        ("clara@customer.example", "сlara@customer.example"),  # the first letter is Cyrillic
        ("clara@customer.example", "clara@customer.example.evil.example"),
        ("clara@customer.example", "clara+x@customer.example"),
        ("clara@paypal.example", "clara@paypaI.example"),
        ("clara@straße.example", "clara@strasse.example"),
        ("clara@σας.example", "clara@σασ.example"),
    ],
)
def test_look_alikes_stay_different(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)


def test_the_domain_is_named_as_a_rule_names_it() -> None:
    assert domain_of("Clara <x> @Customer.Example") == "@customer.example"
    assert domain_of("@customer.example") == "@customer.example"
    assert domain_of("no address at all") == ""


@given(st.text(max_size=60))
def test_whatever_is_written_is_brought_into_one_form_without_a_fuss(written: str) -> None:
    once = normalised(written)
    assert normalised(once) == once or not written.isascii()
    assert domain_of(written).startswith("@") or domain_of(written) == ""
