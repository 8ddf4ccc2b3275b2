"""The end of a program's key: by the assistant who made it or by the owner, at once, whatever else has happened."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import clock
from app.access.acts import Act
from app.access.decide import Kind
from app.actions import audit
from app.actions.desk import Desk
from app.actions.hold import hold_sends
from app.actions.program_keys import about_key, key_of
from app.models.draft import WAITS, ScheduledSend
from app.models.program_key import ProgramKey


async def end_key(desk: Desk, key_id: UUID) -> None:
    """End a key for good; what its program has scheduled is held. Ended twice is ended once.

    Raises NotFound for a key of another mailbox or, to an assistant, of a colleague.
    """
    key = await key_of(desk, key_id)
    if key.ended_at is not None:
        return

    async def end(session: AsyncSession) -> None:
        locked = await session.get_one(ProgramKey, (key.mailbox_id, key.id), with_for_update=True)
        locked.ended_at = locked.ended_at or clock.now()
        await hold_sends(session, key.mailbox_id, col(ScheduledSend.key_id) == key.id, WAITS, reason="key_gone")

    if desk.actor.kind is Kind.OWNER:
        async with desk.act(Act.END_KEY, about_key(key), within=end):
            return
    # Her own, and it only takes something away: so her grant is not asked, which may be paused or over.
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        await end(session)
        about = about_key(key).for_audit()
        await audit.note(session, desk.mailbox.id, desk.actor, Act.END_KEY, grant_id=key.grant_id, **about)
