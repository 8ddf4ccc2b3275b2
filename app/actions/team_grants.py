"""What happens to everybody whom a team's lead has named when its ceiling is lowered or its access ends."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app.access.ceiling import Terms, fits, fitted
from app.actions.ceilings import ceiling_of, terms_of
from app.actions.freeze import all_under_way, end, freeze
from app.models.draft import ScheduledSend
from app.models.grant import WAITING, Grant, GrantStatus, Invitation, InvitationState
from app.models.team import TeamAccess


async def narrowed_with(session: AsyncSession, access: TeamAccess) -> None:
    """Bring every grant and every open link of a team below its ceiling; what nothing is left of, ends."""
    ceiling = ceiling_of(access)
    for named in await _named(session, access):
        left = fitted(terms_of(named), ceiling)
        if left is None:
            named.state = InvitationState.WITHDRAWN
            continue
        named.scopes, named.needs_approval = [str(scope) for scope in left.scopes], left.needs_approval
        named.conditions, named.grant_until = left.conditions, left.until
    for grant in await _live(session, access.mailbox_id, col(Grant.access_id) == access.id):
        await _lowered(session, grant, ceiling)


async def ended_with(session: AsyncSession, access: TeamAccess) -> list[UUID]:
    """End every grant and every open link of a team; return the sends under way, of which nobody knows the end."""
    await session.execute(
        update(Invitation)
        .where(col(Invitation.mailbox_id) == access.mailbox_id, col(Invitation.access_id) == access.id)
        .where(col(Invitation.state).in_(WAITING))
        .values(state=InvitationState.WITHDRAWN)
    )
    return await end_grants(session, access.mailbox_id, col(Grant.access_id) == access.id)


async def end_grants(session: AsyncSession, mailbox_id: UUID, which: ColumnElement[bool]) -> list[UUID]:
    """End grants of a mailbox; return the sends under way of these and of those ended before."""
    for grant in await _live(session, mailbox_id, which):
        await end(session, grant, GrantStatus.REVOKED)
    given = select(Grant.id).where(col(Grant.mailbox_id) == mailbox_id, which)
    return [send.id for send in await all_under_way(session, mailbox_id, col(ScheduledSend.grant_id).in_(given))]


async def _lowered(session: AsyncSession, grant: Grant, ceiling: Terms) -> None:
    now = Terms(
        scopes=grant.scopes,
        needs_approval=grant.needs_approval,
        conditions=grant.conditions,
        until=grant.expires_at,
    )
    if fits(now, ceiling):
        return
    left = fitted(now, ceiling)
    if left is None:
        await end(session, grant, GrantStatus.REVOKED)
        return
    grant.scopes, grant.needs_approval = [str(scope) for scope in left.scopes], left.needs_approval
    grant.conditions, grant.expires_at, grant.version = left.conditions, left.until, grant.version + 1
    await freeze(session, grant)


async def _named(session: AsyncSession, access: TeamAccess) -> list[Invitation]:
    rows = await session.execute(
        select(Invitation)
        .where(col(Invitation.mailbox_id) == access.mailbox_id, col(Invitation.access_id) == access.id)
        .where(col(Invitation.state).in_(WAITING))
        .order_by(col(Invitation.id))
        .with_for_update()
    )
    return list(rows.scalars())


async def _live(session: AsyncSession, mailbox_id: UUID, which: ColumnElement[bool]) -> list[Grant]:
    rows = await session.execute(
        select(Grant)
        .where(col(Grant.mailbox_id) == mailbox_id, which)
        .where(col(Grant.status) != GrantStatus.REVOKED)
        .order_by(col(Grant.id))
        .with_for_update()
    )
    return list(rows.scalars())
