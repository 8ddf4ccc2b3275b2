"""The intent to send, written down before the call: if all is as it was seen, and there is room in the limits."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import clock
from app.actions.errand import Errand
from app.actions.places import NoPlace, has_place
from app.errors import Conflict
from app.models.draft import Approval, Draft, DraftState, ScheduledSend, SendState
from app.models.mailbox import Mailbox


async def write_intent(
    session: AsyncSession, mailbox: Mailbox, errand: Errand, *, fence: int, recipients: int
) -> UUID | None:
    """Move the row to intent if all still is as it was seen, and use up its approval.

    Returns that approval, which an earlier attempt of this very send may have used; None if it needs none. Raises
    Conflict if something has changed, NoPlace if it does not fit into the mailbox's sending limits now.
    """
    now, send = clock.now(), errand.send
    draft = await session.get_one(Draft, (send.mailbox_id, send.draft_id))  # locked with the decision
    if draft.state != DraftState.OPEN or draft.revision != errand.draft.revision:
        raise Conflict
    taken = await session.execute(
        update(ScheduledSend)
        .where(col(ScheduledSend.mailbox_id) == send.mailbox_id, col(ScheduledSend.id) == send.id)
        .where(col(ScheduledSend.state) == send.state, col(ScheduledSend.fence) == send.fence)
        .where(col(ScheduledSend.due_at) <= now)
        .values(state=SendState.INTENT, reason="", fence=fence, intent_at=now, dispatched_at=now)
        .values(place_at=now, recipients=recipients)
        .returning(col(ScheduledSend.id))
    )
    if taken.first() is None:
        raise Conflict
    approval_id = await _use_approval(session, send)
    # What was begun before has its place, and cannot be put off: nobody knows yet whether it has left.
    if not errand.begun and not await has_place(session, mailbox, send, recipients):
        raise NoPlace
    return approval_id


async def _use_approval(session: AsyncSession, send: ScheduledSend) -> UUID | None:
    await session.execute(
        update(Approval)
        .where(col(Approval.mailbox_id) == send.mailbox_id, col(Approval.draft_id) == send.draft_id)
        .where(col(Approval.ended_at).is_(None))
        .values(ended_at=clock.now(), ended_by=send.used_mark)
    )
    used = await session.execute(
        select(col(Approval.id))
        .where(col(Approval.mailbox_id) == send.mailbox_id, col(Approval.draft_id) == send.draft_id)
        .where(col(Approval.ended_by) == send.used_mark)
        .order_by(col(Approval.approved_at).desc())
        .limit(1)
    )
    return used.scalar_one_or_none()
