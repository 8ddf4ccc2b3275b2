"""What an erased person leaves at others' mailboxes beside accesses of her own: the teams she leads, and notes."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Text, cast, update
from sqlmodel import col, select

from app.actions.erasure_account import note_destroyed
from app.actions.handover import forget_handovers
from app.actions.lead_leaves import lead_leaves
from app.actions.resources import Resources
from app.models.grant import Agreement, Grant
from app.models.team import Team, TeamAccess


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
