"""Days and hours as each language writes them, and zones as it calls them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, get_day_names, get_timezone_location

from app.locale.catalogues import Language


def zone_of(name: str) -> tzinfo:
    """Return a time zone by its IANA name; UTC for an empty or unknown one."""
    try:
        return ZoneInfo(name) if name else UTC
    except (KeyError, ValueError, OSError):  # unknown, outside the database, a folder of it
        return UTC


@lru_cache(maxsize=512)
def zone_name(name: str, code: str) -> str:
    """Return what readers call a zone: its city, as in "Santiago", or "UTC"."""
    zone = zone_of(name)
    if zone is UTC:
        return "UTC"
    return get_timezone_location(zone, locale=Locale.parse(code), return_city=True)


@lru_cache(maxsize=2048)
def country_name(country: str, code: str) -> str:
    """Return what readers call a country (ISO 3166, two capitals); its code if nobody has named it."""
    return str(Locale.parse(code).territories.get(country, country))


def with_hour(moment: datetime, language: Language, zone: str) -> str:
    """Return an aware moment as in "13 December 2026, 09:00 (Santiago)"."""
    local = moment.astimezone(zone_of(zone))
    hour = format_time(local, "short", locale=language.locale)
    return f"{in_full(local.date(), language)}, {hour} ({zone_name(zone, language.code)})"


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


def weekday(number: int, language: Language) -> str:
    """Return the name of a day of the week, 0 being Monday, as it stands within a sentence."""
    return str(get_day_names("wide", context="format", locale=language.locale)[number])


def hour_on_the_wall(hour: time, language: Language) -> str:
    """Return what a clock shows, as in "09:00"."""
    return str(format_time(hour, "short", locale=language.locale))
