"""The owner invites by a link that works once, sees who accepted, and can take it back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import and_, or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.acts import Act
from app.access.decide import Decision
from app.access.identity import digest_of
from app.actions.desk import Desk
from app.actions.hand import About
from app.actions.links import INVITATION, LINK_LIVES, new_link, same_link
from app.actions.terms import checked_end, checked_scopes
from app.db.parts import Listed, Part
from app.errors import Conflict, NotFound
from app.models.grant import Invitation, InvitationState, NeedsApproval
from app.models.person import Person

Waiting = tuple[Invitation, Person | None]


async def invite(
    desk: Desk,
    *,
    scopes: Iterable[str],
    until: datetime,
    language: str,
    needs_approval: NeedsApproval,
    same_id: UUID | None = None,
) -> tuple[Invitation, str]:
    """Offer a grant; return it with the link's token, which is shown this once.

    A call repeated with its `same_id` finds the offer that it made. Raises BadRequest for no scope, an unknown one, or
    an end that is past or more than a year away.
    """
    link = new_link(INVITATION, desk.mailbox.id, uuid4())
    if same_id:
        link = same_link(INVITATION, desk.mailbox.id, same_id, desk.resources.keys)
        if before := await _found(desk, same_id):
            return before, link.token
    invitation = Invitation(
        mailbox_id=desk.mailbox.id,
        id=link.row_id,
        secret_sha256=digest_of(link.secret),
        scopes=list(checked_scopes(scopes)),
        needs_approval=needs_approval,
        grant_until=checked_end(until),
        language=language,
        created_at=clock.now(),
        expires_at=clock.now() + LINK_LIVES,
    )

    async def keep(session: AsyncSession, _decision: Decision) -> None:
        session.add(invitation)

    async with desk.act(Act.INVITE, _about(invitation, "offered"), within=keep):
        return invitation, link.token


async def withdraw(desk: Desk, invitation_id: UUID) -> None:
    """Take an invitation back, or refuse the person who accepted it."""
    invitation = await _invitation(desk, invitation_id)

    async def close(session: AsyncSession, _decision: Decision) -> None:
        locked = await _locked(session, desk.mailbox.id, invitation_id)
        if locked.state not in (InvitationState.OPEN, InvitationState.ACCEPTED):
            raise Conflict
        refused = locked.state == InvitationState.ACCEPTED
        locked.state = InvitationState.REFUSED if refused else InvitationState.WITHDRAWN

    async with desk.act(Act.INVITE, _about(invitation, "withdrawn"), within=close):
        pass


async def pending(desk: Desk) -> list[Waiting]:
    """Return what is offered or waits for the owner's word, with who accepted."""
    desk.owner_only()
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        return await _listed(desk).whole(session)


async def part_of_pending(desk: Desk, *, size: int, after: str = "") -> Part[Waiting]:
    """Return a part of the same list, newest first."""
    desk.owner_only()
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        return await _listed(desk).part(session, size=size, after=after)


def _listed(desk: Desk) -> Listed[Waiting]:
    state, ends = col(Invitation.state), col(Invitation.expires_at)
    waits = or_(state == InvitationState.ACCEPTED, and_(state == InvitationState.OPEN, ends > clock.now()))
    wanted = select(Invitation, Person).outerjoin(Person, col(Person.id) == col(Invitation.accepted_by))
    return Listed(
        wanted=wanted.where(col(Invitation.mailbox_id) == desk.mailbox.id, waits),
        by=(col(Invitation.created_at), col(Invitation.id)),
        falling=True,
        read=lambda row: (row.Invitation, row.Person),
    )


async def _invitation(desk: Desk, invitation_id: UUID) -> Invitation:
    invitation = await _found(desk, invitation_id)
    if invitation is None:
        raise NotFound
    return invitation


async def _found(desk: Desk, invitation_id: UUID) -> Invitation | None:
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        return await session.get(Invitation, (desk.mailbox.id, invitation_id))


async def _locked(session: AsyncSession, mailbox_id: UUID, invitation_id: UUID) -> Invitation:
    key = (mailbox_id, invitation_id)
    return await session.get_one(Invitation, key, with_for_update=True, populate_existing=True)


def _about(invitation: Invitation, reason: str) -> About:
    return About(noted={"subject_kind": "invitation", "subject_id": invitation.id, "reason": reason})
