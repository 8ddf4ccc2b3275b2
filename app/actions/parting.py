"""What an erased person leaves at others' mailboxes beside accesses of her own: the teams she leads, and notes."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Text, cast, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.acts import Act
from app.access.decide import Decision
from app.actions import tell
from app.actions.ceilings import access_locked
from app.actions.erasure_account import note_destroyed
from app.actions.hand import About
from app.actions.handover import forget_handovers
from app.actions.resources import Resources
from app.actions.seats import open_desk_for_job
from app.actions.team_grants import ended_with
from app.models.grant import Agreement, Grant
from app.models.team import AccessState, Team, TeamAccess


async def part_from_others(resources: Resources, erasure_id: UUID, person_id: UUID) -> None:
    """End every access of the teams that a person leads, delete the notes by her and about her, name no team of hers.

    To be done before her own grants end: afterwards less can be found by them.
    """
    async with resources.db.transaction(person=person_id) as session:
        led = await session.execute(
            select(TeamAccess.mailbox_id, TeamAccess.id, TeamAccess.ended_at).where(
                col(TeamAccess.lead_id) == person_id
            )
        )
        teams = [(row[0], row[1], row[2]) for row in led]
        agreed = await session.execute(select(Agreement.mailbox_id).where(col(Agreement.person_id) == person_id))
        given = await session.execute(select(Grant.mailbox_id).where(col(Grant.assistant_id) == person_id))
        places = {*agreed.scalars(), *given.scalars(), *(each[0] for each in teams)}
    for mailbox_id, access_id, ended_at in teams:
        if ended_at is None:
            await lead_leaves(resources, mailbox_id, access_id)
    for mailbox_id in sorted(places):
        async with resources.db.transaction(mailbox=mailbox_id) as session:
            if gone := await forget_handovers(session, mailbox_id, person_id):
                await note_destroyed(session, erasure_id, {"handover": gone})
    async with resources.db.transaction(person=person_id) as session:
        await session.execute(update(Team).where(col(Team.lead_id) == person_id).values(name=cast(Team.id, Text)))


async def lead_leaves(resources: Resources, mailbox_id: UUID, access_id: UUID) -> None:
    """End a team's access with every grant it has led to, by Deskhand itself, and tell the owner."""
    desk = await open_desk_for_job(resources, mailbox_id, None, surface="erasure")

    async def end(session: AsyncSession, _decision: Decision) -> None:
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
