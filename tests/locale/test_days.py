"""Days in the reader's language."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.locale.catalogues import NAMES, language
from app.locale.days import in_full, with_weekday, without_year

THIRTEENTH, FIRST, ELEVENTH = date(2026, 12, 13), date(2026, 12, 1), date(2026, 12, 11)


@pytest.mark.parametrize(
    ("code", "full", "weekday", "short"),
    [
        ("es", "13 de diciembre de 2026", "dom, 13 dic 2026", "13 dic"),
        ("fr", "13 décembre 2026", "dim. 13 déc. 2026", "13 déc."),
        ("en", "13 December 2026", "Sun, 13 Dec 2026", "13 Dec"),
    ],
)
def test_the_same_day_for_each_reader(code, full, weekday, short):
    spoken = language(code)
    assert (in_full(THIRTEENTH, spoken), with_weekday(THIRTEENTH, spoken), without_year(THIRTEENTH, spoken)) == (
        full,
        weekday,
        short,
    )


def test_the_first_of_a_month_is_an_ordinal_in_french_alone():
    french = language("fr")
    assert in_full(FIRST, french) == "1er décembre 2026"
    assert with_weekday(FIRST, french) == "mar. 1er déc. 2026"
    assert without_year(FIRST, french) == "1er déc."
    assert in_full(ELEVENTH, french) == "11 décembre 2026"
    assert in_full(FIRST, language("es")) == "1 de diciembre de 2026"
    assert in_full(FIRST, language("en")) == "1 December 2026"


@given(st.dates(min_value=date(1000, 1, 1)), st.sampled_from(sorted(NAMES)))
def test_every_day_is_told_with_its_number_and_its_year(day, code):
    spoken = language(code)
    assert str(day.day) in in_full(day, spoken)
    assert str(day.year) in in_full(day, spoken)
    assert str(day.year) in with_weekday(day, spoken)
    assert str(day.day) in without_year(day, spoken)
