"""The keys of programs at a mailbox: an assistant sees her own, the owner all of them; nobody sees a secret again."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import clock
from app.access.decide import Kind
from app.actions.desk import Desk
from app.actions.hand import About
from app.db.parts import Listed, Part
from app.errors import NotFound
from app.models.grant import Grant, GrantStatus
from app.models.program_key import ProgramKey


async def part_of_keys(desk: Desk, *, size: int, after: str = "") -> Part[ProgramKey]:
    """Return a part of the keys that are good, newest first."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        return await _listed(desk).part(session, size=size, after=after)


async def good_keys(desk: Desk) -> list[ProgramKey]:
    """Return the whole of the same list."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        return await _listed(desk).whole(session)


async def is_good(desk: Desk, key: ProgramKey) -> bool:
    """Say whether a key is among them."""
    return any(each.id == key.id for each in await good_keys(desk))


async def keys_under(desk: Desk, grant: Grant) -> list[ProgramKey]:
    """Return the keys that are good under a grant that this desk has been shown, newest first."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        return await live_keys(session, grant)


async def key_of(desk: Desk, key_id: UUID) -> ProgramKey:
    """Return a key of this mailbox, ended or not; raise NotFound for another's, or for a colleague's."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        key = await session.get(ProgramKey, (desk.mailbox.id, key_id))
    hers = key is not None and key.person_id == desk.actor.person_id
    if key is None or not (hers or desk.actor.kind is Kind.OWNER):
        raise NotFound
    return key


async def live_keys(session: AsyncSession, grant: Grant) -> list[ProgramKey]:
    """Return the keys that are good under a grant, newest first."""
    wanted = _good(grant.mailbox_id).where(col(ProgramKey.grant_id) == grant.id)
    return list((await session.execute(wanted.order_by(col(ProgramKey.created_at).desc()))).scalars())


def about_key(key: ProgramKey) -> About:
    """Return what the audit says that an act on a key concerned."""
    return About(noted={"subject_kind": "key", "subject_id": key.id})


def _listed(desk: Desk) -> Listed[ProgramKey]:
    wanted = _good(desk.mailbox.id)
    if desk.actor.kind is not Kind.OWNER:
        wanted = wanted.where(col(ProgramKey.person_id) == desk.actor.person_id)
    return Listed(wanted=wanted, by=(col(ProgramKey.created_at), col(ProgramKey.id)), falling=True)


def _good(mailbox_id: UUID) -> Select[ProgramKey]:
    of_grant = (col(Grant.mailbox_id) == col(ProgramKey.mailbox_id)) & (col(Grant.id) == col(ProgramKey.grant_id))
    return (
        select(ProgramKey)
        .join(Grant, of_grant)
        .where(col(ProgramKey.mailbox_id) == mailbox_id, col(Grant.status) != GrantStatus.REVOKED)
        .where(col(ProgramKey.ended_at).is_(None), col(ProgramKey.expires_at) > clock.now())
    )
