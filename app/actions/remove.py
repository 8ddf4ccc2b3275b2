"""An assistant leaves every mailbox of an owner's in one act, of which a certificate tells."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app.access.acts import Act
from app.actions import freeze
from app.actions.desk import Desk
from app.actions.ended import Ended, ended_by, grouped
from app.actions.hand import About
from app.actions.invite import refuse_accepted
from app.actions.mailboxes import own_desks
from app.actions.resources import Resources
from app.errors import Conflict, NotFound
from app.models.grant import Grant, GrantStatus
from app.models.person import Person

KIND, REMOVED = "removal", "removed"


async def assistants(resources: Resources, owner_id: UUID) -> dict[UUID, tuple[Person, list[Grant]]]:
    """Return the people who have access to an owner's mailboxes, by name, each with her grants there."""
    async with resources.db.transaction(person=owner_id) as session:
        rows = await session.execute(
            select(Person, Grant)
            .join(Grant, col(Grant.assistant_id) == col(Person.id))
            .where(col(Grant.owner_id) == owner_id, col(Grant.status) != GrantStatus.REVOKED)
            .order_by(col(Person.name), col(Person.email), col(Grant.created_at))
        )
        found: dict[UUID, tuple[Person, list[Grant]]] = {}
        for person, grant in rows:
            found.setdefault(person.id, (person, []))[1].append(grant)
        return found


async def remove(resources: Resources, owner_id: UUID, assistant_id: UUID, *, surface: str) -> UUID:
    """End every grant of an assistant at an owner's mailboxes; return the id of the act, and of its certificate.

    Asked twice, the second time finds the first. Each mailbox is left for itself, so that one that cannot be reached
    keeps no other from it; to ask again does the rest. Raises NotFound for somebody who has never assisted her.
    """
    _person, held = (await assistants(resources, owner_id)).get(assistant_id, (None, []))
    removal_id = uuid4()

    desks = await own_desks(resources, owner_id, surface=surface)
    ending = (_remove_here(desks[grant.mailbox_id], grant, removal_id) for grant in held)
    outcomes = await asyncio.gather(*ending, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
    for desk in desks.values():
        await refuse_accepted(desk, assistant_id)
    return removal_id if any(outcomes) else await _last_removal(resources, owner_id, assistant_id)


async def removals(resources: Resources, owner_id: UUID) -> dict[UUID, list[Ended]]:
    """Return what an owner has ended, by the ids under which their certificates are, the newest first."""
    return grouped(await ended_by(resources, owner_id, Act.REVOKE))


async def removal_of(resources: Resources, owner_id: UUID, removal_id: UUID) -> list[Ended]:
    """Return what one removal has ended; raise NotFound for what is not this owner's."""
    found = await ended_by(resources, owner_id, Act.REVOKE, removal_id)
    if not found:
        raise NotFound
    return found


async def _remove_here(desk: Desk, grant: Grant, removal_id: UUID) -> bool:
    """End one grant as part of a removal; return False if it has ended already."""

    async def change(session: AsyncSession) -> None:
        key = (grant.mailbox_id, grant.id)
        locked = await session.get_one(Grant, key, with_for_update=True, populate_existing=True)
        if locked.status == GrantStatus.REVOKED:
            raise Conflict
        await freeze.end(session, locked, GrantStatus.REVOKED)
        await freeze.note_under_way(session, desk.actor, Act.REVOKE, locked)

    noted = {"subject_kind": KIND, "subject_id": removal_id, "grant_id": grant.id, "reason": REMOVED}
    try:
        async with desk.act(Act.REVOKE, About(noted=noted), within=change):
            return True
    except Conflict:
        return False


async def _last_removal(resources: Resources, owner_id: UUID, assistant_id: UUID) -> UUID:
    ended = await ended_by(resources, owner_id, Act.REVOKE)
    hers = [each for each in ended if each.assistant.id == assistant_id]
    if not hers:
        raise NotFound
    return max(hers, key=lambda each: each.entry.at).act_id
