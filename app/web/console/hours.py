"""The hours that a schedule form proposes and sends, as a clock on the wall in a zone shows them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import StrEnum

from pydantic import Field

from app import clock
from app.errors import BadRequest
from app.rules.moments import moment_of, wall_of
from app.web.forms import DraftForm

MORNING = time(9, 0)


class Preset(StrEnum):
    """An hour by name."""

    TOMORROW = "tomorrow"
    MONDAY = "monday"


class HourForm(DraftForm):
    """An hour by name, or a date, a time and a zone."""

    preset: Preset | None = None
    day: date | None = None
    hour: time | None = None
    zone: str = Field(default="", max_length=60)

    def wall_time(self, zone: str) -> datetime:
        """Return the wall time in `zone` that is meant; raise BadRequest if none is."""
        if self.preset:
            return presets(wall_of(clock.now(), zone))[self.preset]
        if self.day is None or self.hour is None:
            raise BadRequest("Choose a day and an hour.")
        return datetime.combine(self.day, self.hour.replace(tzinfo=None, second=0, microsecond=0))


def presets(now: datetime) -> dict[Preset, datetime]:
    """Return tomorrow at nine and next Monday at nine, seen from a wall time; on a Monday it is the next one."""
    days_to_monday = 7 - now.weekday()
    return {
        Preset.TOMORROW: datetime.combine(now.date() + timedelta(days=1), MORNING),
        Preset.MONDAY: datetime.combine(now.date() + timedelta(days=days_to_monday), MORNING),
    }


def preset_moments(zone: str) -> dict[Preset, datetime]:
    """Return the moments that the presets mean in a zone now; on a Sunday, Monday is tomorrow and named once."""
    walls = presets(wall_of(clock.now(), zone))
    named = {wall: preset for preset, wall in reversed(walls.items())}
    return {preset: moment_of(wall, zone) for wall, preset in sorted(named.items())}


def today_in(zone: str) -> date:
    """Return the date in a zone now."""
    return wall_of(clock.now(), zone).date()
