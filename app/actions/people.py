"""The people of a mailbox as they may know of each other, and what a person says of herself."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import col, select

from app import clock
from app.access import identity
from app.access.identity import SignedIn
from app.actions.desk import Desk
from app.actions.grants import list_grants
from app.actions.resources import Resources
from app.models.mailbox import Mailbox
from app.models.person import Login, Person
from app.rules.moments import zone_named

Names = dict[UUID, Person]


async def people_of(desk: Desk) -> Names:
    """Return the mailbox's owner and those assistants whose grants this desk may see, by id."""
    ids = {desk.mailbox.owner_id, *(grant.assistant_id for grant in await list_grants(desk))}
    return await _people(desk.resources, ids)


async def owners_of(resources: Resources, mailboxes: Iterable[Mailbox]) -> Names:
    """Return the owners of mailboxes that the caller has been shown already, by id."""
    return await _people(resources, {mailbox.owner_id for mailbox in mailboxes})


async def set_own_zone(resources: Resources, person_id: UUID, zone: str) -> None:
    """Note in which time zone a person lives; raise BadRequest for a name that is none."""
    zone_named(zone)
    async with resources.db.transaction(person=person_id) as session:
        person = await session.get_one(Person, person_id, with_for_update=True)
        person.zone = zone


async def note_zone(resources: Resources, person: Person, zone: str) -> None:
    """Take a mailbox's zone as a person's own if she has named none; raise BadRequest for a name that is none."""
    zone_named(zone)
    if not person.zone:
        await set_own_zone(resources, person.id, zone)


async def own_logins(resources: Resources, signed: SignedIn) -> list[Login]:
    """Return where a person is signed in, the last used first."""
    async with resources.db.transaction(person=signed.person.id) as session:
        return await identity.logins(session, signed.person.id, clock.now())


async def sign_out(resources: Resources, signed: SignedIn, login_id: UUID | None = None) -> None:
    """End one of a person's logins; her present one unless another is named."""
    async with resources.db.transaction(person=signed.person.id) as session:
        await identity.end_login(session, signed.person.id, login_id or signed.login.id, clock.now())


async def sign_out_elsewhere(resources: Resources, signed: SignedIn) -> int:
    """End all of a person's logins but the present one, and return how many that were."""
    async with resources.db.transaction(person=signed.person.id) as session:
        return await identity.end_other_logins(session, signed.login, clock.now())


async def _people(resources: Resources, ids: set[UUID]) -> Names:
    async with resources.db.transaction() as session:
        found = await session.execute(select(Person).where(col(Person.id).in_(ids)))
        return {person.id: person for person in found.scalars()}
