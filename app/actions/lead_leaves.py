"""A team's access that ends with its lead: she was erased, so nobody answers for whom she has named."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.access.acts import Act
from app.actions import tell
from app.actions.ceilings import access_locked
from app.actions.hand import About
from app.actions.resources import Resources
from app.actions.seats import open_desk_for_job
from app.actions.team_grants import ended_with
from app.models.team import AccessState


async def lead_leaves(resources: Resources, mailbox_id: UUID, access_id: UUID) -> None:
    """End a team's access with every grant it has led to, by Deskhand itself, and tell the owner."""
    desk = await open_desk_for_job(resources, mailbox_id, None, surface="erasure")

    async def end(session: AsyncSession) -> None:
        access = await access_locked(session, mailbox_id, access_id)
        if access is None or access.ended_at:
            return
        refused = access.state == AccessState.ACCEPTED
        access.state, access.ended_at = AccessState.REFUSED if refused else AccessState.ENDED, clock.now()
        await ended_with(session, access)
        await tell.team_ended(session, resources, desk.mailbox, access_id)

    noted = {"subject_kind": "team", "subject_id": access_id, "reason": "lead_erased"}
    async with desk.act(Act.LEAVE, About(noted=noted), within=end):
        pass
