"""A team's members, as its lead has them: seen with how much they do and never what, and removed at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app.access.acts import Act
from app.actions.desk import Desk
from app.actions.hand import About
from app.actions.team_grants import end_grants
from app.actions.usage import usage_of
from app.db.parts import Listed, Part
from app.errors import NotFound
from app.models.grant import WAITING, Grant, Invitation, InvitationState
from app.models.person import Person
from app.models.team import TeamAccess


@dataclass(frozen=True, kw_only=True)
class Member:
    """A member as her lead sees her; counts are of the last seven days, by the day of her hours' zone."""

    row: Invitation
    person: Person | None = None
    grant: Grant | None = None
    last_used: date | None = None
    counts: Mapping[str, int] = field(default_factory=dict)


async def remove_member(desk: Desk, access: TeamAccess, member_id: UUID) -> tuple[UUID, ...]:
    """End a member's access at once, or her link; return the sends under way, of which nobody knows yet how they end.

    What has ended already stays ended. Raises NotFound for nobody of this team.
    """
    await member_of(desk, access, member_id)
    on_its_way: list[UUID] = []

    async def keep(session: AsyncSession) -> None:
        key = (access.mailbox_id, member_id)
        row = await session.get_one(Invitation, key, with_for_update=True, populate_existing=True)
        if row.state in WAITING:
            row.state = InvitationState.WITHDRAWN
        on_its_way.extend(await end_grants(session, row.mailbox_id, col(Grant.member_id) == row.id))

    noted = {"subject_kind": "invitation", "subject_id": member_id, "reason": "removed"}
    async with desk.act(Act.REMOVE_MEMBER, About(access_id=access.id, noted=noted), within=keep):
        pass
    return tuple(on_its_way)


async def members(desk: Desk, access: TeamAccess) -> list[Member]:
    """Return whom the lead has named here, the newest first: by her own rows, and nothing of the mailbox."""
    async with desk.resources.db.transaction(person=desk.actor.person_id) as session:
        return await _with_usage(session, await _listed(desk, access).whole(session))


async def part_of_members(desk: Desk, access: TeamAccess, *, size: int, after: str = "") -> Part[Member]:
    """Return a part of the same list."""
    async with desk.resources.db.transaction(person=desk.actor.person_id) as session:
        part = await _listed(desk, access).part(session, size=size, after=after)
        return Part(rows=await _with_usage(session, part.rows), after=part.after)


def _listed(desk: Desk, access: TeamAccess) -> Listed[Member]:
    wanted = (
        select(Invitation, Person, Grant)
        .outerjoin(Person, col(Person.id) == col(Invitation.accepted_by))
        .outerjoin(Grant, col(Grant.member_id) == col(Invitation.id))
        .where(col(Invitation.access_id) == access.id, col(Invitation.lead_id) == desk.actor.person_id)
    )
    return Listed(
        wanted=wanted,
        by=(col(Invitation.created_at), col(Invitation.id)),
        falling=True,
        read=lambda row: Member(row=row.Invitation, person=row.Person, grant=row.Grant),
    )


async def _with_usage(session: AsyncSession, listed: Sequence[Member]) -> list[Member]:
    usage = await usage_of(session, [each.grant.id for each in listed if each.grant])
    return [
        replace(each, last_used=usage.last.get(each.grant.id), counts=usage.counts.get(each.grant.id, {}))
        if each.grant
        else each
        for each in listed
    ]


async def member_of(desk: Desk, access: TeamAccess, member_id: UUID) -> Member:
    """Return one of them; raise NotFound for nobody of this team."""
    for each in await members(desk, access):
        if each.row.id == member_id:
            return each
    raise NotFound
