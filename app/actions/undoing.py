"""Which entries of the audit can be taken back, by whom, and which have been."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.acts import Act
from app.access.decide import Kind
from app.actions.desk import Desk
from app.errors import Conflict, NotFound
from app.locale.catalogues import N_
from app.models.audit import AuditEntry

# By which act another is taken back: it needs the same scope, and can itself be taken back by the other.
INVERSE = {
    Act.LABEL: Act.LABEL,
    Act.ARCHIVE: Act.UNARCHIVE,
    Act.UNARCHIVE: Act.ARCHIVE,
    Act.TRASH: Act.UNTRASH,
    Act.UNTRASH: Act.TRASH,
}
LAST_NUMBER = 2**31 - 1  # that the column can hold
STILL_RUNNING = timedelta(minutes=1)  # an undo whose end is not noted after that has died

DONE_ALREADY = N_("This was undone already.")


def can_be_undone(entry: AuditEntry) -> bool:
    """Say whether an entry is the end of an act that has changed labels or the place of a message."""
    done = (entry.phase, entry.decision, entry.outcome) == ("end", "allow", "done")
    if not done or entry.subject_kind != "message" or entry.action not in INVERSE:
        return False
    return (sorted(entry.labels_before), entry.place_before) != (sorted(entry.labels_after), entry.place_after)


async def undone(session: AsyncSession, mailbox_id: UUID, seqs: Collection[int]) -> frozenset[int]:
    """Return which of these entries have been undone."""
    found = await session.execute(
        select(AuditEntry.undoes).where(
            col(AuditEntry.mailbox_id) == mailbox_id,
            col(AuditEntry.undoes).in_(seqs),
            col(AuditEntry.phase) == "end",
            col(AuditEntry.outcome) == "done",
        )
    )
    return frozenset(seq for seq in found.scalars() if seq is not None)


async def newest_to_undo(desk: Desk, message_id: UUID) -> int | None:
    """Return the number of the last thing that this actor did to a message, None if it cannot be undone (any more)."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        rows = await session.execute(
            select(AuditEntry)
            .where(
                col(AuditEntry.mailbox_id) == desk.mailbox.id,
                col(AuditEntry.subject_id) == message_id,
                col(AuditEntry.actor_id) == desk.actor.person_id,
                col(AuditEntry.action).in_(INVERSE),
                col(AuditEntry.phase) == "end",
                col(AuditEntry.outcome) == "done",
            )
            .order_by(col(AuditEntry.seq).desc())
            .limit(1)
        )
        newest = rows.scalar_one_or_none()
        if newest is None or not can_be_undone(newest):
            return None
        return None if await undone(session, desk.mailbox.id, [newest.seq]) else newest.seq


async def own_entry(desk: Desk, seq: int) -> AuditEntry:
    """Return an entry that this desk may take back; raise NotFound for another's, which only the owner may."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        entry = await session.get(AuditEntry, (desk.mailbox.id, seq)) if 0 < seq <= LAST_NUMBER else None
    hers = desk.actor.kind is Kind.OWNER or (entry is not None and entry.actor_id == desk.actor.person_id)
    if entry is None or not hers:
        raise NotFound
    return entry


async def require_not_undone(session: AsyncSession, entry: AuditEntry) -> None:
    """Raise Conflict if an act was undone, or is being undone; the caller holds the end of the chain."""
    wanted = select(AuditEntry).where(
        col(AuditEntry.mailbox_id) == entry.mailbox_id, col(AuditEntry.undoes) == entry.seq
    )
    tries = (await session.execute(wanted)).scalars().all()
    if any(each.phase == "end" and each.outcome == "done" for each in tries):
        raise Conflict(DONE_ALREADY)
    ended = {each.begins for each in tries if each.phase == "end"}
    young = [each for each in tries if each.phase == "begin" and each.at > clock.now() - STILL_RUNNING]
    if any(each.seq not in ended for each in young):
        raise Conflict
