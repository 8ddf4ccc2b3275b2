"""Wall times and zones: what somebody asked for, and the moment that it means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from app.errors import BadRequest

SECOND = timedelta(seconds=1)
FIRST_YEAR, LAST_YEAR = 1970, 9998  # Python's calendar ends a zone's width behind its last year


def zone_named(name: str) -> ZoneInfo:
    """Return the IANA zone; raise BadRequest for a name that is none."""
    if name in _names():
        return ZoneInfo(name)
    raise BadRequest("There is no time zone called {zone}. Use a name such as America/Santiago.", zone=name[:60])


@cache
def _names() -> frozenset[str]:
    # Collected once: it walks through all the files. `localtime` means another zone on another machine.
    return frozenset(available_timezones() - {"localtime", "Factory"})


def moment_of(wall: datetime, zone: str, *, fold: int = 0) -> datetime:
    """Return the aware UTC moment of a wall time.

    An hour that the clocks skip becomes the first moment after the gap, as far past it as was asked; an hour that
    comes twice is the first one unless `fold` is 1. So each wall time means exactly one moment.
    """
    there = zone_named(zone)
    if not FIRST_YEAR <= wall.year <= LAST_YEAR:
        raise BadRequest("That is no day in a calendar of ours. Choose another one.")
    moment = wall.replace(tzinfo=there, fold=fold).astimezone(UTC)
    if moment.astimezone(there).replace(tzinfo=None) != wall:
        return _after_gap(wall, there)
    return moment


def first_moment_of(wall: datetime, zone: str, *, fold: int = 0) -> datetime:
    """Return the first aware UTC moment at which a clock shows this wall time or, where it is skipped, a later one."""
    moment = moment_of(wall, zone, fold=fold)
    if wall_of(moment, zone) == wall:
        return moment
    # In a gap: between the wall time reckoned with the offset behind it and with the one before, they were put forward.
    before, after = wall.replace(tzinfo=zone_named(zone), fold=1).astimezone(UTC), moment
    while after - before > SECOND:
        middle = before + (after - before) // 2
        before, after = (middle, after) if wall_of(middle, zone) < wall else (before, middle)
    return after.replace(microsecond=0)


def _after_gap(wall: datetime, there: ZoneInfo) -> datetime:
    # PEP 495: with fold=0 the offset before the gap is used, which carries the wall time past it.
    return wall.replace(tzinfo=there, fold=0).astimezone(UTC)


def wall_of(moment: datetime, zone: str) -> datetime:
    """Return what a clock in the zone shows at a moment, naive."""
    return moment.astimezone(zone_named(zone)).replace(tzinfo=None)


def soon_enough(due_at: datetime, now: datetime) -> None:
    """Raise BadRequest for an hour that is past or more than a year away."""
    if due_at <= now:
        raise BadRequest("That hour is already past. Choose a later one, or send now.")
    if due_at > now + timedelta(days=366):
        raise BadRequest("That is more than a year away. Choose an earlier day.")
