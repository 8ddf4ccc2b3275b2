"""The teams at a mailbox, as its owner sees them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from app.actions.desk import Desk
from app.db.parts import Listed, Part
from app.errors import NotFound
from app.models.person import Person
from app.models.team import Team, TeamAccess


@dataclass(frozen=True, kw_only=True)
class SeenTeam:
    """A team's access with the team and its lead, once somebody has accepted it."""

    access: TeamAccess
    team: Team | None = None
    lead: Person | None = None


async def teams_at(desk: Desk) -> list[SeenTeam]:
    """Return the teams at this mailbox to its owner, the newest first."""
    await desk.owner_only()
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        return await _listed(desk).whole(session)


async def part_of_teams(desk: Desk, *, size: int, after: str = "") -> Part[SeenTeam]:
    """Return a part of the same list."""
    await desk.owner_only()
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        return await _listed(desk).part(session, size=size, after=after)


async def team_of(desk: Desk, access_id: UUID) -> SeenTeam:
    """Return a team at this mailbox; raise NotFound for another's."""
    for seen in await teams_at(desk):
        if seen.access.id == access_id:
            return seen
    raise NotFound


def _listed(desk: Desk) -> Listed[SeenTeam]:
    wanted = (
        select(TeamAccess, Team, Person)
        .outerjoin(Team, col(Team.id) == col(TeamAccess.team_id))
        .outerjoin(Person, col(Person.id) == col(TeamAccess.lead_id))
        .where(col(TeamAccess.mailbox_id) == desk.mailbox.id)
    )
    return Listed(
        wanted=wanted,
        by=(col(TeamAccess.created_at), col(TeamAccess.id)),
        falling=True,
        read=lambda row: SeenTeam(access=row.TeamAccess, team=row.Team, lead=row.Person),
    )
