"""The owner invites by a link that works once, sees who accepted, and can take it back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.acts import Act
from app.access.decide import Decision
from app.access.identity import digest_of
from app.actions.desk import Desk
from app.actions.hand import About
from app.actions.links import INVITATION, LINK_LIVES, new_link
from app.actions.mail_invitation import checked_recipient, mail_invitation
from app.actions.terms import checked_end, checked_scopes
from app.errors import Conflict, NotFound
from app.models.grant import Invitation, InvitationState, NeedsApproval
from app.models.person import Person


async def invite(
    desk: Desk,
    *,
    scopes: Iterable[str],
    until: datetime,
    language: str,
    needs_approval: NeedsApproval,
    mail_to: str = "",
) -> tuple[Invitation, str]:
    """Offer a grant; return it with the link's token, which is shown this once, and mailed to `mail_to` as well.

    Raises BadRequest for no scope, an unknown one, an end that is past or more than a year away, or an address that
    cannot be written to.
    """
    to = await checked_recipient(desk, mail_to) if mail_to.strip() else ""
    link = new_link(INVITATION, desk.mailbox.id, uuid4())
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
        if to:
            await mail_invitation(session, desk, invitation, to=to, token=link.token)

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


async def pending(desk: Desk) -> list[tuple[Invitation, Person | None]]:
    """Return what is offered or waits for the owner's word, with who accepted."""
    desk.owner_only()
    waiting = [InvitationState.OPEN, InvitationState.ACCEPTED]
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        rows = await session.execute(
            select(Invitation, Person)
            .outerjoin(Person, col(Person.id) == col(Invitation.accepted_by))
            .where(col(Invitation.mailbox_id) == desk.mailbox.id, col(Invitation.state).in_(waiting))
            .order_by(col(Invitation.created_at).desc())
        )
        return [
            (row[0], row[1]) for row in rows if row[0].state == InvitationState.ACCEPTED or row[0].is_open(clock.now())
        ]


async def _invitation(desk: Desk, invitation_id: UUID) -> Invitation:
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        invitation = await session.get(Invitation, (desk.mailbox.id, invitation_id))
    if invitation is None:
        raise NotFound
    return invitation


async def _locked(session: AsyncSession, mailbox_id: UUID, invitation_id: UUID) -> Invitation:
    key = (mailbox_id, invitation_id)
    return await session.get_one(Invitation, key, with_for_update=True, populate_existing=True)


def _about(invitation: Invitation, reason: str) -> About:
    return About(noted={"subject_kind": "invitation", "subject_id": invitation.id, "reason": reason})
