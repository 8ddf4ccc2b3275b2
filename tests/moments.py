"""The practice clock, moved to a day and hour of the week: what holds by day must not be tested by night."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from app import clock
from app.rules.moments import wall_of, zone_named

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def it_is(text: str, zone: str = "America/Santiago") -> None:
    """Move the clock to the next such day and hour in the zone, as in `mon 22:40`."""
    day, _, hour = text.partition(" ")
    now = clock.now()
    today = wall_of(now, zone)
    days = (DAYS.index(day) - today.weekday()) % 7 or 7
    wanted = datetime.combine(today.date() + timedelta(days=days), time.fromisoformat(hour), zone_named(zone))
    clock.move(wanted - now)
