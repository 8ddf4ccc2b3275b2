"""The hours of a week as a form shows and sends them: whatever was typed stays."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import time
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, Field

from app.errors import BadRequest
from app.locale.catalogues import Language
from app.locale.days import weekday
from app.models.conditions import Hours, Span
from app.rules.hours import MIDNIGHT
from app.rules.moments import zone_named

DAYS, PARTS = 7, 2  # rows of the table of hours, and spans a day: before and after a break
MOST_ROWS = 49
WORKING_DAYS = tuple(Span(day=day, begins=time(9), ends=time(17, 30)) for day in range(5))
_CLOCK = re.compile(r"(\d{1,2})[:.h](\d{2})", re.ASCII)


class When(StrEnum):
    """Whether an access has hours."""

    ANY = "any"
    WEEK = "week"  # Monday to Friday, 9:00-17:30
    OWN = "own"  # as in the table


class WeekFields(BaseModel):
    """What the form sends, as it was typed. `begins` and `ends` are clock times, day after day."""

    hours: When = When.ANY
    begins: list[str] = Field(default_factory=list, max_length=MOST_ROWS)
    ends: list[str] = Field(default_factory=list, max_length=MOST_ROWS)
    zone: str = Field(default="", max_length=60)

    @property
    def hours_typed(self) -> bool:
        """Whether anything stands in the table."""
        return any(each.strip() for each in (*self.begins, *self.ends))

    @property
    def parts(self) -> int:
        """How many spans a day the table has room for."""
        return max(PARTS, -(-max(len(self.begins), len(self.ends)) // DAYS))

    def week(self, language: Language) -> list[tuple[str, list[tuple[int, str, str]]]]:
        """Return the rows of the table: a day's name, and (number, from, to) of each of its spans."""
        parts = self.parts
        return [
            (
                weekday(day, language),
                [(at, _at(self.begins, at), _at(self.ends, at)) for at in range(day * parts, (day + 1) * parts)],
            )
            for day in range(DAYS)
        ]


def filled_week(hours: Hours | None, zone: str) -> dict[str, Any]:
    """Return the fields as they stand for hours; `zone` is the one in which new hours would be meant."""
    begins, ends = _rows(hours.spans if hours else ())
    own = _when(hours) is When.OWN
    return {
        "hours": _when(hours),
        "begins": begins if own else [],
        "ends": ends if own else [],
        "zone": hours.zone if hours else zone,
    }


def meant_hours(form: WeekFields) -> Hours | None:
    """Return the hours that are meant, None for any hour; raise BadRequest for what cannot be meant."""
    if form.hours is When.ANY:
        if form.hours_typed:
            raise BadRequest("There are hours in the table. Choose “As in the table”, or empty it.")
        return None
    zone_named(form.zone)
    spans = WORKING_DAYS if form.hours is When.WEEK else tuple(_spans(form))
    if not spans:
        raise BadRequest("Give at least one day its hours.")
    return Hours(zone=form.zone, spans=spans)


def _spans(form: WeekFields) -> Iterable[Span]:
    for number in range(max(len(form.begins), len(form.ends))):
        begins, ends = _clock(_at(form.begins, number)), _clock(_at(form.ends, number))
        if begins is None and ends is None:
            continue
        if begins is None or ends is None or (begins >= ends and ends != MIDNIGHT):
            raise BadRequest("Each span of hours begins before it ends, on one day. 00:00 as an end is midnight.")
        yield Span(day=number // form.parts, begins=begins, ends=ends)


def _clock(typed: str) -> time | None:
    plain = typed.strip().casefold()
    if not plain:
        return None
    found = _CLOCK.fullmatch(plain)
    if found and found.groups() == ("24", "00"):
        return MIDNIGHT
    try:
        return time.fromisoformat(f"{found[1]:0>2}:{found[2]}" if found else plain).replace(tzinfo=None)
    except ValueError:
        raise BadRequest("Write hours as 9:00 or 17:30.") from None


def _when(hours: Hours | None) -> When:
    if hours is None:
        return When.ANY
    return When.WEEK if set(hours.spans) == set(WORKING_DAYS) else When.OWN


def _rows(spans: Iterable[Span]) -> tuple[list[str], list[str]]:
    """Return spans as rows of the table; a day with more of them makes it longer, none is lost."""
    by_day = [sorted((span.begins, span.ends) for span in spans if span.day == day) for day in range(DAYS)]
    parts = max(PARTS, *(len(its) for its in by_day))
    rows = [its[part] if part < len(its) else None for its in by_day for part in range(parts)]
    return [_shown(row[0]) if row else "" for row in rows], [_shown(row[1]) if row else "" for row in rows]


def _shown(hour: time) -> str:
    return hour.isoformat() if hour.second or hour.microsecond else hour.isoformat("minutes")


def _at(typed: list[str], number: int) -> str:
    return typed[number] if number < len(typed) else ""
