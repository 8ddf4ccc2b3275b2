"""The assistant accepts an invitation as herself; the owner confirms who it is."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.actions.agree import Texts
from app.actions.desk import Desk
from app.actions.give import give
from app.actions.links import INVITATION, read_link
from app.actions.membership import begin_unless_refused, may_stand_in
from app.actions.resources import Resources
from app.actions.terms import readable
from app.errors import BadRequest, Conflict, NotFound
from app.models.grant import Grant, Invitation, InvitationState
from app.models.mailbox import Mailbox
from app.models.person import Person


async def invitation_by(resources: Resources, token: str) -> tuple[Invitation, Mailbox, Person]:
    """Return an open invitation with the mailbox and its owner; raise NotFound for a link that is used or over."""
    link = read_link(token)
    async with resources.db.transaction(mailbox=link.place) as session:
        invitation = await session.get(Invitation, (link.place, link.row_id))
        ours = invitation and link.kind == INVITATION and link.opens(invitation.secret_sha256)
        if not invitation or not ours or not invitation.is_open(clock.now()):
            raise NotFound("This link has been used, or it is over. Ask for a new one.")
        mailbox = await session.get_one(Mailbox, link.place)
        return invitation, mailbox, await session.get_one(Person, mailbox.owner_id)


async def accept(resources: Resources, person_id: UUID, token: str) -> Invitation:
    """Take an invitation as the person signed in; nothing is allowed until the owner has confirmed her."""
    invitation, mailbox, _owner = await invitation_by(resources, token)
    if mailbox.owner_id == person_id:
        raise BadRequest("This is your own mailbox. Send the link to the person who is to help you.")
    async with resources.db.transaction(mailbox=mailbox.id) as session:
        locked = await _locked(session, mailbox.id, invitation.id)
        if not locked.is_open(clock.now()):
            raise NotFound("This link has been used, or it is over. Ask for a new one.")
        if locked.stands_in_id:
            await may_stand_in(session, mailbox.id, person_id)
        locked.state, locked.accepted_by, locked.accepted_at = InvitationState.ACCEPTED, person_id, clock.now()
    if locked.access_id:
        await begin_unless_refused(resources, locked)
    return locked


async def confirm(desk: Desk, invitation_id: UUID, *, texts: Texts) -> Grant:
    """Give the grant to the person who accepted; a grant she had before ends. Raises Conflict if nobody waits."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        invitation = await session.get(Invitation, (desk.mailbox.id, invitation_id))
    if invitation is None:
        raise NotFound
    if invitation.accepted_by is None:
        raise Conflict

    async def accepted(session: AsyncSession) -> datetime:
        locked = await _locked(session, desk.mailbox.id, invitation_id)
        if locked.state != InvitationState.ACCEPTED or locked.accepted_at is None:
            raise Conflict
        locked.state = InvitationState.CONFIRMED
        return locked.accepted_at

    return await give(
        desk,
        invitation.accepted_by,
        scopes=invitation.scopes,
        needs_approval=invitation.needs_approval,
        conditions=readable(invitation.conditions),
        until=invitation.grant_until,
        language=invitation.language,
        texts=texts,
        accepted=accepted,
        member=invitation,
    )


async def _locked(session: AsyncSession, mailbox_id: UUID, invitation_id: UUID) -> Invitation:
    key = (mailbox_id, invitation_id)
    return await session.get_one(Invitation, key, with_for_update=True, populate_existing=True)
