"""The mailboxes where a person's teams were let in, as their lead sees them: whose, where, until when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from app.actions.resources import Resources
from app.actions.seats import Leading
from app.db.parts import Listed, Part
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.models.team import Team, TeamAccess


@dataclass(frozen=True, kw_only=True)
class Led:
    """A team's access with the team and the owner who gives it."""

    access: TeamAccess
    team: Team
    owner: Person


async def led(resources: Resources, person_id: UUID) -> list[Led]:
    """Return where a person's teams were let in, the newest first."""
    async with resources.db.transaction(person=person_id) as session:
        return await _listed(person_id).whole(session)


async def part_of_led(resources: Resources, person_id: UUID, *, size: int, after: str = "") -> Part[Led]:
    """Return a part of the same list."""
    async with resources.db.transaction(person=person_id) as session:
        return await _listed(person_id).part(session, size=size, after=after)


async def led_at(leading: Leading) -> Led:
    """Return one of them, for the lead who sits there."""
    async with leading.desk.resources.db.transaction(person=leading.desk.actor.person_id) as session:
        access = leading.access
        team = await session.get_one(Team, access.team_id)
        return Led(access=access, team=team, owner=await session.get_one(Person, access.owner_id))


async def zones_of(resources: Resources, mailbox_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the time zones of mailboxes that the caller has been told of, by id: an access ends on a day there."""
    found = {}
    for mailbox_id in set(mailbox_ids):
        async with resources.db.transaction(mailbox=mailbox_id) as session:
            found[mailbox_id] = (await session.get_one(Mailbox, mailbox_id)).zone
    return found


def _listed(person_id: UUID) -> Listed[Led]:
    wanted = (
        select(TeamAccess, Team, Person)
        .join(Team, col(Team.id) == col(TeamAccess.team_id))
        .join(Person, col(Person.id) == col(TeamAccess.owner_id))
        .where(col(TeamAccess.lead_id) == person_id)
    )
    return Listed(
        wanted=wanted,
        by=(col(TeamAccess.created_at), col(TeamAccess.id)),
        falling=True,
        read=lambda row: Led(access=row.TeamAccess, team=row.Team, owner=row.Person),
    )
