"""What hangs on a draft and falls with a decision about it: its approvals and its scheduled sends.

Each function works in the transaction of an act on that draft, which holds the draft's lock.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from app import clock
from app.access.decide import Actor, Deny, Kind
from app.actions.hand import raise_unless_allowed
from app.actions.hold import void
from app.errors import Conflict
from app.locale.catalogues import N_
from app.models.draft import LIVE, Approval, Draft, DraftState, ScheduledSend, SendState

SENT_BACK = N_("The owner has sent this draft back. Write it anew first.")
DECLINED = N_("The owner has declined this draft. Write it anew first.")
TOO_LATE = N_("It is too late: this reply is being sent right now.")
LEFT = N_("This reply has left already.")
BEING_EDITED = N_("Somebody is writing other words into this draft right now. Look again in a moment.")


def require_open(row: Draft) -> None:
    """Raise Conflict for a draft about which nobody decides anything any more."""
    if row.state != DraftState.OPEN:
        raise Conflict(LEFT if row.state == DraftState.SENT else None)


def require_wanted(row: Draft, actor: Actor) -> None:
    """Raise Conflict for words that the owner does not want as they are, unless she decides herself."""
    if actor.kind is not Kind.OWNER and (row.sent_back_at or row.declined_at):
        raise Conflict(SENT_BACK if row.sent_back_at else DECLINED)


def require_settled(row: Draft) -> None:
    """Raise Conflict as long as other words are on their way into a draft: a decision would be about those before."""
    if row.editing_until is not None and row.editing_until > clock.now():
        raise Conflict(BEING_EDITED)


async def stop_sends(
    session: AsyncSession, actor: Actor, row: Draft, reason: str, *, only: UUID | None = None
) -> dict[UUID, str]:
    """Cancel the live sends of a draft (or one of them); return them with why they were held, if they were.

    Raises Conflict while one of them is on its way or once one has left, and Denied for an assistant where the owner
    has set the hour.
    """
    draft = await session.get_one(Draft, (row.mailbox_id, row.id))  # locked with the decision
    rows = await session.execute(_of_draft(row).with_for_update())
    live = [send for send in rows.scalars() if only in (None, send.id)]
    if draft.state == DraftState.SENT or any(send.state == SendState.INTENT for send in live):
        raise Conflict(TOO_LATE)
    if actor.kind is Kind.ASSISTANT and any(send.scheduled_by != actor.person_id for send in live):
        raise_unless_allowed(Deny("owner_only"))
    before = {send.id: send.reason for send in live}
    for send in live:
        send.state, send.reason, send.ended_at = SendState.CANCELLED, reason, clock.now()
    await session.flush()
    return before


async def words_change(session: AsyncSession, actor: Actor, row: Draft) -> None:
    """Void the approvals of a draft, and hold what somebody else has scheduled of it: those were other words.

    Raises Conflict while it is on its way.
    """
    rows = (await session.execute(_of_draft(row).with_for_update())).scalars().all()
    if any(send.state == SendState.INTENT for send in rows):
        raise Conflict(TOO_LATE)
    for send in rows:
        # A program may write what it may not send: its words must not leave at an hour that somebody else has set.
        foreign = send.scheduled_by != actor.person_id or (actor.key_id is not None and send.key_id != actor.key_id)
        if foreign and send.waits:
            send.hold("draft_edited")
    await void_approvals(session, row, because="edited")


async def live_send(session: AsyncSession, row: Draft) -> ScheduledSend | None:
    """Return the send of a draft that waits, is held, or is on its way; there is one at most."""
    return (await session.execute(_of_draft(row))).scalars().first()


async def void_approvals(session: AsyncSession, row: Draft, *, because: str) -> bool:
    """End the approvals of a draft; say whether one stood."""
    return await void(session, row.mailbox_id, [row.id], because=because)


async def void_other_hours(session: AsyncSession, row: Draft, due_at: datetime) -> None:
    """End the approvals of a draft that were given for another hour than this."""
    other = (col(Approval.due_at).is_not(None), col(Approval.due_at) != due_at)
    await void(session, row.mailbox_id, [row.id], *other, because="rescheduled")


def _of_draft(row: Draft) -> SelectOfScalar[ScheduledSend]:
    return select(ScheduledSend).where(
        col(ScheduledSend.mailbox_id) == row.mailbox_id,
        col(ScheduledSend.draft_id) == row.id,
        col(ScheduledSend.state).in_(LIVE),
    )
