"""Holds what is scheduled, lets it wait again, and voids the owner's yes: each by one statement for all that it means.

Whoever decides about one draft, with its lock, finds these in `hanging`.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Update, and_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import clock
from app.models.draft import Approval, ScheduledSend, SendState


async def hold_sends(session: AsyncSession, mailbox_id: UUID, *which: ColumnElement[bool], reason: str) -> list[UUID]:
    """Hold sends of a mailbox until a person decides, for a reason of `access.reasons.HELD`; return their drafts."""
    held = _sends(mailbox_id, *which).values(state=SendState.HELD, reason=reason)
    return list((await session.execute(held.returning(col(ScheduledSend.draft_id)))).scalars())


async def let_wait(session: AsyncSession, mailbox_id: UUID, *which: ColumnElement[bool]) -> None:
    """Have sends of a mailbox wait for their hours again, as `ScheduledSend.wait_again` has it."""
    await session.execute(_sends(mailbox_id, *which).values(state=SendState.PREPARED, reason="", dispatched_at=None))


async def void(
    session: AsyncSession,
    mailbox_id: UUID,
    drafts: Collection[UUID] | Select[UUID],
    *which: ColumnElement[bool],
    because: str,
) -> bool:
    """End the approvals of drafts, all or those that `which` picks; say whether one stood."""
    ended = await session.execute(
        update(Approval)
        .where(col(Approval.mailbox_id) == mailbox_id, col(Approval.draft_id).in_(drafts))
        .where(col(Approval.ended_at).is_(None), *which)
        .values(ended_at=clock.now(), ended_by=because)
        .returning(col(Approval.id))
    )
    return ended.first() is not None


def untaken(send: ScheduledSend, *, fence: int | None = None) -> ColumnElement[bool]:
    """Pick a send as it was read, or as an attempt at it has left it: `fence` is the one which that has written."""
    return and_(
        col(ScheduledSend.id) == send.id,
        col(ScheduledSend.state) == (SendState.INTENT if fence else SendState.PREPARED),
        col(ScheduledSend.fence) == (fence or send.fence),
    )


def _sends(mailbox_id: UUID, *which: ColumnElement[bool]) -> Update:
    return update(ScheduledSend).where(col(ScheduledSend.mailbox_id) == mailbox_id, *which)
