"""How a team's member comes to her own grant: within the ceiling as it stands at that moment, and never unseen."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.acts import Act
from app.actions import tell
from app.actions.agree import add_agreements, texts_in
from app.actions.ceilings import terms_of
from app.actions.give import add_grant
from app.actions.hand import About
from app.actions.resources import Resources
from app.actions.seats import open_lead_desk
from app.errors import Conflict, Denied, NotFound
from app.models.grant import Grant, GrantStatus, Invitation, InvitationState


async def begin_unless_refused(resources: Resources, named: Invitation) -> None:
    """Tell the owner of a member who has accepted, and let her begin after the hours that the owner chose.

    Nothing happens where nobody begins before the owner's yes, nor where that is needed after all: the person has or
    had an access here, was refused one, or the team's was changed. She then waits for the owner.
    """
    if named.access_id is None or named.lead_id is None or named.accepted_by is None:
        return
    with suppress(Denied, Conflict, NotFound):
        desk, access = await open_lead_desk(resources, named.lead_id, named.access_id, surface="link")
        async with resources.db.transaction(mailbox=named.mailbox_id) as session:
            await tell.named(session, resources, desk.mailbox, named.id)
        if access.begin_after is None:
            return
        grant = _grant(named, named.accepted_by, access.owner_id, timedelta(hours=access.begin_after))

        async def keep(session: AsyncSession) -> None:
            await _begins(session, grant, access.language)

        about = About(
            access_id=access.id,
            terms=(terms_of(named),),
            noted={"subject_kind": "grant", "subject_id": grant.id, "grant_id": grant.id, "reason": "begins"},
        )
        async with desk.act(Act.NAME_MEMBER, about, within=keep):
            pass


async def _begins(session: AsyncSession, grant: Grant, language: str) -> None:
    key = (grant.mailbox_id, grant.member_id)
    named = await session.get_one(Invitation, key, with_for_update=True, populate_existing=True)
    if named.state != InvitationState.ACCEPTED or grant.begins_at >= grant.expires_at:
        raise Conflict
    if await _was_here(session, named, grant.assistant_id):
        raise Conflict
    named.state = InvitationState.CONFIRMED
    await add_grant(session, grant)
    await add_agreements(session, grant, language=language, texts=texts_in, accepted_at=named.accepted_at)


def _grant(named: Invitation, assistant_id: UUID, owner_id: UUID, later: timedelta) -> Grant:
    return Grant(
        mailbox_id=named.mailbox_id,
        id=uuid4(),
        owner_id=owner_id,
        assistant_id=assistant_id,
        scopes=list(named.scopes),
        needs_approval=named.needs_approval,
        conditions=named.conditions,
        begins_at=max(clock.now() + later, named.begins_at or clock.now()),
        expires_at=named.grant_until,
        created_at=clock.now(),
        access_id=named.access_id,
        lead_id=named.lead_id,
        member_id=named.id,
    )


async def _was_here(session: AsyncSession, named: Invitation, person_id: UUID) -> bool:
    """Say whether a person was let in here before, or turned away: then it is the owner's to say that she comes back.

    Whoever ended it, and by whatever link she comes: a lead is believed about people whom the owner has not met.
    """
    let_in = select(Grant.id).where(col(Grant.mailbox_id) == named.mailbox_id, col(Grant.assistant_id) == person_id)
    turned_away = (
        select(Invitation.id)
        .where(col(Invitation.mailbox_id) == named.mailbox_id, col(Invitation.accepted_by) == person_id)
        .where(col(Invitation.state).in_((InvitationState.REFUSED, InvitationState.WITHDRAWN)))
    )
    return (await session.execute(let_in.union_all(turned_away).limit(1))).first() is not None


async def has_access(session: AsyncSession, mailbox_id: UUID, person_id: UUID) -> bool:
    """Say whether a person has a live grant here: a lead takes away none that the owner gave."""
    rows = await session.execute(
        select(Grant.id)
        .where(col(Grant.mailbox_id) == mailbox_id, col(Grant.assistant_id) == person_id)
        .where(col(Grant.status) != GrantStatus.REVOKED)
    )
    return rows.first() is not None


async def may_stand_in(session: AsyncSession, mailbox_id: UUID, person_id: UUID) -> None:
    """Raise Conflict for a person who has access here: with another's grant she would lose her own for good."""
    if await has_access(session, mailbox_id, person_id):
        raise Conflict("You have access to this mailbox already, so somebody else has to stand in there.")
