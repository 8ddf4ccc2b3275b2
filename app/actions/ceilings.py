"""The ceiling that an owner has put above a team, locked while a decision rests on it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.access.ceiling import Terms, fits
from app.access.decide import Actor, Kind
from app.access.facts import LeadFacts
from app.actions.hand import About
from app.errors import Conflict
from app.models.grant import Invitation
from app.models.team import TeamAccess


async def leading(session: AsyncSession, actor: Actor, mailbox_id: UUID, about: About) -> LeadFacts | None:
    """Return what a team's lead acts under, locked against change; None for whoever is none."""
    if actor.kind is not Kind.LEAD or about.access_id is None:
        return None
    access = await access_locked(session, mailbox_id, about.access_id, read=True)
    if access is None:
        return None
    ceiling = ceiling_of(access)
    return LeadFacts(
        hers=access.lead_id is not None and access.lead_id == actor.person_id,
        lives=access.lives(clock.now()),
        fits=all(fits(each, ceiling) for each in about.terms) if about.terms else None,
    )


async def access_locked(
    session: AsyncSession, mailbox_id: UUID, access_id: UUID, *, read: bool = False
) -> TeamAccess | None:
    """Return a team's access as it is, locked against change; with `read`, others may read it so too."""
    key = (mailbox_id, access_id)
    return await session.get(TeamAccess, key, with_for_update={"read": True} if read else True, populate_existing=True)


def ceiling_of(access: TeamAccess) -> Terms:
    """Return what a lead may give at the most."""
    return Terms(
        scopes=access.scopes,
        needs_approval=access.needs_approval,
        conditions=access.conditions,
        until=access.access_until,
    )


def terms_of(row: Invitation) -> Terms:
    """Return what somebody was named for."""
    return Terms(scopes=row.scopes, needs_approval=row.needs_approval, conditions=row.conditions, until=row.grant_until)


async def below_ceiling(session: AsyncSession, named: Invitation) -> None:
    """Raise Conflict unless a team's member fits below its ceiling as it stands; others have none above them."""
    if named.access_id is None:
        return
    access = await access_locked(session, named.mailbox_id, named.access_id, read=True)
    if access is None or not access.lives(clock.now()) or not fits(terms_of(named), ceiling_of(access)):
        raise Conflict("The team's access was changed or has ended meanwhile. Look at it again.")
