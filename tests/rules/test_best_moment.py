"""When Clara writes is when she reads: the moment proposed for her follows her letters, and no hour that is closed."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.conditions import Hours, Span
from app.rules.best_moment import AHEAD, LEAST, best_moment
from app.rules.hours import open_at

SANTIAGO, LYON = "America/Santiago", "Europe/Paris"
FRIDAY_NIGHT = datetime(2026, 11, 27, 22, 40, tzinfo=ZoneInfo(SANTIAGO)).astimezone(UTC)
OFFICE = Hours(zone=LYON, spans=tuple(Span(day=day, begins=time(9), ends=time(18)) for day in range(5)))


def on(weekday: int, hour: int, minute: int = 0, *, weeks: int = 6, zone: str = SANTIAGO) -> list[datetime]:
    """Return letters of so many weeks, all written on that weekday at that time."""
    first = datetime(2026, 10, 5 + weekday, hour, minute, tzinfo=ZoneInfo(zone))
    return [first + timedelta(weeks=week) for week in range(weeks)]


def wall(moment: datetime, zone: str = SANTIAGO) -> str:
    """Return a moment as the wall shows it."""
    return f"{moment.astimezone(ZoneInfo(zone)):%a %H:%M}"


def test_H4_clara_writes_on_tuesday_mornings_so_tuesday_morning_it_is() -> None:
    best = best_moment(on(1, 9, 30), SANTIAGO, FRIDAY_NIGHT)
    assert best is not None
    assert (wall(best.moment), best.letters, best.near) == ("Tue 09:30", 6, 6)


def test_H4_who_writes_every_morning_is_not_made_to_wait_for_a_better_day() -> None:
    letters = [letter for weekday in range(5) for letter in on(weekday, 8, 15)]
    best = best_moment(letters, SANTIAGO, FRIDAY_NIGHT)
    assert best is not None
    assert wall(best.moment) == "Mon 08:15"


def test_H4_her_hours_are_those_of_her_zone_through_a_change_of_clocks() -> None:
    """Lyon put its clocks back between those letters; she wrote at eight by hers all the same."""
    before = [datetime(2026, 10, day, 8, tzinfo=ZoneInfo(LYON)) for day in (5, 12, 19)]
    after = [datetime(2026, 11, day, 8, tzinfo=ZoneInfo(LYON)) for day in (2, 9, 16)]
    best = best_moment([*before, *after], LYON, FRIDAY_NIGHT)
    assert best is not None
    assert (wall(best.moment, LYON), best.near) == ("Mon 08:00", 6)


def test_H4_where_all_are_closed_the_next_best_hour_is_taken() -> None:
    """She writes at half past eleven at night; her assistant works by day, in Lyon."""
    letters = on(2, 23, 30) + on(2, 11, 0, weeks=3)
    best = best_moment(letters, SANTIAGO, FRIDAY_NIGHT, lambda moment: open_at(OFFICE, moment))
    assert best is not None
    assert wall(best.moment) == "Wed 11:00"
    assert (best.letters, best.near) == (9, 3)


@pytest.mark.parametrize("letters", [[], on(1, 9, weeks=LEAST - 1)])
def test_H4_few_letters_say_nothing(letters: list[datetime]) -> None:
    assert best_moment(letters, SANTIAGO, FRIDAY_NIGHT) is None


def test_H4_letters_of_which_none_was_written_when_all_work_say_nothing() -> None:
    assert best_moment(on(6, 3), SANTIAGO, FRIDAY_NIGHT, lambda moment: open_at(OFFICE, moment)) is None
    assert best_moment(on(6, 3), SANTIAGO, FRIDAY_NIGHT, lambda _: False) is None


moments = st.integers(0, 6 * 366 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(st.lists(moments, max_size=30), moments, st.sampled_from((SANTIAGO, LYON, "Asia/Kathmandu", "Pacific/Apia")))
def test_what_is_proposed_can_be_chosen(letters: list[datetime], now: datetime, zone: str) -> None:
    best = best_moment(letters, zone, now, lambda moment: open_at(OFFICE, moment))
    if best is not None:
        assert now < best.moment <= now + AHEAD
        assert open_at(OFFICE, best.moment)
        assert best.moment.minute % 15 == 0
        assert 2 <= best.near <= best.letters == len(letters)
