"""Days as each language writes them, in full and in short."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date, format_skeleton

from app.locale.catalogues import Language


def in_full(day: date, language: Language) -> str:
    """Return a day as in "13 December 2026"."""
    return _first(format_date(day, "long", locale=language.locale), day, language)


def with_weekday(day: date, language: Language) -> str:
    """Return a day as in "Sun, 13 Dec 2026"."""
    return _first(format_skeleton("yMMMEd", day, locale=language.locale), day, language)


def without_year(day: date, language: Language) -> str:
    """Return a day as in "13 Dec"."""
    return _first(format_skeleton("MMMd", day, locale=language.locale), day, language)


def _first(text: str, day: date, language: Language) -> str:
    """Return the day with the first of a month as an ordinal in French; CLDR's patterns write "1 décembre"."""
    if language.code != "fr" or day.day != 1:
        return text
    words = ["1er" if word == "1" else word for word in text.split(" ")]
    return " ".join(words)
