"""Who may sit down at which desk."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import NamedTuple, cast
from uuid import UUID

from sqlmodel import col, select

from app import clock
from app.access.decide import Actor, Kind
from app.access.program import place_of, program_of
from app.actions.desk import Desk
from app.actions.resources import Resources
from app.actions.tokens import access_token
from app.actions.watched import Watched
from app.errors import BadKey, NotFound
from app.models.mailbox import Mailbox
from app.models.team import TeamAccess
from app.providers.mailboxes import open_provider
from app.providers.protocol import Provider

PROGRAM = "program"  # the surface of a key


class Leading(NamedTuple):
    """A lead's desk, good for naming and removing alone, and the access it is about."""

    desk: Desk
    access: TeamAccess


async def open_desk(
    resources: Resources,
    person_id: UUID,
    mailbox_id: UUID,
    *,
    surface: str,
    request_id: str = "",
    login_id: UUID | None = None,
) -> Desk:
    """Seat a person at a mailbox; raise NotFound unless she is its owner or has a grant that is not revoked."""
    async with resources.db.transaction(person=person_id) as session:
        mailbox = await session.get(Mailbox, mailbox_id)
    if mailbox is None:
        raise NotFound
    kind = Kind.OWNER if mailbox.owner_id == person_id else Kind.ASSISTANT
    actor = Actor(kind=kind, person_id=person_id, surface=surface, request_id=request_id, login_id=login_id)
    return _seated(resources, actor, mailbox)


async def open_desk_with_key(resources: Resources, secret: str, *, request_id: str = "") -> Desk:
    """Seat a program at the mailbox of its key, as the assistant who made it; raise BadKey unless the key is good."""
    place = place_of(secret)
    if place is None:
        raise BadKey
    async with resources.db.transaction(mailbox=place) as session:
        key = await program_of(session, place, secret, clock.now())
        if key is None:
            raise BadKey
        mailbox = await session.get_one(Mailbox, place)
    actor = Actor(
        kind=Kind.ASSISTANT,
        person_id=key.person_id,
        surface=PROGRAM,
        request_id=request_id,
        key_id=key.id,
        only=frozenset(),  # the desk looks up what it opens, for each act anew
    )
    return _seated(resources, actor, mailbox)


async def open_desk_for_job(
    resources: Resources, mailbox_id: UUID, person_id: UUID | None, *, surface: str, key_id: UUID | None = None
) -> Desk:
    """Seat whoever asked for a job at its mailbox, revoked or not; None is Deskhand itself.

    `key_id` is the key of the program that asked for it on her behalf.
    """
    async with resources.db.transaction(mailbox=mailbox_id) as session:
        mailbox = await session.get(Mailbox, mailbox_id)
    if mailbox is None:
        raise NotFound
    return desk_for_job(resources, mailbox, person_id, surface=surface, key_id=key_id)


def desk_for_job(
    resources: Resources, mailbox: Mailbox, person_id: UUID | None, *, surface: str, key_id: UUID | None = None
) -> Desk:
    """Do the same where the mailbox has been read just now."""
    kinds = {None: Kind.SYSTEM, mailbox.owner_id: Kind.OWNER}
    actor = Actor(kind=kinds.get(person_id, Kind.ASSISTANT), person_id=person_id, surface=surface)
    actor = replace(actor, key_id=key_id, only=frozenset()) if key_id else actor
    return _seated(resources, actor, mailbox)


def watching(desk: Desk) -> Desk:
    """Seat Deskhand itself where somebody sits: no later than she did, so it does nothing by a consent given since."""
    return replace(desk, actor=Actor.itself(desk.actor.surface))


async def open_lead_desk(
    resources: Resources, person_id: UUID, access_id: UUID, *, surface: str, request_id: str = ""
) -> Leading:
    """Seat a team's lead where her team was let in; raise NotFound for an access that is not hers."""
    async with resources.db.transaction(person=person_id) as session:
        rows = await session.execute(
            select(TeamAccess).where(col(TeamAccess.id) == access_id, col(TeamAccess.lead_id) == person_id)
        )
        access = rows.scalar_one_or_none()
    if access is None:
        raise NotFound
    async with resources.db.transaction(mailbox=access.mailbox_id) as session:
        mailbox = await session.get_one(Mailbox, access.mailbox_id)
    actor = Actor(kind=Kind.LEAD, person_id=person_id, surface=surface, request_id=request_id)
    return Leading(_seated(resources, actor, mailbox), access)


def _seated(resources: Resources, actor: Actor, mailbox: Mailbox) -> Desk:
    opened = open_provider(
        mailbox.provider,
        transport=resources.transport,
        tokens=partial(access_token, resources, mailbox.id, seated_at=clock.now()),
        settings=resources.settings,
        key=str(mailbox.id),
        reader=resources.reader,
    )
    return Desk(resources, actor, mailbox, cast(Provider, Watched(opened, resources, mailbox.id)))
