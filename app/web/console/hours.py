"""The hours that a schedule form proposes and sends, as a clock on the wall in a zone shows them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import StrEnum

from pydantic import Field

from app import clock
from app.errors import BadRequest
from app.rules.moments import moment_of, wall_of
from app.rules.placing import MOST_BECAUSE, NOBODY, Answer, Concerned
from app.web.console.words import WordsForm

MORNING, MIDNIGHT = time(9, 0), time()


class Preset(StrEnum):
    """An hour by name."""

    NEXT = "next"  # as soon as all concerned work, out of hours
    TOMORROW = "tomorrow"
    WORKING_DAY = "working_day"  # the first on which all concerned work, behind today
    MONDAY = "monday"


class HourForm(WordsForm):
    """All that the page of a draft sends: the words, and an hour by name, `at` one, or a date, a time and a zone.

    `closed` says that the page has asked whether it is an emergency; the button that was pressed is the answer.
    """

    closed: bool = False
    because: str = Field(default="", max_length=4 * MOST_BECAUSE)
    preset: Preset | None = None
    at: datetime | None = None
    day: date | None = None
    hour: time | None = None
    zone: str = Field(default="", max_length=60)

    @property
    def in_owners_zone(self) -> bool:
        """Whether a button named the hour, by the owner's clock."""
        return self.preset is not None or self.at is not None

    def answer(self, *, emergency: bool) -> Answer:
        """Return what was said of an emergency."""
        return Answer(emergency=emergency if self.closed else None, because=self.because if emergency else "")

    def wall_time(self, zone: str, concerned: Concerned = NOBODY) -> datetime:
        """Return the wall time in `zone` that is meant; raise BadRequest if none is."""
        if self.preset:
            found = preset_moments(zone, concerned, alike=True).get(self.preset)
            if found is None:
                raise BadRequest("That hour is already past. Choose a later one, or send now.")
            return wall_of(found, zone)
        if self.at:
            return self.at.replace(tzinfo=None)
        if self.day is None or self.hour is None:
            raise BadRequest("Choose a day and an hour.")
        return datetime.combine(self.day, self.hour.replace(tzinfo=None, second=0, microsecond=0))


def presets(now: datetime, hour: time = MORNING) -> dict[Preset, datetime]:
    """Return tomorrow and next Monday at an hour, seen from a wall time; on a Monday it is the next one."""
    days_to_monday = 7 - now.weekday()
    return {
        Preset.TOMORROW: datetime.combine(now.date() + timedelta(days=1), hour),
        Preset.MONDAY: datetime.combine(now.date() + timedelta(days=days_to_monday), hour),
    }


def preset_moments(zone: str, concerned: Concerned = NOBODY, *, alike: bool = False) -> dict[Preset, datetime]:
    """Return the moments that the presets mean in a zone now: at nine, or when all concerned work from that day on.

    Each moment is named once, by the first name that is true of it, unless `alike` wants them all.
    """
    now = clock.now()
    days = presets(wall_of(now, zone), MIDNIGHT if concerned.calendars else MORNING)
    found = {preset: concerned.next_open(moment_of(wall, zone)) for preset, wall in days.items()}
    if concerned.calendars:
        found[Preset.WORKING_DAY] = found[Preset.TOMORROW]
    if not concerned.all_open(now):
        found = {Preset.NEXT: concerned.next_open(now), **found}
    if alike:
        return found
    # Nobody works on a Monday that is a holiday: the day behind it is not called one.
    true = {
        name: each
        for name, each in found.items()
        if name not in days or wall_of(each, zone).date() == days[name].date()
    }
    named = {moment: preset for preset, moment in reversed(true.items())}
    return {preset: moment for moment, preset in sorted(named.items())}


def today_in(zone: str) -> date:
    """Return the date in a zone now."""
    return wall_of(clock.now(), zone).date()
