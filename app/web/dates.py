"""Moments and figures as a reader in one language and one time zone writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from babel.units import format_unit
from markupsafe import Markup

from app import clock
from app.locale.catalogues import Language
from app.locale.days import in_full, with_weekday, without_year, zone_name, zone_of

# What rounds to 1000.0 kB is a megabyte already.
MEGABYTE = 999_950


def when(moment: datetime, language: Language, zone: str) -> Markup:
    """Return an aware moment as a `<time>` element in the reader's zone, which it names."""
    local = moment.astimezone(zone_of(zone))
    weekday = with_weekday(local.date(), language)
    hour = format_time(local, "short", locale=language.locale)
    return Markup('<time datetime="{}">{}, {} <span class="zone">({})</span></time>').format(
        moment.astimezone(UTC).isoformat(timespec="seconds"), weekday, hour, zone_name(zone, language.code)
    )


def day(moment: datetime, language: Language, zone: str) -> Markup:
    """Return the day of an aware moment in the reader's zone as a `<time>` element."""
    local = moment.astimezone(zone_of(zone))
    text = in_full(local.date(), language)
    return Markup('<time datetime="{}">{}</time>').format(local.date().isoformat(), text)


def on(day: date, language: Language) -> Markup:
    """Return a day that is noted as one, without a moment or a zone, as a `<time>` element."""
    return Markup('<time datetime="{}">{}</time>').format(day.isoformat(), in_full(day, language))


def short(moment: datetime, language: Language, zone: str) -> Markup:
    """Return an aware moment as lists show it: the hour today, day and month this year, else the date in figures."""
    local, now = moment.astimezone(zone_of(zone)), clock.now().astimezone(zone_of(zone))
    if local.date() == now.date():
        text = format_time(local, "short", locale=language.locale)
    elif local.year == now.year:
        text = without_year(local.date(), language)
    else:
        text = format_date(local, "short", locale=language.locale)
    return Markup('<time datetime="{}">{}</time>').format(moment.astimezone(UTC).isoformat(timespec="seconds"), text)


def size(octets: int, language: Language) -> str:
    """Return the size of a file in kB or MB (of a thousand), to one decimal; never less than 0.1 kB."""
    unit, of = ("megabyte", 1_000_000) if octets >= MEGABYTE else ("kilobyte", 1_000)
    return format_unit(max(octets / of, 0.1), unit, "short", locale=language.locale, format="#,##0.#")


def number(figure: float, language: Language) -> str:
    """Return a figure with the language's separators."""
    return format_decimal(figure, locale=language.locale)
