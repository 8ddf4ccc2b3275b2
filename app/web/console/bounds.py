"""The conditions of a grant as a form shows and sends them: whatever was typed stays, errors stand beside the field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import time
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from app.errors import BadRequest
from app.locale.catalogues import N_, Language
from app.locale.days import weekday
from app.models.conditions import MOST_A_DAY, MOST_NAMED, Conditions, Hours, MailKind, Recipients, Span
from app.rules.addresses import as_sender
from app.rules.hours import MIDNIGHT
from app.rules.moments import zone_named

DAYS, PARTS = 7, 2  # rows of the table of hours, and spans a day: before and after a break
MOST_ROWS = 49
LONGEST_LIST = 70_000  # characters of a list, one name a line
LONGEST_LABEL = 225
MOST_FIRST = 1_000
WORKING_DAYS = tuple(Span(day=day, begins=time(9), ends=time(17, 30)) for day in range(5))
_CLOCK = re.compile(r"(\d{1,2})[:.h](\d{2})", re.ASCII)

KINDS = (
    (MailKind.APPOINTMENT, N_("Appointments: made, moved, confirmed or cancelled")),
    (MailKind.INVITATION, N_("Invitations to social events")),
)


class When(StrEnum):
    """Whether an access has hours."""

    ANY = "any"
    WEEK = "week"  # Monday to Friday, 9:00-17:30
    OWN = "own"  # as in the table


class WrongFields(BadRequest):
    """Something here cannot be meant so. It stands beside the field."""

    def __init__(self, fields: dict[str, BadRequest]) -> None:
        """Keep what is wrong by the name of its field."""
        super().__init__()
        self.fields = fields


class BoundsFields(BaseModel):
    """What the form sends, as it was typed. `begins` and `ends` are clock times, day after day."""

    senders: str = Field(default="", max_length=LONGEST_LIST)
    labels_in: str = Field(default="", max_length=LONGEST_LIST)
    labels_out: str = Field(default="", max_length=LONGEST_LIST)
    kinds: list[MailKind] = Field(default_factory=list, max_length=len(MailKind))
    existing_threads_only: bool = False
    internal: bool = False
    hours: When = When.ANY
    begins: list[str] = Field(default_factory=list, max_length=MOST_ROWS)
    ends: list[str] = Field(default_factory=list, max_length=MOST_ROWS)
    zone: str = Field(default="", max_length=60)
    changes_a_day: str = Field(default="", max_length=20)
    sends_a_day: str = Field(default="", max_length=20)
    approve_first: str = Field(default="", max_length=20)
    templates: list[UUID] = Field(default_factory=list, max_length=MOST_NAMED)  # carried along as they are

    def bound(self, *, first_wanted: bool = False) -> Conditions:
        """Return the conditions that are meant; raise WrongFields. `first_wanted`: how many first replies is asked."""
        found: dict[str, Any] = {}
        wrong: dict[str, BadRequest] = {}
        for name, reads in _READS.items():
            try:
                found[name] = reads(self)
            except BadRequest as error:
                wrong[name] = error
        if first_wanted and not found.get("approve_first", 1):
            wrong["approve_first"] = BadRequest("Say how many replies you want to approve, 1 at the least.")
        if wrong:
            raise WrongFields(wrong)
        return Conditions(**found)

    @property
    def binds(self) -> bool:
        """Whether something is filled in, so that it is not folded away; the zone and the first replies say nothing."""
        own = self.model_dump(include=set(BoundsFields.model_fields) - {"zone", "approve_first", "begins", "ends"})
        return self._hours_typed or any(value and value != When.ANY for value in own.values())

    @property
    def _hours_typed(self) -> bool:
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


def filled(conditions: Conditions, zone: str) -> dict[str, Any]:
    """Return the fields as they stand for conditions; `zone` is the one in which new hours would be meant."""
    begins, ends = _rows(conditions.hours.spans if conditions.hours else ())
    return {
        "senders": "\n".join(sorted(conditions.senders)),
        "labels_in": "\n".join(sorted(conditions.labels_in)),
        "labels_out": "\n".join(sorted(conditions.labels_out)),
        "kinds": sorted(conditions.kinds),
        "existing_threads_only": conditions.existing_threads_only,
        "internal": conditions.recipients is Recipients.INTERNAL,
        "hours": _when(conditions.hours),
        "begins": begins if _when(conditions.hours) is When.OWN else [],
        "ends": ends if _when(conditions.hours) is When.OWN else [],
        "zone": conditions.hours.zone if conditions.hours else zone,
        "changes_a_day": _typed(conditions.changes_a_day),
        "sends_a_day": _typed(conditions.sends_a_day),
        "approve_first": _typed(conditions.approve_first or None),
        "templates": sorted(conditions.templates),
    }


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


def _typed(number: int | None) -> str:
    return "" if number is None else str(number)


def _lines(text: str) -> list[str]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_NAMED:
        raise BadRequest("That is too long a list: {most} lines are the most.", most=MOST_NAMED)
    return lines


def _senders(form: BoundsFields) -> frozenset[str]:
    return frozenset(_sender(line) for line in _lines(form.senders))


def _sender(line: str) -> str:
    try:
        return as_sender(line)
    except BadRequest:
        raise BadRequest(
            "“{line}” is no sender. Write an address such as ana@example.com, or a whole domain such as @example.com.",
            line=line[:80],
        ) from None


def _labels(text: str) -> frozenset[str]:
    names = _lines(text)
    for name in names:
        if len(name) > LONGEST_LABEL or not name.isprintable():
            raise BadRequest("“{line}” is no name of a label.", line="".join(filter(str.isprintable, name[:80])))
    return frozenset(names)


def _number(typed: str, most: int) -> int | None:
    plain = typed.strip()
    if not plain:
        return None
    if not (plain.isascii() and plain.isdigit()) or int(plain) > most:
        raise BadRequest("Write a whole number, {most} at the most, or leave it empty.", most=most)
    return int(plain)


def _hours(form: BoundsFields) -> Hours | None:
    if form.hours is When.ANY:
        if form._hours_typed:
            raise BadRequest("There are hours in the table. Choose “As in the table”, or empty it.")
        return None
    zone_named(form.zone)
    spans = WORKING_DAYS if form.hours is When.WEEK else tuple(_spans(form))
    if not spans:
        raise BadRequest("Give at least one day its hours.")
    return Hours(zone=form.zone, spans=spans)


def _spans(form: BoundsFields) -> Iterable[Span]:
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


_READS: dict[str, Callable[[BoundsFields], Any]] = {
    "senders": _senders,
    "labels_in": lambda form: _labels(form.labels_in),
    "labels_out": lambda form: _labels(form.labels_out),
    "kinds": lambda form: frozenset(form.kinds),
    "existing_threads_only": lambda form: form.existing_threads_only,
    "recipients": lambda form: Recipients.INTERNAL if form.internal else Recipients.REPLY_TARGET,
    "hours": _hours,
    "changes_a_day": lambda form: _number(form.changes_a_day, MOST_A_DAY),
    "sends_a_day": lambda form: _number(form.sends_a_day, MOST_A_DAY),
    "approve_first": lambda form: _number(form.approve_first, MOST_FIRST) or 0,
    "templates": lambda form: frozenset(form.templates),
}
