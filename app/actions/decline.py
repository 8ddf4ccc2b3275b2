"""The owner's no to a draft; whoever wrote it is told."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.access.acts import Act
from app.actions import tell
from app.actions.desk import Desk
from app.actions.draft import draft_of
from app.actions.hand import About
from app.actions.hanging import stop_sends, void_approvals
from app.models.draft import Draft, DraftState


async def decline(desk: Desk, draft_id: UUID) -> None:
    """Say no: the draft stays in the mailbox, what was scheduled of it is cancelled. Raises Conflict if too late.

    These words do not leave unless the owner says yes after all. A no to what she has approved takes that back, and she
    is asked as before.
    """
    row, message = await draft_of(desk, draft_id)

    async def stop(session: AsyncSession) -> None:
        await stop_sends(session, desk.actor, row, "declined")
        if await void_approvals(session, row, because="declined"):
            return
        kept = await session.get_one(Draft, (row.mailbox_id, row.id))
        kept.declined_at = clock.now()
        if kept.grant_id and kept.state == DraftState.OPEN:
            await tell.declined(session, desk.resources, kept)

    noted = {"reason": "declined"}
    async with desk.act(Act.APPROVE, About(message=message, draft=row, noted=noted), within=stop):
        pass
