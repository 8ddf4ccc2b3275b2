"""A team at a mailbox, as its owner changes it: its lead confirmed, its ceiling lowered, ended with everybody."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.access.acts import Act
from app.access.ceiling import Terms, fits
from app.actions.ceilings import access_locked, ceiling_of
from app.actions.desk import Desk, Within
from app.actions.hand import About
from app.actions.team_grants import ended_with, narrowed_with
from app.actions.teams import team_of
from app.actions.terms import WIDER, checked_conditions, checked_scopes, readable
from app.errors import BadRequest, Conflict, NotFound
from app.models.team import AccessState, TeamAccess


async def confirm_team(desk: Desk, access_id: UUID) -> TeamAccess:
    """Say yes to the lead who has accepted: from then on she names members. Raises Conflict if nobody waits."""
    await team_of(desk, access_id)

    async def keep(session: AsyncSession) -> None:
        locked = await _locked(session, desk, access_id)
        if locked.state != AccessState.ACCEPTED:
            raise Conflict
        locked.state = AccessState.CONFIRMED

    await _changed(desk, Act.TEAM, access_id, keep, "confirmed")
    return (await team_of(desk, access_id)).access


async def narrow_team(desk: Desk, access_id: UUID, ceiling: Terms) -> TeamAccess:
    """Lower a team's ceiling, and every member's grant with it at once; raise BadRequest for one that is higher."""
    await team_of(desk, access_id)
    lower = Terms(
        scopes=checked_scopes(ceiling.scopes),
        needs_approval=ceiling.needs_approval,
        conditions=checked_conditions(readable(ceiling.conditions)),
        until=ceiling.until,
    )
    if lower.until.tzinfo is None:
        raise BadRequest("Choose an end date within the next year.")

    async def keep(session: AsyncSession) -> None:
        locked = await _locked(session, desk, access_id)
        if locked.state not in (AccessState.OPEN, AccessState.ACCEPTED, AccessState.CONFIRMED):
            raise Conflict
        if not fits(lower, ceiling_of(locked)):
            raise BadRequest(WIDER)
        locked.scopes, locked.needs_approval = [str(scope) for scope in lower.scopes], lower.needs_approval
        locked.conditions, locked.access_until = lower.conditions, lower.until
        await narrowed_with(session, locked)

    await _changed(desk, Act.TEAM, access_id, keep, "narrowed")
    return (await team_of(desk, access_id)).access


async def end_team(desk: Desk, access_id: UUID) -> tuple[UUID, ...]:
    """Withdraw the offer, refuse its lead, or end a team with every grant it has led to, in one act.

    Returns the sends of them that are under way, of which nobody knows yet how they end.
    """
    await team_of(desk, access_id)
    ends = {AccessState.OPEN: AccessState.WITHDRAWN, AccessState.ACCEPTED: AccessState.REFUSED}
    on_its_way: list[UUID] = []

    async def keep(session: AsyncSession) -> None:
        locked = await _locked(session, desk, access_id)
        if locked.ended_at is None:
            locked.state, locked.ended_at = ends.get(locked.state, AccessState.ENDED), clock.now()
        on_its_way.extend(await ended_with(session, locked))

    await _changed(desk, Act.END_TEAM, access_id, keep, "ended")
    return tuple(on_its_way)


async def _locked(session: AsyncSession, desk: Desk, access_id: UUID) -> TeamAccess:
    access = await access_locked(session, desk.mailbox.id, access_id)
    if access is None:
        raise NotFound
    return access


async def _changed(desk: Desk, act: Act, access_id: UUID, keep: Within, reason: str) -> None:
    noted = {"subject_kind": "team", "subject_id": access_id, "reason": reason}
    async with desk.act(act, About(noted=noted), within=keep):
        pass
