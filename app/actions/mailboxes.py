"""The mailboxes that a person has to do with."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app.access.acts import Act
from app.access.facts import Decision
from app.actions.desk import Desk
from app.actions.hand import About
from app.actions.locked import mailbox_alone
from app.actions.resources import Resources
from app.actions.seats import open_desk
from app.db.parts import Listed, Part
from app.models.mailbox import Mailbox
from app.rules.moments import zone_named

# Whose they are is row-level security's to say.
_BY_ADDRESS: Listed[Mailbox] = Listed(wanted=select(Mailbox), by=(col(Mailbox.address), col(Mailbox.id)))


async def mailboxes(resources: Resources, person_id: UUID) -> list[Mailbox]:
    """Return the mailboxes that a person owns or has a grant at, by address."""
    async with resources.db.transaction(person=person_id) as session:
        return await _BY_ADDRESS.whole(session)


async def owned_by(resources: Resources, person_id: UUID) -> list[Mailbox]:
    """Return a person's own mailboxes, by address."""
    return [mailbox for mailbox in await mailboxes(resources, person_id) if mailbox.owner_id == person_id]


async def own_desks(resources: Resources, person_id: UUID, *, surface: str) -> dict[UUID, Desk]:
    """Seat a person at each of her own mailboxes."""
    own = await owned_by(resources, person_id)
    return {each.id: await open_desk(resources, person_id, each.id, surface=surface) for each in own}


async def part_of_mailboxes(resources: Resources, person_id: UUID, *, size: int, after: str = "") -> Part[Mailbox]:
    """Return a part of the same list."""
    async with resources.db.transaction(person=person_id) as session:
        return await _BY_ADDRESS.part(session, size=size, after=after)


async def set_zone(desk: Desk, zone: str) -> None:
    """Note in which IANA zone the owner of the mailbox lives; raise BadRequest for a name that is none."""
    zone_named(zone)

    async def keep(session: AsyncSession, _decision: Decision) -> None:
        mailbox = await mailbox_alone(session, desk.mailbox.id)
        mailbox.zone = zone

    async with desk.act(Act.ZONE, About(noted={"subject_kind": "mailbox"}), within=keep):
        pass
