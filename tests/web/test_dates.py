"""Moments in the reader's language and zone, whatever zone that is."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.locale.catalogues import language
from app.locale.days import zone_name, zone_of
from app.web.dates import day, number, size, when

MOMENT = datetime(2026, 11, 22, 2, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "zone", "shown"),
    [
        ("es", "America/Santiago", "sáb, 21 nov 2026, 23:40 (Santiago de Chile)"),
        ("fr", "Europe/Paris", "dim. 22 nov. 2026, 03:40 (Paris)"),
        ("en", "Asia/Tokyo", "Sun, 22 Nov 2026, 11:40 (Tokyo)"),
        ("en", "", "Sun, 22 Nov 2026, 02:40 (UTC)"),
        ("es", "Mars/Olympus", "dom, 22 nov 2026, 2:40 (UTC)"),
    ],
)
def test_the_same_moment_for_each_reader(code, zone, shown):
    html = when(MOMENT, language(code), zone)
    assert html.startswith('<time datetime="2026-11-22T02:40:00+00:00">')
    assert html.striptags().replace("\u202f", " ") == shown


def test_the_day_is_the_readers_day():
    assert (
        day(MOMENT, language("es"), "America/Santiago") == '<time datetime="2026-11-21">21 de noviembre de 2026</time>'
    )
    assert day(MOMENT, language("fr"), "Europe/Paris").striptags() == "22 novembre 2026"


def test_figures_have_the_languages_separators():
    shown = [number(1234567.5, language(code)).replace("\u202f", " ") for code in ("es", "fr", "en")]
    assert shown == ["1.234.567,5", "1 234 567,5", "1,234,567.5"]


@pytest.mark.parametrize(
    ("octets", "shown"),
    [
        (0, ["0,1 kB", "0,1 ko", "0.1 kB"]),
        (13_440, ["13,4 kB", "13,4 ko", "13.4 kB"]),
        (999_949, ["999,9 kB", "999,9 ko", "999.9 kB"]),
        (999_950, ["1 MB", "1 Mo", "1 MB"]),
        (25_000_000, ["25 MB", "25 Mo", "25 MB"]),
    ],
)
def test_the_size_of_a_file_in_the_readers_units(octets, shown):
    assert [size(octets, language(code)).replace("\u202f", " ") for code in ("es", "fr", "en")] == shown


@given(st.text(max_size=40))
def test_a_zone_nobody_knows_is_utc(name):
    assert zone_of(name) is UTC or name in available_timezones() or zone_of(name) is not None


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "America", "\x00", "a" * 5000, "america/santiago\n"]
)
def test_a_hostile_zone_name_is_utc(name):
    assert zone_of(name) is UTC
    assert zone_name(name, "es") == "UTC"


@pytest.mark.parametrize("code", ["es", "fr", "en"])
def test_every_zone_of_the_world_has_a_name(code):
    for name in available_timezones():
        assert zone_name(name, code)
