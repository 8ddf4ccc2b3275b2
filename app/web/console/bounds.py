"""The conditions of a grant as a form shows and sends them: whatever was typed stays, errors stand beside the field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from pydantic import Field

from app.errors import BadRequest
from app.locale.catalogues import N_
from app.models.conditions import MOST_A_DAY, MOST_NAMED, Conditions, MailKind, Recipients
from app.rules.addresses import as_sender
from app.web.console.week import WeekFields, When, filled_week, meant_hours

LONGEST_LIST = 70_000  # characters of a list, one name a line
LONGEST_LABEL = 225
MOST_FIRST = 1_000

KINDS = (
    (MailKind.APPOINTMENT, N_("Appointments: made, moved, confirmed or cancelled")),
    (MailKind.INVITATION, N_("Invitations to social events")),
)


class WrongFields(BadRequest):
    """Something here cannot be meant so. It stands beside the field."""

    def __init__(self, fields: dict[str, BadRequest]) -> None:
        """Keep what is wrong by the name of its field."""
        super().__init__()
        self.fields = fields


class BoundsFields(WeekFields):
    """What the form sends, as it was typed."""

    senders: str = Field(default="", max_length=LONGEST_LIST)
    labels_in: str = Field(default="", max_length=LONGEST_LIST)
    labels_out: str = Field(default="", max_length=LONGEST_LIST)
    kinds: list[MailKind] = Field(default_factory=list, max_length=len(MailKind))
    existing_threads_only: bool = False
    internal: bool = False
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
        return self.hours_typed or any(value and value != When.ANY for value in own.values())


def filled(conditions: Conditions, zone: str) -> dict[str, Any]:
    """Return the fields as they stand for conditions; `zone` is the one in which new hours would be meant."""
    return {
        "senders": "\n".join(sorted(conditions.senders)),
        "labels_in": "\n".join(sorted(conditions.labels_in)),
        "labels_out": "\n".join(sorted(conditions.labels_out)),
        "kinds": sorted(conditions.kinds),
        "existing_threads_only": conditions.existing_threads_only,
        "internal": conditions.recipients is Recipients.INTERNAL,
        **filled_week(conditions.hours, zone),
        "changes_a_day": _typed(conditions.changes_a_day),
        "sends_a_day": _typed(conditions.sends_a_day),
        "approve_first": _typed(conditions.approve_first or None),
        "templates": sorted(conditions.templates),
    }


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


_READS: dict[str, Callable[[BoundsFields], Any]] = {
    "senders": _senders,
    "labels_in": lambda form: _labels(form.labels_in),
    "labels_out": lambda form: _labels(form.labels_out),
    "kinds": lambda form: frozenset(form.kinds),
    "existing_threads_only": lambda form: form.existing_threads_only,
    "recipients": lambda form: Recipients.INTERNAL if form.internal else Recipients.REPLY_TARGET,
    "hours": meant_hours,
    "changes_a_day": lambda form: _number(form.changes_a_day, MOST_A_DAY),
    "sends_a_day": lambda form: _number(form.sends_a_day, MOST_A_DAY),
    "approve_first": lambda form: _number(form.approve_first, MOST_FIRST) or 0,
    "templates": lambda form: frozenset(form.templates),
}
