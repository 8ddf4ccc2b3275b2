"""What an owner has stopped or ended, read back from the chains of her mailboxes: no table keeps it twice."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, literal_column
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.acts import Act
from app.actions.freeze import all_under_way
from app.actions.mailboxes import owned_by
from app.actions.resources import Resources
from app.db.parts import Part
from app.models.audit import AuditEntry
from app.models.draft import ScheduledSend
from app.models.grant import Grant, GrantStatus
from app.models.mailbox import Mailbox
from app.models.person import Person

# The reasons of those entries that say of one grant that it was paused or ended.
SAID = {Act.STOP: ("paused",), Act.REVOKE: ("revoked", "removed")}


@dataclass(frozen=True, kw_only=True)
class Ended:
    """One grant that was paused or ended: by which entry, how it stands now, and what of it is still on its way."""

    mailbox: Mailbox
    grant: Grant
    assistant: Person
    entry: AuditEntry
    in_flight: tuple[ScheduledSend, ...] = ()

    @property
    def act_id(self) -> UUID:
        """Return the id of the act that this was part of: a stop, a removal, or the grant itself if ended alone."""
        return self.entry.subject_id or self.grant.id

    @property
    def unchanged(self) -> bool:
        """Whether the grant is paused still as this act has left it."""
        paused = self.grant.status == GrantStatus.PAUSED and self.grant.version == self.entry.grant_version
        return paused and not self.grant.over(clock.now())


async def ended_by(resources: Resources, owner_id: UUID, act: Act, *act_ids: UUID) -> list[Ended]:
    """Return what an owner has paused (Act.STOP) or ended (Act.REVOKE) at all her mailboxes.

    `act_ids` pick some stops or removals, or grants, however they were ended.
    """
    found: list[Ended] = []
    for mailbox in await owned_by(resources, owner_id):
        async with resources.db.transaction(mailbox=mailbox.id) as session:
            found += await _at(session, mailbox, act, act_ids)
    return found


async def part_of_acts(
    resources: Resources, owner_id: UUID, act: Act, *, size: int, after: str = ""
) -> Part[list[Ended]]:
    """Return a part of an owner's stops or removals, the newest first, each with what it paused or ended."""
    first: dict[UUID, datetime] = {}
    for mailbox in await owned_by(resources, owner_id):
        async with resources.db.transaction(mailbox=mailbox.id) as session:
            for act_id, at in await _acts_at(session, mailbox.id, act):
                first[act_id] = min(at, first.get(act_id, at))
    keys = sorted(((at.isoformat(timespec="microseconds"), str(act_id)) for act_id, at in first.items()), reverse=True)
    behind = [key for key in keys if not after or key < tuple(json.loads(after))]
    ids = [UUID(act_id) for _at_moment, act_id in behind[:size]]
    acts = grouped(await ended_by(resources, owner_id, act, *ids)) if ids else {}
    last = json.dumps(behind[size - 1]) if len(behind) > size else ""
    return Part(rows=[acts[act_id] for act_id in ids], after=last)


def grouped(found: Iterable[Ended]) -> dict[UUID, list[Ended]]:
    """Return what was paused or ended by the act it belongs to, the newest act first."""
    acts: dict[UUID, list[Ended]] = {}
    for each in sorted(found, key=lambda one: one.entry.at, reverse=True):
        acts.setdefault(each.act_id, []).append(each)
    return acts


def done(acts: list[Ended]) -> bool:
    """Say whether nothing of it can begin or is under way any more."""
    return not any(each.in_flight for each in acts)


async def _acts_at(session: AsyncSession, mailbox_id: UUID, act: Act) -> list[tuple[UUID, datetime]]:
    """Return the ids of the acts at one mailbox, each with the moment of its first entry there."""
    act_id = func.coalesce(col(AuditEntry.subject_id), col(AuditEntry.grant_id))
    rows = await session.execute(_said(select(act_id, func.min(col(AuditEntry.at))), mailbox_id, act).group_by(act_id))
    return [(row[0], row[1].astimezone(UTC)) for row in rows]


def _said(wanted: Select[*tuple[Any, ...]], mailbox_id: UUID, act: Act) -> Select[*tuple[Any, ...]]:
    return (
        wanted.where(col(AuditEntry.mailbox_id) == mailbox_id, col(AuditEntry.grant_id).is_not(None))
        # Written out, not as a parameter: PostgreSQL then knows that the small index has them all.
        .where(col(AuditEntry.action) == literal_column(f"'{act.value}'"))
        .where(col(AuditEntry.reason).in_(SAID[act]), col(AuditEntry.decision) == "allow")
        .where(col(AuditEntry.phase).in_(("begin", "whole")))
    )


async def _at(session: AsyncSession, mailbox: Mailbox, act: Act, act_ids: Sequence[UUID]) -> list[Ended]:
    of_grant = (col(Grant.mailbox_id) == col(AuditEntry.mailbox_id)) & (col(Grant.id) == col(AuditEntry.grant_id))
    rows = select(AuditEntry, Grant, Person).join(Grant, of_grant)
    rows = rows.join(Person, col(Person.id) == col(Grant.assistant_id))
    wanted = _said(rows, mailbox.id, act).order_by(col(AuditEntry.seq))
    if act_ids:
        wanted = wanted.where(col(AuditEntry.subject_id).in_(act_ids) | col(AuditEntry.grant_id).in_(act_ids))
    first: dict[tuple[UUID | None, UUID], Ended] = {}  # what is ended twice was ended the first time
    flying = await _in_flight(session, mailbox.id)
    for entry, grant, person in await session.execute(wanted):
        on_its_way = tuple(flying.get(grant.id, ()))
        ended = Ended(mailbox=mailbox, grant=grant, assistant=person, entry=entry, in_flight=on_its_way)
        first.setdefault((entry.subject_id, grant.id), ended)
    return list(first.values())


async def _in_flight(session: AsyncSession, mailbox_id: UUID) -> dict[UUID | None, list[ScheduledSend]]:
    flying: dict[UUID | None, list[ScheduledSend]] = {}
    for send in await all_under_way(session, mailbox_id):
        flying.setdefault(send.grant_id, []).append(send)
    return flying
