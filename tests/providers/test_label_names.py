"""Which names of labels are one, and which none may have."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import ProviderRefused
from app.providers.label_names import LONGEST_NAME, fitting
from app.rules.label_names import SYSTEM, same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Garden", "gARDEN"),
        ("Clients / VIP", " Clients  /  VIP "),
        ("Stra\u00dfe", "STRASSE"),
        ("e\u0301te", "\u00e9te"),
    ],
)
def test_two_ways_of_writing_a_name_are_one_label(one: str, other: str) -> None:
    assert same(one) == same(other)


def test_two_names_are_two() -> None:
    assert same("Garden") != same("Garden 2")
    assert same("Clients/VIP") != same("Clients VIP")


@pytest.mark.parametrize("name", ["", "   ", "\x00\n", "x" * (LONGEST_NAME + 1), *sorted(SYSTEM), "inbox", " Spam "])
def test_some_names_none_may_have(name: str) -> None:
    with pytest.raises(ProviderRefused):
        fitting(name)


def test_a_provider_can_have_signs_of_its_own_that_no_name_holds() -> None:
    assert fitting("Garden, March") == "Garden, March"
    with pytest.raises(ProviderRefused, match="Garden, March"):
        fitting("Garden, March", without=",;")


@given(st.text(max_size=300))
def test_a_name_that_fits_is_one_line_and_fits_again(name: str) -> None:
    try:
        fits = fitting(name)
    except ProviderRefused:
        return
    assert fits == fitting(fits)
    assert fits == " ".join(fits.split())
    assert 0 < len(fits) <= LONGEST_NAME
