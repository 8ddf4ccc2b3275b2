"""What an owner has stopped or ended, read back from the chains of her mailboxes: no table keeps it twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import literal_column
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.acts import Act
from app.actions.mailboxes import owned_by
from app.actions.resources import Resources
from app.models.audit import AuditEntry
from app.models.draft import ScheduledSend, SendState
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


async def ended_by(resources: Resources, owner_id: UUID, act: Act, act_id: UUID | None = None) -> list[Ended]:
    """Return what an owner has paused (Act.STOP) or ended (Act.REVOKE) at all her mailboxes.

    `act_id` picks one stop or removal, or one grant, however it was ended.
    """
    found: list[Ended] = []
    for mailbox in await owned_by(resources, owner_id):
        async with resources.db.transaction(mailbox=mailbox.id) as session:
            found += await _at(session, mailbox, act, act_id)
    return found


def grouped(found: Iterable[Ended]) -> dict[UUID, list[Ended]]:
    """Return what was paused or ended by the act it belongs to, the newest act first."""
    acts: dict[UUID, list[Ended]] = {}
    for each in sorted(found, key=lambda one: one.entry.at, reverse=True):
        acts.setdefault(each.act_id, []).append(each)
    return acts


def done(acts: list[Ended]) -> bool:
    """Say whether nothing of it can begin or is under way any more."""
    return not any(each.in_flight for each in acts)


async def _at(session: AsyncSession, mailbox: Mailbox, act: Act, act_id: UUID | None) -> list[Ended]:
    of_grant = (col(Grant.mailbox_id) == col(AuditEntry.mailbox_id)) & (col(Grant.id) == col(AuditEntry.grant_id))
    wanted = (
        select(AuditEntry, Grant, Person)
        .join(Grant, of_grant)
        .join(Person, col(Person.id) == col(Grant.assistant_id))
        .where(col(AuditEntry.mailbox_id) == mailbox.id)
        # Written out, not as a parameter: PostgreSQL then knows that the small index has them all.
        .where(col(AuditEntry.action) == literal_column(f"'{act.value}'"))
        .where(col(AuditEntry.reason).in_(SAID[act]), col(AuditEntry.decision) == "allow")
        .where(col(AuditEntry.phase).in_(("begin", "whole")))
        .order_by(col(AuditEntry.seq))
    )
    if act_id is not None:
        wanted = wanted.where((col(AuditEntry.subject_id) == act_id) | (col(AuditEntry.grant_id) == act_id))
    first: dict[tuple[UUID | None, UUID], Ended] = {}  # what is ended twice was ended the first time
    flying = await _in_flight(session, mailbox.id)
    for entry, grant, person in await session.execute(wanted):
        on_its_way = tuple(flying.get(grant.id, ()))
        ended = Ended(mailbox=mailbox, grant=grant, assistant=person, entry=entry, in_flight=on_its_way)
        first.setdefault((entry.subject_id, grant.id), ended)
    return list(first.values())


async def _in_flight(session: AsyncSession, mailbox_id: UUID) -> dict[UUID | None, list[ScheduledSend]]:
    rows = await session.execute(
        select(ScheduledSend)
        .where(col(ScheduledSend.mailbox_id) == mailbox_id, col(ScheduledSend.state) == SendState.INTENT)
        .order_by(col(ScheduledSend.due_at), col(ScheduledSend.id))
    )
    flying: dict[UUID | None, list[ScheduledSend]] = {}
    for send in rows.scalars():
        flying.setdefault(send.grant_id, []).append(send)
    return flying
