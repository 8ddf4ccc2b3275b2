"""The hour at which somebody wants a reply to leave, and the one at which it does: when all concerned work."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.access.decide import Kind
from app.actions.concerned import concerned_by
from app.actions.desk import Desk
from app.actions.draft import see_draft
from app.actions.tokens import vault_of
from app.rules.moments import moment_of, soon_enough, wall_of, zone_named
from app.rules.placing import NOBODY, UNASKED, Answer, Concerned, placed

URGENCY = "scheduled_send.urgency"


@dataclass(frozen=True, kw_only=True)
class Hour:
    """An hour as a clock on the wall in `zone` shows it, and the moment it means.

    `asked_at` is the moment that was asked for, if it was moved from there; `answer` what was said of an emergency.
    """

    wall_time: datetime
    zone: str
    fold: int = 0
    due_at: datetime
    asked_at: datetime | None = None
    answer: Answer = UNASKED

    @property
    def columns(self) -> dict[str, Any]:
        """Return the columns of a scheduled send that say when it leaves."""
        when = {name: getattr(self, name) for name in ("wall_time", "zone", "fold", "due_at", "asked_at")}
        return {**when, "emergency": self.answer.emergency}

    @property
    def reason(self) -> str:
        """Return what the audit says of the answer."""
        return {True: "emergency", False: "no_emergency", None: ""}[self.answer.emergency]


def hour_at(wall_time: datetime, zone: str, fold: int) -> Hour:
    """Return the hour that is asked for; raise BadRequest for one that is past or a zone that is none."""
    due_at = moment_of(wall_time, zone, fold=fold)
    soon_enough(due_at, clock.now())
    return Hour(wall_time=wall_time, zone=zone, fold=fold, due_at=due_at)


def hour_now(zone: str) -> Hour:
    """Return the present moment."""
    return hour_of(clock.now(), zone)


def hour_of(moment: datetime, zone: str) -> Hour:
    """Return a moment as the clock on the wall shows it."""
    fold = moment.astimezone(zone_named(zone)).fold
    return Hour(wall_time=wall_of(moment, zone), zone=zone, fold=fold, due_at=moment.astimezone(UTC))


async def concerned_here(desk: Desk, recipients: Iterable[str]) -> Concerned:
    """Return whose hours bind a reply of whoever sits here; the owner herself is bound by nobody's."""
    if desk.actor.kind is not Kind.ASSISTANT or desk.actor.person_id is None:
        return NOBODY
    return await concerned_by(desk.resources, desk.mailbox, desk.actor.person_id, recipients)


async def concerned_by_draft(desk: Desk, draft_id: UUID) -> Concerned:
    """Return whose hours bind a draft, as it stands in the mailbox."""
    seen = await see_draft(desk, draft_id)
    return await concerned_here(desk, seen.draft.message.recipients)


async def in_hours(desk: Desk, hour: Hour, recipients: Iterable[str], answer: Answer) -> Hour:
    """Return the hour at which a reply leaves that is wanted at `hour`.

    Raises EmergencyUnanswered, NoHurry or BadRequest as `placed` does.
    """
    concerned = await concerned_here(desk, recipients)
    if not concerned.calendars:
        return hour
    due_at = placed(concerned, hour.due_at, answer, clock.now())
    if due_at == hour.due_at:
        hurried = bool(answer.emergency) and not concerned.all_open(due_at)
        return replace(hour, answer=answer if hurried else replace(answer, because=""))
    return replace(hour_of(due_at, hour.zone), asked_at=hour.due_at, answer=answer)


async def sealed_urgency(session: AsyncSession, desk: Desk, send_id: UUID, answer: Answer) -> bytes:
    """Return why a reply cannot wait, sealed for its row; empty if nobody says that it cannot."""
    if not answer.emergency or not answer.because:
        return b""
    vault = await vault_of(session, desk.resources, desk.mailbox.id)
    return vault.seal(URGENCY, send_id, answer.because.strip())
