"""Wall times mean one moment each, in every zone, on the days on which clocks are changed too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadRequest
from app.rules.moments import moment_of, soon_enough, wall_of, zone_named

NAMES = sorted(available_timezones() - {"localtime", "Factory"})
SOME = ["America/Santiago", "Europe/Paris", "Australia/Lord_Howe", "Africa/Casablanca", "America/New_York", "Asia/Gaza"]
FEW = timedelta(minutes=10)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("asked", "zone", "fold", "moment"),
    [
        ("2026-11-23T09:00", "America/Santiago", 0, "2026-11-23T12:00+00:00"),
        ("2026-07-23T09:00", "America/Santiago", 0, "2026-07-23T13:00+00:00"),
        ("2026-11-23T09:00", "Europe/Paris", 0, "2026-11-23T08:00+00:00"),
        ("2026-11-23T09:00", "Asia/Kathmandu", 0, "2026-11-23T03:15+00:00"),
        # An hour that is skipped is as long after the gap as it was asked after its beginning.
        ("2026-03-29T02:30", "Europe/Paris", 0, "2026-03-29T01:30+00:00"),
        ("2026-03-29T02:30", "Europe/Paris", 1, "2026-03-29T01:30+00:00"),
        ("2026-03-29T02:00", "Europe/Paris", 0, "2026-03-29T01:00+00:00"),
        ("2026-10-04T02:15", "Australia/Lord_Howe", 0, "2026-10-03T15:45+00:00"),
        ("2026-09-06T00:00", "America/Santiago", 0, "2026-09-06T04:00+00:00"),
        # An hour that comes twice is the first one, unless the second is asked for.
        ("2026-10-25T02:30", "Europe/Paris", 0, "2026-10-25T00:30+00:00"),
        ("2026-10-25T02:30", "Europe/Paris", 1, "2026-10-25T01:30+00:00"),
        ("2026-04-05T01:45", "Australia/Lord_Howe", 0, "2026-04-04T14:45+00:00"),
        ("2026-04-05T01:45", "Australia/Lord_Howe", 1, "2026-04-04T15:15+00:00"),
    ],
)
def test_H3_a_wall_time_means_one_moment(asked: str, zone: str, fold: int, moment: str) -> None:
    assert moment_of(wall(asked), zone, fold=fold) == datetime.fromisoformat(moment)


def changes(zone: str, year: int) -> Iterator[datetime]:
    """Yield the moments of a year at which a zone's offset changes, to the minute."""
    there, moment = ZoneInfo(zone), datetime(year, 1, 1, tzinfo=UTC)
    while moment.year == year:
        if moment.astimezone(there).utcoffset() != (moment + timedelta(days=1)).astimezone(there).utcoffset():
            low, high = moment, moment + timedelta(days=1)
            while high - low > timedelta(minutes=1):
                middle = low + (high - low) / 2
                same = middle.astimezone(there).utcoffset() == low.astimezone(there).utcoffset()
                low, high = (middle, high) if same else (low, middle)
            yield high.replace(second=0, microsecond=0)
        moment += timedelta(days=1)


def around(zone: str, year: int) -> Iterator[tuple[datetime, int]]:
    """Yield the wall times of three hours on both sides of each change, each with both folds."""
    for change in changes(zone, year):
        middle = wall_of(change, zone)
        for step in range(-18, 19):
            for fold in (0, 1):
                yield middle + step * FEW, fold


@pytest.mark.parametrize("zone", SOME)
@pytest.mark.parametrize("year", [2025, 2026, 2028])
def test_around_every_change_a_wall_time_is_kept_or_carried_over_the_gap(zone: str, year: int) -> None:
    there = ZoneInfo(zone)
    for asked, fold in around(zone, year):
        moment = moment_of(asked, zone, fold=fold)
        shown = wall_of(moment, zone)
        exists = asked.replace(tzinfo=there).astimezone(UTC).astimezone(there).replace(tzinfo=None) == asked
        assert moment.tzinfo is UTC
        assert shown == asked if exists else shown > asked
        assert shown - asked <= timedelta(hours=2)


@pytest.mark.parametrize("zone", SOME)
def test_the_first_of_two_equal_hours_is_never_after_the_second(zone: str) -> None:
    twice = 0
    for asked, _ in around(zone, 2026):
        first, second = moment_of(asked, zone), moment_of(asked, zone, fold=1)
        assert first <= second
        twice += first < second
    assert twice


def test_in_every_zone_there_is_a_moment_for_noon_and_midnight_of_each_month() -> None:
    for zone in NAMES:
        for month in range(1, 13):
            for hour in (0, 12):
                asked = wall(f"2027-{month:02}-01T{hour:02}:00")
                assert wall_of(moment_of(asked, zone), zone) >= asked


@given(st.datetimes(wall("1971-01-01"), wall("2100-01-01")), st.sampled_from(NAMES), st.integers(0, 1))
def test_a_later_wall_time_never_comes_earlier_by_more_than_the_hour_that_is_repeated(
    asked: datetime, zone: str, fold: int
) -> None:
    moment, later = moment_of(asked, zone, fold=fold), moment_of(asked + timedelta(days=2), zone, fold=fold)
    assert moment < later


@given(st.datetimes(wall("1971-01-01"), wall("2100-01-01")), st.sampled_from(NAMES))
def test_what_a_clock_shows_leads_back_to_its_moment(moment: datetime, zone: str) -> None:
    aware = moment.replace(tzinfo=UTC)
    shown = wall_of(aware, zone)
    assert aware in (moment_of(shown, zone), moment_of(shown, zone, fold=1))


@pytest.mark.parametrize(
    "name", ["", "Mars/Olympus", "../etc/passwd", "/etc/passwd", "localtime", "europe/paris", "é" * 200]
)
def test_a_zone_that_is_none_is_told_in_one_sentence(name: str) -> None:
    with pytest.raises(BadRequest) as refused:
        zone_named(name)
    assert name[:60] in refused.value.sentence()
    assert len(refused.value.sentence()) < 200


@pytest.mark.parametrize("asked", ["9999-12-31T23:59:59.999999", "9999-12-31", "0001-01-01", "1969-12-31"])
@pytest.mark.parametrize("zone", ["America/Santiago", "Pacific/Kiritimati", "UTC"])
def test_the_ends_of_the_calendar_are_refused_and_do_not_fail(asked: str, zone: str) -> None:
    with pytest.raises(BadRequest):
        moment_of(wall(asked), zone)


def test_an_hour_must_be_ahead_and_within_a_year() -> None:
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    soon_enough(now + timedelta(seconds=1), now)
    soon_enough(now + timedelta(days=366), now)
    for wrong in (now, now - timedelta(seconds=1), now + timedelta(days=366, seconds=1)):
        with pytest.raises(BadRequest):
            soon_enough(wrong, now)
