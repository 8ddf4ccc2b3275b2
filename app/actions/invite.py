"""The owner invites by a link that works once, sees who accepted, and can take it back."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.acts import Act
from app.access.identity import digest_of
from app.actions.desk import Desk
from app.actions.hand import About
from app.actions.links import INVITATION, LINK_LIVES, new_link, same_link
from app.actions.mail_invitation import checked_recipient, mail_invitation
from app.actions.terms import checked_conditions, checked_end, checked_scopes
from app.errors import Conflict, NotFound
from app.models.conditions import UNBOUND, Conditions
from app.models.grant import Invitation, InvitationState, NeedsApproval


async def invite(
    desk: Desk,
    *,
    scopes: Iterable[str],
    until: datetime,
    language: str,
    needs_approval: NeedsApproval,
    conditions: Conditions = UNBOUND,
    mail_to: str = "",
    same_id: UUID | None = None,
) -> tuple[Invitation, str]:
    """Offer a grant; return it with the link's token, which is shown this once, and mailed to `mail_to` as well.

    A call repeated with its `same_id` finds the offer that it made. Raises BadRequest for no scope, an unknown one, an
    end that is past or more than a year away, or an address that cannot be written to.
    """
    to = await checked_recipient(desk, mail_to) if mail_to.strip() else ""
    link = new_link(INVITATION, desk.mailbox.id, uuid4())
    if same_id:
        link = same_link(INVITATION, desk.mailbox.id, same_id, desk.resources.secret)
        if before := await _found(desk, same_id):
            return before, link.token
    invitation = Invitation(
        mailbox_id=desk.mailbox.id,
        id=link.row_id,
        secret_sha256=digest_of(link.secret),
        scopes=list(checked_scopes(scopes)),
        needs_approval=needs_approval,
        conditions=checked_conditions(conditions),
        grant_until=checked_end(until),
        language=language,
        created_at=clock.now(),
        expires_at=clock.now() + LINK_LIVES,
    )

    async def keep(session: AsyncSession) -> None:
        session.add(invitation)
        if to:
            await mail_invitation(session, desk, invitation, to=to, token=link.token)

    async with desk.act(Act.INVITE, _about(invitation, "offered"), within=keep):
        return invitation, link.token


async def refuse_accepted(desk: Desk, person_id: UUID) -> None:
    """Refuse what a person has accepted and nobody has confirmed yet: it would bring her back by one careless press."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        found = await session.execute(
            select(Invitation.id)
            .where(col(Invitation.mailbox_id) == desk.mailbox.id, col(Invitation.accepted_by) == person_id)
            .where(col(Invitation.state) == InvitationState.ACCEPTED)
        )
        waiting = found.scalars().all()
    for invitation_id in waiting:
        with suppress(Conflict):  # answered just now
            await withdraw(desk, invitation_id)


async def withdraw(desk: Desk, invitation_id: UUID) -> bool:
    """Take an invitation back, or refuse the person who accepted it; return whether somebody was refused."""
    invitation = await _invitation(desk, invitation_id)

    async def close(session: AsyncSession) -> None:
        locked = await _locked(session, desk.mailbox.id, invitation_id)
        if locked.state not in (InvitationState.OPEN, InvitationState.ACCEPTED):
            raise Conflict
        refused = locked.state == InvitationState.ACCEPTED
        locked.state = InvitationState.REFUSED if refused else InvitationState.WITHDRAWN

    async with desk.act(Act.INVITE, _about(invitation, "withdrawn"), within=close):
        return (await _invitation(desk, invitation_id)).state == InvitationState.REFUSED


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
