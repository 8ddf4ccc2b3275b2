"""An invitation as the person sees it who has accepted it: what has become of it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app.actions.accept import accept
from app.actions.links import INVITATION, read_link
from app.actions.resources import Resources
from app.errors import NotFound
from app.models.grant import Invitation, InvitationState
from app.models.mailbox import Mailbox
from app.models.person import Person


async def accepted_by(resources: Resources, token: str, person_id: UUID) -> tuple[Invitation, Mailbox, Person]:
    """Return an invitation that this very person accepted, with the mailbox and its owner; raise NotFound."""
    link = read_link(token)
    if link.kind != INVITATION:
        raise NotFound
    async with resources.db.transaction(mailbox=link.place) as session:
        invitation = await session.get(Invitation, (link.place, link.row_id))
        if not invitation or not link.opens(invitation.secret_sha256) or invitation.accepted_by != person_id:
            raise NotFound
        return invitation, *(await _with_owner(session, link.place))


async def waiting_for_owner(resources: Resources, person_id: UUID) -> list[tuple[Invitation, Person]]:
    """Return what a person has accepted and no owner has answered yet, the newest first, each with that owner."""
    async with resources.db.transaction(person=person_id) as session:
        waits = (col(Invitation.accepted_by) == person_id, col(Invitation.state) == InvitationState.ACCEPTED)
        found = await session.execute(select(Invitation).where(*waits).order_by(col(Invitation.accepted_at).desc()))
        invitations = list(found.scalars())
    owners = {}
    for mailbox_id in {each.mailbox_id for each in invitations}:  # whose rows she does not see until it is confirmed
        async with resources.db.transaction(mailbox=mailbox_id) as session:
            _, owners[mailbox_id] = await _with_owner(session, mailbox_id)
    return [(each, owners[each.mailbox_id]) for each in invitations]


async def _with_owner(session: AsyncSession, mailbox_id: UUID) -> tuple[Mailbox, Person]:
    mailbox = await session.get_one(Mailbox, mailbox_id)
    return mailbox, await session.get_one(Person, mailbox.owner_id)


async def accept_once(resources: Resources, person_id: UUID, token: str) -> None:
    """Accept an invitation; pressed twice, the second press finds it done."""
    try:
        await accepted_by(resources, token, person_id)
    except NotFound:
        await accept(resources, person_id, token)


async def lead_of(resources: Resources, invitation: Invitation) -> Person | None:
    """Return the team's lead who has named somebody; None where the owner has invited her."""
    if invitation.lead_id is None:
        return None
    async with resources.db.transaction() as session:
        return await session.get(Person, invitation.lead_id)
