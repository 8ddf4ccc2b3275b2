"""Working hours agree with plain arithmetic on offsets, in every zone and at every change of its clocks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.conditions import Hours, Span
from app.rules.hours import open_at

ZONES = sorted(available_timezones() - {"localtime", "Factory"})
BEGIN, END = datetime(2024, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
WEEK, SECOND = timedelta(days=7), timedelta(seconds=1)
WEEK_SECONDS = 7 * 86_400
EPOCH_WEEKDAY = 3  # 1970 began on a Thursday
NIGHTS = tuple(
    span
    for day in range(7)
    for span in (
        Span(day=day, begins=time(0, 30), ends=time(1, 15)),
        Span(day=day, begins=time(2), ends=time(2, 45)),
        Span(day=day, begins=time(23, 15), ends=time()),
    )
)
ALWAYS = tuple(Span(day=day, begins=time(), ends=time()) for day in range(7))


def seconds_of(when: time) -> int:
    return when.hour * 3600 + when.minute * 60 + when.second


def reckoned(hours: Hours, moment: datetime) -> bool:
    """Say whether the second of the week, counted from 1970 with the zone's offset, lies in a span."""
    offset = moment.astimezone(ZoneInfo(hours.zone)).utcoffset() or timedelta()
    second = (int(moment.timestamp() + offset.total_seconds()) + EPOCH_WEEKDAY * 86_400) % WEEK_SECONDS
    for span in hours.spans:
        begins = span.day * 86_400 + seconds_of(span.begins)
        ends = span.day * 86_400 + (seconds_of(span.ends) or 86_400)
        if begins <= second < ends:
            return True
    return False


def changes(zone: str) -> Iterator[datetime]:
    """Yield the first second of each new offset of these years."""
    there, moment = ZoneInfo(zone), BEGIN
    while moment < END:
        before, low, high = moment.astimezone(there).utcoffset(), moment, moment + WEEK
        if before != high.astimezone(there).utcoffset():
            while high - low > SECOND:
                middle = low + timedelta(seconds=(high - low) // SECOND // 2)
                low, high = (middle, high) if middle.astimezone(there).utcoffset() == before else (low, middle)
            yield high
        moment += WEEK


def test_at_every_change_of_every_clock_the_night_shift_is_open_when_arithmetic_says_so() -> None:
    found = 0
    for zone in ZONES:
        hours = Hours(zone=zone, spans=NIGHTS)
        for change in changes(zone):
            found += 1
            for minutes in (-120, -61, -46, -30, -15, 0, 15, 30, 45, 60, 75, 105, 120):
                for moment in (change + timedelta(minutes=minutes), change + timedelta(minutes=minutes) - SECOND):
                    assert open_at(hours, moment) is reckoned(hours, moment), (zone, moment)
    assert found > 1000


def test_in_no_zone_is_there_a_second_without_hours_for_whoever_always_works() -> None:
    for zone in ZONES:
        hours = Hours(zone=zone, spans=ALWAYS)
        for change in (BEGIN, *changes(zone)):
            assert all(open_at(hours, change + step * SECOND) for step in (-3600, -1, 0, 1, 3600)), (zone, change)


@given(
    st.sampled_from(ZONES),
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - made aware
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 1438), st.integers(1, 1439)), max_size=8),
)
def test_any_week_at_any_moment_agrees_with_arithmetic(
    zone: str, moment: datetime, drawn: list[tuple[int, int, int]]
) -> None:
    spans = []
    for day, begins, length in drawn:
        ends = min(begins + length, 1440) % 1440
        spans.append(Span(day=day, begins=time(*divmod(begins, 60)), ends=time(*divmod(ends, 60))))
    hours = Hours(zone=zone, spans=tuple(spans))
    assert open_at(hours, moment) is reckoned(hours, moment)


@given(
    st.sampled_from(ZONES),
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - made aware
    st.integers(-23, 23),
)
def test_where_the_server_stands_changes_nobodys_hours(zone: str, moment: datetime, away: int) -> None:
    hours = Hours(zone=zone, spans=NIGHTS)
    assert open_at(hours, moment.astimezone(timezone(timedelta(hours=away)))) is open_at(hours, moment)


def minutes_open(zone: str, span: Span, begins: datetime) -> int:
    hours = Hours(zone=zone, spans=(span,))
    return sum(open_at(hours, begins + timedelta(minutes=minute)) for minute in range(36 * 60))


@pytest.mark.parametrize(
    ("zone", "day", "begins", "ends", "minutes"),
    [
        ("Europe/Paris", datetime(2026, 3, 29, tzinfo=UTC), time(2), time(3), 0),
        ("Europe/Paris", datetime(2026, 10, 25, tzinfo=UTC), time(2), time(3), 120),
        ("Europe/Madrid", datetime(2026, 3, 29, tzinfo=UTC), time(1), time(4), 120),
        ("America/New_York", datetime(2026, 3, 8, tzinfo=UTC), time(2, 30), time(3, 30), 30),
        ("America/New_York", datetime(2026, 11, 1, tzinfo=UTC), time(1, 30), time(2, 30), 90),
        ("America/Santiago", datetime(2026, 9, 6, tzinfo=UTC), time(), time(2), 60),
        ("America/Santiago", datetime(2026, 4, 4, tzinfo=UTC), time(22), time(), 180),
        ("Australia/Lord_Howe", datetime(2026, 10, 4, tzinfo=UTC), time(2), time(3), 30),
        ("Australia/Lord_Howe", datetime(2026, 4, 5, tzinfo=UTC), time(1), time(2), 90),
        ("Asia/Kathmandu", datetime(2026, 3, 29, tzinfo=UTC), time(2), time(3), 60),
    ],
)
def test_a_shift_is_as_long_as_the_night_of_the_change_makes_it(
    zone: str, day: datetime, begins: time, ends: time, minutes: int
) -> None:
    midnight = day.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    span = Span(day=day.weekday(), begins=begins, ends=ends)
    assert minutes_open(zone, span, midnight - timedelta(hours=3)) == minutes
