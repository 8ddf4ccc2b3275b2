"""Undo: what an act did to the labels or the place of a message is taken back, that and nothing else, once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.acts import Act
from app.access.decide import Decision, Kind
from app.actions import audit
from app.actions.desk import Desk
from app.actions.draft import message_of
from app.actions.hand import About
from app.actions.label import changed
from app.actions.list_messages import SeenMessage
from app.actions.move import moved
from app.errors import BadRequest, Conflict, NotFound
from app.locale.catalogues import N_
from app.models.audit import AuditEntry
from app.providers.base import Message, Provider
from app.providers.label_names import same

# By which act another is taken back: it needs the same scope, and can itself be taken back by the other.
INVERSE = {
    Act.LABEL: Act.LABEL,
    Act.ARCHIVE: Act.UNARCHIVE,
    Act.UNARCHIVE: Act.ARCHIVE,
    Act.TRASH: Act.UNTRASH,
    Act.UNTRASH: Act.TRASH,
}
STILL_RUNNING = timedelta(minutes=1)  # an undo whose end is not noted after that has died

DONE_ALREADY = N_("This was undone already.")
MOVED_SINCE = N_("This message has been moved since then, so it stays where it is.")
NOTHING_LEFT = N_("Nothing of this is left to undo: its labels have been changed since then.")
NO_UNDO = N_("This cannot be undone: only a change of labels and a move between folders can.")


def can_be_undone(entry: AuditEntry) -> bool:
    """Say whether an entry is the end of an act that has changed labels or the place of a message."""
    done = (entry.phase, entry.decision, entry.outcome) == ("end", "allow", "done")
    if not done or entry.subject_kind != "message" or entry.action not in INVERSE:
        return False
    return (sorted(entry.labels_before), entry.place_before) != (sorted(entry.labels_after), entry.place_after)


async def undo(desk: Desk, seq: int) -> SeenMessage:
    """Take back what the entry of this number says was done to a message, and return it as it is then.

    The owner may undo everything, others what they did themselves. What others have changed since stays. Raises
    Conflict if it was undone before, if the message lies elsewhere by now, or if none of the labels is as it was left.
    """
    entry = await _own_entry(desk, seq)
    if not can_be_undone(entry) or entry.subject_id is None:
        raise BadRequest(NO_UNDO)
    known = await message_of(desk, entry.subject_id)

    async def once(session: AsyncSession, _decision: Decision) -> None:
        await audit.head_locked(session, desk.mailbox.id)  # of two at once, the second sees the first
        await _require_not_undone(session, entry)

    about = About(message=known, noted={"undoes": seq})
    async with desk.act(INVERSE[Act(entry.action)], about, within=once) as hand:
        before = await hand.mailbox.message(known.provider_id)
        if entry.action == Act.LABEL:
            on, off = _labels_to_change(entry, before)
            order = tuple(entry.labels_before)
            after = await hand.mailbox.relabel(known.provider_id, add=on, remove=off, order=order)
            hand.note(**changed(before, after, on, off))
        else:
            after = await _put_back(hand.mailbox, entry, before)
            hand.note(**moved(before, after))
    return SeenMessage(id=known.id, message=after)


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


async def _own_entry(desk: Desk, seq: int) -> AuditEntry:
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        entry = await session.get(AuditEntry, (desk.mailbox.id, seq))
    hers = desk.actor.kind is Kind.OWNER or (entry is not None and entry.actor_id == desk.actor.person_id)
    if entry is None or not hers:
        raise NotFound
    return entry


async def _require_not_undone(session: AsyncSession, entry: AuditEntry) -> None:
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


def _labels_to_change(entry: AuditEntry, now: Message) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names to put on again and to take off again, of those that are as the act has left them."""
    before, after = set(entry.labels_before), set(entry.labels_after)
    put_on, present = {same(name) for name in after - before}, {same(name) for name in now.labels}
    on = frozenset(name for name in before - after if same(name) not in present)
    off = frozenset(name for name in now.labels if same(name) in put_on)
    if not on | off:
        raise Conflict(NOTHING_LEFT)
    return on, off


async def _put_back(mailbox: Provider, entry: AuditEntry, now: Message) -> Message:
    if not entry.place_after or now.place != entry.place_after:
        raise Conflict(MOVED_SINCE)
    return await mailbox.put_back(now.id, entry.place_before)
