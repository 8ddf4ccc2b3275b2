"""What a grant has under way when it is changed or ends: what waits is held, what is being sent is named.

Each function works in the transaction of an act that holds the grant's lock.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.acts import Act
from app.access.facts import Actor
from app.access.happenings import Happening
from app.actions import audit
from app.actions.hold import hold_sends, void
from app.models.draft import WAITS, Draft, ScheduledSend, SendState
from app.models.grant import Grant, GrantStatus

CHANGED, PAUSED, EXPIRED = "grant_gone", "grant_paused", "grant_expired"  # of access.reasons.HELD
UNDER_WAY = "in_flight"  # the reason of an entry that names a send which was being sent at that moment


async def freeze(session: AsyncSession, grant: Grant, *, because: str = CHANGED) -> int:
    """Hold what the grant has scheduled and void the approvals of its drafts; return how many sends were held."""
    held = await hold_sends(session, grant.mailbox_id, col(ScheduledSend.grant_id) == grant.id, WAITS, reason=because)
    drafts = select(Draft.id).where(col(Draft.mailbox_id) == grant.mailbox_id, col(Draft.grant_id) == grant.id)
    await void(session, grant.mailbox_id, drafts, because="grant_changed")
    return len(held)


async def end(session: AsyncSession, grant: Grant, status: GrantStatus) -> None:
    """Pause a grant or end it for good: its version rises, and it freezes."""
    grant.status, grant.version = status, grant.version + 1
    if status == GrantStatus.REVOKED:
        grant.ended_at = grant.ended_at or clock.now()  # one that was over already ended then
    await session.flush()
    await freeze(session, grant, because=PAUSED if status == GrantStatus.PAUSED else CHANGED)


async def under_way(session: AsyncSession, mailbox_id: UUID, grant_id: UUID) -> Sequence[ScheduledSend]:
    """Return the sends of a grant of which nobody knows yet how they end, in the order of their hours."""
    return await all_under_way(session, mailbox_id, col(ScheduledSend.grant_id) == grant_id)


async def all_under_way(
    session: AsyncSession, mailbox_id: UUID, *which: ColumnElement[bool]
) -> Sequence[ScheduledSend]:
    """Return the same of a whole mailbox, or of what `which` picks."""
    rows = await session.execute(
        select(ScheduledSend)
        .where(col(ScheduledSend.mailbox_id) == mailbox_id, col(ScheduledSend.state) == SendState.INTENT, *which)
        .order_by(col(ScheduledSend.due_at), col(ScheduledSend.id))
    )
    return rows.scalars().all()


async def note_under_way(session: AsyncSession, actor: Actor, act: Act | Happening, grant: Grant) -> None:
    """Have the chain name what of the grant was being sent at this moment: a certificate tells how each ended."""
    for send in await under_way(session, grant.mailbox_id, grant.id):
        await note(session, actor, act, grant, reason=UNDER_WAY, subject_kind="send", subject_id=send.id)


async def note(session: AsyncSession, actor: Actor, act: Act | Happening, grant: Grant, **columns: Any) -> None:
    """Write an entry about a grant that is part of a greater act."""
    columns |= {"grant_id": grant.id, "grant_version": grant.version}
    await audit.note(session, grant.mailbox_id, actor, act, **columns)
