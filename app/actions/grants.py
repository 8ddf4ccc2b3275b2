"""Grants as they stand: look, pause, resume, narrow, revoke. Every change raises the version, which voids approvals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from app import clock
from app.access.acts import Act
from app.access.decide import Kind
from app.access.scopes import Scope, closed, ordered
from app.actions import freeze
from app.actions.desk import Desk, Within
from app.actions.hand import About
from app.actions.terms import WIDER, tightened
from app.db.parts import Listed, Part
from app.errors import BadRequest, Conflict, NotFound
from app.models.conditions import Conditions
from app.models.grant import Grant, GrantStatus, NeedsApproval


@dataclass(frozen=True, kw_only=True)
class Revoked:
    """How far a revocation has come: `done` once nothing of the grant is on its way any more."""

    grant: Grant
    in_flight: tuple[UUID, ...]

    @property
    def done(self) -> bool:
        """Whether no send of this grant can begin or is under way."""
        return not self.in_flight


async def list_grants(desk: Desk) -> list[Grant]:
    """Return the grants at this mailbox, live ones first; an assistant sees her own alone."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        return await _listed(desk).whole(session)


async def part_of_grants(desk: Desk, *, size: int, after: str = "") -> Part[Grant]:
    """Return a part of the same list."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        return await _listed(desk).part(session, size=size, after=after)


async def pause(desk: Desk, grant_id: UUID) -> Revoked:
    """Stop an assistant for now; what she has scheduled is held."""
    return await _end(desk, grant_id, GrantStatus.PAUSED)


async def revoke(desk: Desk, grant_id: UUID) -> Revoked:
    """End a grant for good; what it has scheduled is held, its approvals are void."""
    return await _end(desk, grant_id, GrantStatus.REVOKED)


async def resume(desk: Desk, grant_id: UUID, *, as_of: int | None = None) -> Grant:
    """Let a paused assistant go on; what was held stays held until its hour is set again.

    Raises Conflict for a grant that is not paused or is over, or that has changed since its version `as_of`.
    """
    grant = await grant_of(desk, grant_id)

    async def change(session: AsyncSession) -> None:
        locked = await _locked(session, desk, grant_id)
        if locked.status != GrantStatus.PAUSED or locked.over(clock.now()) or as_of not in (None, locked.version):
            raise Conflict
        locked.status, locked.version = GrantStatus.ACTIVE, locked.version + 1
        await freeze.freeze(session, locked, because=freeze.PAUSED)

    await _changed(desk, Act.GRANT, grant, change, "resumed")
    return await grant_of(desk, grant_id)


async def narrow(
    desk: Desk,
    grant_id: UUID,
    *,
    scopes: Iterable[str],
    until: datetime,
    needs_approval: NeedsApproval = NeedsApproval.ALWAYS,
    conditions: Conditions | None = None,
) -> Grant:
    """Take rights away or bring the end nearer; raise BadRequest for anything that would widen the grant."""
    grant = await grant_of(desk, grant_id)
    wanted = _known(scopes)
    if until.tzinfo is None:
        raise BadRequest("Choose an end date within the next year.")

    async def change(session: AsyncSession) -> None:
        locked = await _locked(session, desk, grant_id)
        if locked.status == GrantStatus.REVOKED:
            raise Conflict
        wider = not set(wanted) <= closed(locked.scopes) or until > locked.expires_at
        if wider:
            raise BadRequest(WIDER)
        bound = tightened(locked, needs_approval, conditions)
        locked.scopes, locked.expires_at = list(wanted), until
        locked.needs_approval, locked.version = needs_approval, locked.version + 1
        locked.conditions = bound
        await freeze.freeze(session, locked)

    await _changed(desk, Act.GRANT, grant, change, "narrowed")
    return await grant_of(desk, grant_id)


async def grant_of(desk: Desk, grant_id: UUID) -> Grant:
    """Return a grant of this mailbox; raise NotFound for another's."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        rows = await session.execute(_of(desk).where(col(Grant.id) == grant_id))
    grant = rows.scalar_one_or_none()
    if grant is None:
        raise NotFound
    return grant


async def in_flight(desk: Desk, grant_id: UUID) -> tuple[UUID, ...]:
    """Return the ids of the sends of a grant of which nobody knows yet how they end."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        return tuple(send.id for send in await freeze.under_way(session, desk.mailbox.id, grant_id))


def _listed(desk: Desk) -> Listed[Grant]:
    live = col(Grant.status) != GrantStatus.REVOKED
    return Listed(wanted=_of(desk), by=(live, col(Grant.created_at), col(Grant.id)), falling=True)


def _of(desk: Desk) -> SelectOfScalar[Grant]:
    """Ask for the grants that this desk may know of."""
    wanted = select(Grant).where(col(Grant.mailbox_id) == desk.mailbox.id)
    if desk.actor.kind is not Kind.OWNER:
        wanted = wanted.where(col(Grant.assistant_id) == desk.actor.person_id)
    return wanted


async def _end(desk: Desk, grant_id: UUID, status: GrantStatus) -> Revoked:
    grant = await grant_of(desk, grant_id)
    act = Act.REVOKE if status == GrantStatus.REVOKED else Act.GRANT

    async def change(session: AsyncSession) -> None:
        locked = await _locked(session, desk, grant_id)
        if locked.status == status:
            return
        if locked.status == GrantStatus.REVOKED:
            raise Conflict
        await freeze.end(session, locked, status)
        await freeze.note_under_way(session, desk.actor, act, locked)

    await _changed(desk, act, grant, change, status.value)
    return Revoked(grant=await grant_of(desk, grant_id), in_flight=await in_flight(desk, grant_id))


async def _changed(desk: Desk, act: Act, grant: Grant, change: Within, reason: str) -> None:
    noted = {"subject_kind": "grant", "subject_id": grant.id, "grant_id": grant.id, "reason": reason}
    async with desk.act(act, About(noted=noted), within=change):
        pass


async def _locked(session: AsyncSession, desk: Desk, grant_id: UUID) -> Grant:
    return await session.get_one(Grant, (desk.mailbox.id, grant_id), with_for_update=True, populate_existing=True)


def _known(scopes: Iterable[str]) -> list[Scope]:
    try:
        return ordered(closed(scopes))
    except ValueError:
        raise BadRequest("One of these rights is not known here.") from None
