"""The audit as its owner reads it: entries in order, and whether the chain is whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from app.actions import audit
from app.actions.desk import Desk
from app.models.audit import AuditEntry
from app.models.person import Person
from app.models.program_key import ProgramKey

MOST_ENTRIES = 100


@dataclass(frozen=True, kw_only=True)
class LogPage:
    """A part of the audit, newest first, and the names of who acted, programs too; `before` asks for the next part."""

    entries: tuple[AuditEntry, ...]
    names: dict[UUID, str]
    before: int | None = None


async def read_log(desk: Desk, *, before: int | None = None, actor_id: UUID | None = None) -> LogPage:
    """Return entries of this mailbox to its owner, newest first; `actor_id` picks those of one person."""
    desk.owner_only()
    wanted = select(AuditEntry).where(col(AuditEntry.mailbox_id) == desk.mailbox.id)
    if before is not None:
        wanted = wanted.where(col(AuditEntry.seq) < before)
    if actor_id is not None:
        wanted = wanted.where(col(AuditEntry.actor_id) == actor_id)
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        found = await session.execute(wanted.order_by(col(AuditEntry.seq).desc()).limit(MOST_ENTRIES))
        entries = tuple(found.scalars())
        people = await session.execute(select(Person).where(col(Person.id).in_(_actors(entries))))
        names = {person.id: person.name or person.email for person in people.scalars()}
        programs = await session.execute(select(ProgramKey).where(col(ProgramKey.id).in_(_keys(entries))))
        names |= {key.id: key.name for key in programs.scalars()}
    return LogPage(entries=entries, names=names, before=entries[-1].seq if len(entries) == MOST_ENTRIES else None)


async def verify(desk: Desk) -> int | None:
    """Recompute this mailbox's chain; return the first bad entry's number, None if it is whole."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        return await audit.first_bad(session, desk.mailbox.id)


def _keys(entries: Sequence[AuditEntry]) -> set[UUID]:
    return {entry.key_id for entry in entries if entry.key_id}


def _actors(entries: Sequence[AuditEntry]) -> set[UUID]:
    return {entry.actor_id for entry in entries if entry.actor_id}
