"""Match a mailbox that came back from a backup: what has left since is found by its sent copy, the rest stands.

Nothing is sent and nothing is shown to anybody. Whatever may have left is looked for by the private mark in the sent
copy; a draft that is gone without one is looked for again for some minutes, since a copy may take a while to show up.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import or_, update
from sqlmodel import col, select

from app import clock
from app.actions import tell
from app.actions.desk import Desk
from app.actions.errand import Errand, Found, errand_of, look
from app.actions.resources import Resources
from app.actions.restored import SURFACE, open_restoration
from app.actions.seats import open_desk_for_job
from app.actions.settling import AS_RESTORED, COPY_SHOWS_UP, RESTORED, tell_audit
from app.actions.turns import each_in_turn
from app.models.draft import LIVE, Draft, DraftState, ScheduledSend, SendState
from app.models.mailbox import Restoration

LEASE = timedelta(minutes=1)


async def reconcile_all(resources: Resources) -> int:
    """Go on with every mailbox that is not matched yet; return how many there were that nobody else was at."""
    now = clock.now()
    async with resources.db.transaction(role="deskhand_dispatch") as session:
        rows = await session.execute(
            select(Restoration.mailbox_id)
            .where(col(Restoration.matched_at).is_(None), col(Restoration.confirmed_at).is_(None))
            .where(or_(col(Restoration.taken_at).is_(None), col(Restoration.taken_at) <= now - LEASE))
        )
        mailbox_ids = list(rows.scalars())
    await each_in_turn(mailbox_ids, partial(reconcile, resources), "the matching")
    return len(mailbox_ids)


async def reconcile(resources: Resources, mailbox_id: UUID) -> bool:
    """Look for everything that may have left a mailbox since its backup; say whether all is known now.

    Raises ProviderError or Denied if nobody can look at the moment; what was found until then stays found.
    """
    restoration = await _taken(resources, mailbox_id)
    if restoration is None:
        return False
    desk = await open_desk_for_job(resources, mailbox_id, None, surface=SURFACE)
    begun, unknown = await _open_sends(desk)
    settled = [await _matched(desk, restoration, send_id) for send_id in unknown]
    if begun or not all(settled):  # what a worker was sending is settled as ever, by the job that its row defers
        return False
    async with resources.db.transaction(mailbox=mailbox_id) as session:
        kept = await open_restoration(session, mailbox_id, locked=True)
        if kept is not None and kept.id == restoration.id:
            kept.matched_at = clock.now()
    return True


async def _taken(resources: Resources, mailbox_id: UUID) -> Restoration | None:
    """Take the lease on a mailbox's restore; None if it is matched, or somebody else is at it."""
    async with resources.db.transaction(mailbox=mailbox_id) as session:
        restoration = await open_restoration(session, mailbox_id, locked=True)
        now = clock.now()
        if restoration is None or restoration.matched_at:
            return None
        if restoration.taken_at and restoration.taken_at > now - LEASE:
            return None
        restoration.taken_at = now
        return restoration


async def _open_sends(desk: Desk) -> tuple[list[UUID], list[UUID]]:
    """Return the sends that a worker had begun, and those of which the mailbox may know more than their rows do."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        rows = await session.execute(
            select(ScheduledSend)
            .where(col(ScheduledSend.mailbox_id) == desk.mailbox.id)
            .where(col(ScheduledSend.state).in_(LIVE), col(ScheduledSend.reason) != AS_RESTORED)
            .order_by(col(ScheduledSend.due_at), col(ScheduledSend.id))
        )
        sends = rows.scalars().all()
    begun = [send.id for send in sends if send.state == SendState.INTENT]
    return begun, [send.id for send in sends if send.state != SendState.INTENT]


async def _matched(desk: Desk, restoration: Restoration, send_id: UUID) -> bool:
    """Write down what the mailbox says of one send; say whether that is final."""
    errand = await errand_of(desk.resources, desk.mailbox.id, send_id)
    found = await look(desk, errand)
    state, reason = _told(errand, found)
    if reason == "draft_gone" and clock.now() < restoration.restored_at + COPY_SHOWS_UP:
        return False
    if (state, reason) != (errand.send.state, errand.send.reason):
        await _write(desk, errand, state, reason, sent_id=found.copy.id if found.copy else "")
    return True


def _told(errand: Errand, found: Found) -> tuple[SendState, str]:
    """Return how a send stands by what was found; one that a person was asked about already keeps its question."""
    send = errand.send
    if found.copy:
        return SendState.SENT, ""
    if not found.sha256 and not found.wrong:
        return SendState.NEEDS_HUMAN, "draft_gone"
    if send.reason != RESTORED:
        return send.state, send.reason
    return SendState.HELD, found.wrong or AS_RESTORED


async def _write(desk: Desk, errand: Errand, state: SendState, reason: str, *, sent_id: str) -> None:
    """Write a row down as it was found, unless somebody has changed it since, and have the chain say so."""
    send, sent = errand.send, state is SendState.SENT
    async with desk.resources.db.transaction(mailbox=send.mailbox_id) as session:
        draft = await session.get_one(Draft, (send.mailbox_id, send.draft_id), with_for_update=True)
        mine = await session.execute(
            update(ScheduledSend)
            .where(col(ScheduledSend.mailbox_id) == send.mailbox_id, col(ScheduledSend.id) == send.id)
            .where(col(ScheduledSend.state) == send.state, col(ScheduledSend.reason) == send.reason)
            .values(state=state, reason=reason, sent_id=sent_id, ended_at=clock.now() if sent else None)
            .returning(col(ScheduledSend.id))
        )
        if mine.first() is None:
            return
        if sent:
            draft.close(DraftState.SENT)
        elif reason != AS_RESTORED:
            await tell.held(session, desk.resources, desk.mailbox, send, reason)
        outcome = "done" if sent else state.value
        await tell_audit(session, desk, errand, outcome=outcome, reason=reason, sent_id=sent_id)
