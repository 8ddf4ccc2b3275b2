"""An access that ends with its assistant: she was erased, so nothing is done under it any more."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.access.acts import Act
from app.actions import freeze
from app.actions.grants import in_flight
from app.actions.hand import About
from app.actions.resources import Resources
from app.actions.seats import open_desk_for_job
from app.models.grant import Grant, GrantStatus


async def leave(resources: Resources, mailbox_id: UUID, grant_id: UUID) -> tuple[UUID, ...]:
    """End a grant for good as revoking does, by Deskhand itself; return the sends that are on their way."""
    desk = await open_desk_for_job(resources, mailbox_id, None, surface="erasure")

    async def end(session: AsyncSession) -> None:
        key = (mailbox_id, grant_id)
        grant = await session.get_one(Grant, key, with_for_update=True, populate_existing=True)
        if grant.status != GrantStatus.REVOKED:
            await freeze.end(session, grant, GrantStatus.REVOKED)
            await freeze.note_under_way(session, desk.actor, Act.LEAVE, grant)

    noted = {"subject_kind": "grant", "subject_id": grant_id, "grant_id": grant_id, "reason": "erased"}
    async with desk.act(Act.LEAVE, About(noted=noted), within=end):
        pass
    return await in_flight(desk, grant_id)
