"""When somebody works: by the clock on their wall, whatever the zone does."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from app.models.conditions import Hours, Span
from app.rules.hours import open_at

OFFICE = tuple(Span(day=day, begins=time(9), ends=time(17, 30)) for day in range(5))
SANTIAGO = Hours(zone="America/Santiago", spans=OFFICE)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (datetime(2026, 11, 23, 12, 0, tzinfo=UTC), True),  # Monday 9:00 in Santiago (summer, UTC−3)
        (datetime(2026, 11, 23, 11, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 23, 20, 29, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 23, 20, 30, tzinfo=UTC), False),  # 17:30 is over
        (datetime(2026, 7, 6, 12, 30, tzinfo=UTC), False),  # winter: 8:30
        (datetime(2026, 7, 6, 13, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 28, 15, 0, tzinfo=UTC), False),  # Saturday
    ],
)
def test_V9_office_hours_follow_the_wall_through_summer_and_winter(moment: datetime, is_open: bool) -> None:
    assert open_at(SANTIAGO, moment) is is_open


def test_a_span_that_ends_at_midnight_ends_with_the_day() -> None:
    late = Hours(zone="Europe/Paris", spans=(Span(day=4, begins=time(22), ends=time()),))
    assert open_at(late, datetime(2026, 11, 27, 22, 59, tzinfo=UTC))  # Friday 23:59
    assert not open_at(late, datetime(2026, 11, 27, 23, 0, tzinfo=UTC))  # Saturday 0:00


def test_without_a_span_nobody_works_and_an_unknown_zone_never_opens() -> None:
    now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    assert not open_at(Hours(zone="UTC", spans=()), now)
    assert not open_at(Hours(zone="Mars/Base", spans=OFFICE), now)


@pytest.mark.parametrize(("begins", "ends"), [(time(17), time(9)), (time(9), time(9)), (time(9, tzinfo=UTC), time(10))])
def test_a_span_goes_forwards_within_one_day(begins: time, ends: time) -> None:
    with pytest.raises(ValueError, match="a span begins before it ends"):
        Span(day=0, begins=begins, ends=ends)
