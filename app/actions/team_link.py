"""The link by which a team's lead takes an owner's invitation of her team, as the person she signs in as."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from app import clock
from app.actions.links import TEAM, read_link
from app.actions.resources import Resources
from app.actions.terms import checked_name
from app.errors import BadRequest, NotFound
from app.models.person import Person
from app.models.team import AccessState, Team, TeamAccess

USED = "This link has been used, or it is over. Ask for a new one."


async def team_by(resources: Resources, token: str, person_id: UUID | None = None) -> tuple[TeamAccess, Person]:
    """Return what a link offers, with the owner; one that is used only to whoever has used it. Raises NotFound."""
    link = read_link(token)
    async with resources.db.transaction(mailbox=link.place) as session:
        access = await session.get(TeamAccess, (link.place, link.row_id))
        if not access or link.kind != TEAM or not link.opens(access.secret_sha256):
            raise NotFound(USED)
        if not access.is_open(clock.now()) and (person_id is None or access.lead_id != person_id):
            raise NotFound(USED)
        return access, await session.get_one(Person, access.owner_id)


async def accept_team(resources: Resources, person_id: UUID, token: str, *, name: str) -> TeamAccess:
    """Take an invitation for one's team of this name, made if there is none; the owner confirms who its lead is.

    Pressed twice, the second press finds it done. Raises BadRequest for a name nobody could read, or the owner herself.
    """
    access, owner = await team_by(resources, token, person_id)
    if access.lead_id == person_id:
        return access
    if owner.id == person_id:
        raise BadRequest("This is your own mailbox. Send the link to the person who is to help you.")
    team_id = await _team(resources, person_id, checked_name(name))
    async with resources.db.transaction(mailbox=access.mailbox_id) as session:
        key = (access.mailbox_id, access.id)
        locked = await session.get_one(TeamAccess, key, with_for_update=True, populate_existing=True)
        if not locked.is_open(clock.now()):
            raise NotFound(USED)
        locked.state, locked.accepted_at = AccessState.ACCEPTED, clock.now()
        locked.team_id, locked.lead_id = team_id, person_id
        return locked


async def _team(resources: Resources, lead_id: UUID, name: str) -> UUID:
    async with resources.db.transaction(person=lead_id) as session:
        row = {"id": uuid4(), "lead_id": lead_id, "name": name, "created_at": clock.now()}
        await session.execute(insert(Team).values(row).on_conflict_do_nothing())
        found = await session.execute(select(Team.id).where(col(Team.lead_id) == lead_id, col(Team.name) == name))
        return found.scalar_one()
