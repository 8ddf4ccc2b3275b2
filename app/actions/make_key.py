"""An assistant makes a key, so that a program of hers can do a part of what she may do at this mailbox."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.access.acts import Act
from app.access.decide import Kind
from app.access.program import new_secret
from app.access.scopes import closed, ordered
from app.actions.desk import Desk
from app.actions.own_grant import own_grant
from app.actions.program_keys import about_key, live_keys
from app.errors import BadRequest, Conflict, Denied
from app.locale.catalogues import N_
from app.models.grant import Grant
from app.models.program_key import ProgramKey

LONGEST_KEY = timedelta(days=366)
LONGEST_NAME = 60
MOST_KEYS = 20  # alive at once under one grant

NO_ASSISTANT = N_("Keys for programs are made by assistants, under their own access.")


async def make_key(
    desk: Desk, *, name: str, until: datetime, scopes: Iterable[str] = (), same_id: UUID | None = None
) -> tuple[ProgramKey, str]:
    """Make a key with some of one's own rights (all of them if none is named); return it with its secret.

    The secret is returned this once: a call repeated with its `same_id` finds the key it made, and no secret. Raises
    BadRequest for a name that is none, an end that is past or later than one's own, or more rights than one has.
    """
    grant, wanted = await own_grant(desk), tuple(scopes)
    if desk.actor.kind is not Kind.ASSISTANT or grant is None:
        raise Denied(NO_ASSISTANT, reason="assistant_only")
    if same_id and (before := await _found(desk, same_id)):
        return before, ""
    secret, digest = new_secret(desk.mailbox.id)
    key = ProgramKey(
        mailbox_id=desk.mailbox.id,
        id=same_id or uuid4(),
        grant_id=grant.id,
        person_id=grant.assistant_id,
        name=checked_name(name),
        secret_sha256=digest,
        scopes=_within(grant, wanted, until),
        created_at=clock.now(),
        expires_at=until,
    )

    async def keep(session: AsyncSession) -> None:
        locked = await session.get_one(Grant, (grant.mailbox_id, grant.id))  # with the decision
        if len(await live_keys(session, locked)) >= MOST_KEYS:
            raise BadRequest(N_("You have {most} keys here already. End one first."), most=MOST_KEYS)
        key.scopes = _within(locked, wanted, until)
        session.add(key)
        try:
            await session.flush()
        except IntegrityError:
            raise Conflict("This key is being made already. Look at the list in a moment.") from None

    async with desk.act(Act.MAKE_KEY, about_key(key), within=keep):
        return key, secret


def checked_name(name: str) -> str:
    """Return a key's name in one line; raise BadRequest for none, an endless one, or one that cannot be shown."""
    line = " ".join(name.split())
    if not line or len(line) > LONGEST_NAME or not line.isprintable():
        raise BadRequest(N_("Give the key a name of at most {most} characters."), most=LONGEST_NAME)
    return line


def _within(grant: Grant, wanted: tuple[str, ...], until: datetime) -> list[str]:
    """Return the rights of a key under a grant; raise BadRequest for what would go beyond the grant, or a year."""
    if until.tzinfo is None or not clock.now() < until <= clock.now() + LONGEST_KEY:
        raise BadRequest("Choose an end date within the next year.")
    try:
        scopes = closed(wanted or grant.scopes)
    except ValueError:
        raise BadRequest("One of these rights is not known here.") from None
    if not scopes <= closed(grant.scopes):
        raise BadRequest(N_("A key cannot do more than you may do here yourself."))
    if until > grant.expires_at:
        raise BadRequest(N_("A key ends with your own access at the latest."))
    return list(ordered(scopes))


async def _found(desk: Desk, key_id: UUID) -> ProgramKey | None:
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        return await session.get(ProgramKey, (desk.mailbox.id, key_id))
