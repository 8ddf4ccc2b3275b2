"""Grants as they stand: look, pause, resume, narrow, revoke. Every change raises the version, which voids approvals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.acts import Act
from app.access.decide import Decision, Kind
from app.access.scopes import Scope, closed, ordered
from app.actions.desk import Desk, Within
from app.actions.hand import About
from app.actions.terms import WIDER, tightened
from app.db.parts import Listed, Part
from app.errors import BadRequest, Conflict, NotFound
from app.models.conditions import Conditions
from app.models.draft import Approval, Draft, ScheduledSend, SendState
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


async def live_grant(desk: Desk) -> Grant | None:
    """Return the grant under which an assistant sits at this desk, None if she has none."""
    return next((grant for grant in await list_grants(desk) if grant.status != GrantStatus.REVOKED), None)


async def pause(desk: Desk, grant_id: UUID) -> Revoked:
    """Stop an assistant for now; what she has scheduled is held."""
    return await _end(desk, grant_id, GrantStatus.PAUSED)


async def revoke(desk: Desk, grant_id: UUID) -> Revoked:
    """End a grant for good; what it has scheduled is held, its approvals are void."""
    return await _end(desk, grant_id, GrantStatus.REVOKED)


async def resume(desk: Desk, grant_id: UUID) -> Grant:
    """Let a paused assistant go on; what was held stays held until the owner lets it go."""
    grant = await grant_of(desk, grant_id)

    async def change(session: AsyncSession, _decision: Decision) -> None:
        locked = await _locked(session, desk, grant_id)
        if locked.status != GrantStatus.PAUSED:
            raise Conflict
        locked.status, locked.version = GrantStatus.ACTIVE, locked.version + 1
        await hold_all(session, locked)

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

    async def change(session: AsyncSession, _decision: Decision) -> None:
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
        await hold_all(session, locked)

    await _changed(desk, Act.GRANT, grant, change, "narrowed")
    return await grant_of(desk, grant_id)


async def grant_of(desk: Desk, grant_id: UUID) -> Grant:
    """Return a grant of this mailbox; raise NotFound for another's."""
    for grant in await list_grants(desk):
        if grant.id == grant_id:
            return grant
    raise NotFound


async def in_flight(desk: Desk, grant_id: UUID) -> tuple[UUID, ...]:
    """Return the sends of a grant of which nobody knows yet how they end."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        rows = await session.execute(
            select(ScheduledSend.id).where(
                col(ScheduledSend.mailbox_id) == desk.mailbox.id,
                col(ScheduledSend.grant_id) == grant_id,
                col(ScheduledSend.state) == SendState.INTENT,
            )
        )
        return tuple(rows.scalars())


def _listed(desk: Desk) -> Listed[Grant]:
    wanted = select(Grant).where(col(Grant.mailbox_id) == desk.mailbox.id)
    if desk.actor.kind is not Kind.OWNER:
        wanted = wanted.where(col(Grant.assistant_id) == desk.actor.person_id)
    live = col(Grant.status) != GrantStatus.REVOKED
    return Listed(wanted=wanted, by=(live, col(Grant.created_at), col(Grant.id)), falling=True)


async def _end(desk: Desk, grant_id: UUID, status: GrantStatus) -> Revoked:
    grant = await grant_of(desk, grant_id)

    async def change(session: AsyncSession, _decision: Decision) -> None:
        locked = await _locked(session, desk, grant_id)
        if locked.status == status:
            return
        if locked.status == GrantStatus.REVOKED:
            raise Conflict
        locked.status, locked.version = status, locked.version + 1
        locked.ended_at = clock.now() if status == GrantStatus.REVOKED else None
        await hold_all(session, locked)

    act = Act.REVOKE if status == GrantStatus.REVOKED else Act.GRANT
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


async def end(session: AsyncSession, grant: Grant) -> None:
    """End a locked grant for good, with what it has scheduled."""
    grant.status, grant.version, grant.ended_at = GrantStatus.REVOKED, grant.version + 1, clock.now()
    await hold_all(session, grant)


async def hold_all(session: AsyncSession, grant: Grant) -> None:
    """Hold what the grant has scheduled and void the approvals of its drafts."""
    await session.execute(
        update(ScheduledSend)
        .where(col(ScheduledSend.mailbox_id) == grant.mailbox_id, col(ScheduledSend.grant_id) == grant.id)
        .where(col(ScheduledSend.state) == SendState.PREPARED)
        .values(state=SendState.HELD, reason="grant_gone")
    )
    drafts = select(Draft.id).where(col(Draft.mailbox_id) == grant.mailbox_id, col(Draft.grant_id) == grant.id)
    await session.execute(
        update(Approval)
        .where(col(Approval.mailbox_id) == grant.mailbox_id, col(Approval.draft_id).in_(drafts))
        .where(col(Approval.ended_at).is_(None))
        .values(ended_at=clock.now(), ended_by="grant_changed")
    )
