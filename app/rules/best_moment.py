"""The best moment to reach somebody: when they write themselves, as far as their letters tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.rules.moments import wall_of

LEAST = 5  # letters; fewer say nothing about somebody's habits
STEP = timedelta(minutes=15)
AHEAD = timedelta(days=7)
SOON = timedelta(minutes=5)  # what is proposed must not be past before it is chosen
NEAR = 90  # minutes around a letter in which its writer is taken to be at the desk
OTHER_DAY = 0.25  # what a letter of another working day says of this one
WAITING = 0.06  # by how much a moment loses with each day of waiting for it
FEW_THEN = 2  # letters near a moment, without which it is no habit


@dataclass(frozen=True, kw_only=True)
class Best:
    """A moment (UTC), and on what it rests: of `letters` in all, `near` were written about then on any such day."""

    moment: datetime
    letters: int
    near: int


def best_moment(
    written: Sequence[datetime], zone: str, now: datetime, opens: Callable[[datetime], bool] = lambda _: True
) -> Best | None:
    """Return the moment within a week at which whoever has written at these moments is likeliest to read.

    Weekdays and hours are those of `zone`, the writer's; `opens` says when a reply may leave. None if there are too
    few letters, or too little of a habit in them, to say.
    """
    if len(written) < LEAST:
        return None
    habit = _Habit(written, zone)
    found = [(habit.at(moment) * (1 - WAITING * (moment - now).days), moment) for moment in _moments(now, opens)]
    if not found:
        return None
    _, moment = max(found, key=lambda each: (round(each[0], 6), -each[1].timestamp()))
    near = habit.near(moment)
    return Best(moment=moment, letters=len(written), near=near) if near >= FEW_THEN else None


class _Habit:
    """When somebody writes, by the clock on the wall there."""

    def __init__(self, written: Sequence[datetime], zone: str) -> None:
        self._zone = zone
        self._walls = [wall_of(each, zone) for each in written]

    def at(self, moment: datetime) -> float:
        """Return how much is written about then: a letter of that very minute and weekday counts 1."""
        there = wall_of(moment, self._zone)
        return sum(_alike(there, each) * max(0.0, 1 - _apart(there, each) / NEAR) for each in self._walls)

    def near(self, moment: datetime) -> int:
        """Return how many letters were written about that time, on this weekday or another of its kind."""
        there = wall_of(moment, self._zone)
        return sum(_alike(there, each) > 0 and _apart(there, each) < NEAR for each in self._walls)


def _alike(one: datetime, other: datetime) -> float:
    if one.weekday() == other.weekday():
        return 1.0
    return OTHER_DAY if (one.weekday() < 5) == (other.weekday() < 5) else 0.0


def _apart(one: datetime, other: datetime) -> int:
    """Return the minutes between two times of the day, past midnight too."""
    minutes = abs((one.hour - other.hour) * 60 + one.minute - other.minute)
    return min(minutes, 24 * 60 - minutes)


def _moments(now: datetime, opens: Callable[[datetime], bool]) -> Iterator[datetime]:
    """Yield each quarter of an hour within the week ahead at which a reply may leave."""
    last = now + AHEAD
    moment = (now + SOON).astimezone(UTC).replace(second=0, microsecond=0)
    moment += timedelta(minutes=-moment.minute % 15)
    while moment <= last:
        if moment >= now + SOON and opens(moment):
            yield moment
        moment += STEP
