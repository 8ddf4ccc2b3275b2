"""The owner invites by a link that works once; the assistant accepts as herself; the owner confirms who it is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.acts import OFFERED, Act
from app.access.decide import Decision
from app.access.identity import digest_of
from app.access.scopes import Scope, closed, ordered
from app.actions.agree import Texts, add_agreements
from app.actions.desk import Desk
from app.actions.grants import hold_all
from app.actions.hand import About
from app.actions.links import INVITATION, new_link, read_link
from app.actions.resources import Resources
from app.errors import BadRequest, Conflict, NotFound
from app.models.grant import Grant, GrantStatus, Invitation, InvitationState, NeedsApproval
from app.models.mailbox import Mailbox
from app.models.person import Person

LINK_LIVES = timedelta(days=7)
LONGEST_GRANT = timedelta(days=366)


async def invite(
    desk: Desk, *, scopes: Iterable[str], until: datetime, language: str, needs_approval: NeedsApproval
) -> tuple[Invitation, str]:
    """Offer a grant; return it with the link's token, which is shown this once.

    Raises BadRequest for no scope, an unknown one, or an end that is past or more than a year away.
    """
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

    async with desk.act(Act.INVITE, _about(invitation, "offered"), within=keep):
        return invitation, link.token


async def invitation_by(resources: Resources, token: str) -> tuple[Invitation, Mailbox, Person]:
    """Return an open invitation with the mailbox and its owner; raise NotFound for a link that is used or over."""
    link = read_link(token)
    async with resources.db.transaction(mailbox=link.place) as session:
        invitation = await session.get(Invitation, (link.place, link.row_id))
        ours = invitation and link.kind == INVITATION and link.opens(invitation.secret_sha256)
        if not invitation or not ours or not _is_open(invitation):
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
        if not _is_open(locked):
            raise NotFound("This link has been used, or it is over. Ask for a new one.")
        locked.state, locked.accepted_by, locked.accepted_at = InvitationState.ACCEPTED, person_id, clock.now()
        return locked


async def confirm(desk: Desk, invitation_id: UUID, *, texts: Texts) -> Grant:
    """Give the grant to the person who accepted; a grant she had before ends. Raises Conflict if nobody waits."""
    invitation = await _invitation(desk, invitation_id)
    grant = _grant(desk, invitation)

    async def give(session: AsyncSession, _decision: Decision) -> None:
        locked = await _locked(session, desk.mailbox.id, invitation_id)
        if locked.state != InvitationState.ACCEPTED or locked.accepted_by is None:
            raise Conflict
        locked.state = InvitationState.CONFIRMED
        await add_grant(session, grant)
        await add_agreements(session, grant, language=locked.language, texts=texts, accepted_at=locked.accepted_at)

    about = About(noted={"subject_kind": "grant", "subject_id": grant.id, "grant_id": grant.id, "reason": "given"})
    async with desk.act(Act.GRANT, about, within=give):
        return grant


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
        return [(row[0], row[1]) for row in rows if row[0].state == InvitationState.ACCEPTED or _is_open(row[0])]


async def add_grant(session: AsyncSession, grant: Grant) -> None:
    """Put a grant in force; the assistant's earlier one at this mailbox ends with it."""
    earlier = await session.execute(
        select(Grant)
        .where(col(Grant.mailbox_id) == grant.mailbox_id, col(Grant.assistant_id) == grant.assistant_id)
        .where(col(Grant.status) != GrantStatus.REVOKED)
        .with_for_update()
    )
    for old in earlier.scalars():
        old.status, old.version, old.ended_at = GrantStatus.REVOKED, old.version + 1, clock.now()
        await hold_all(session, old)
    await session.flush()
    session.add(grant)
    await session.flush()


def checked_scopes(scopes: Iterable[str]) -> list[Scope]:
    """Return the scopes with what they imply, in the table's order; raise BadRequest for none or an unknown one."""
    try:
        wanted = closed(scopes)
    except ValueError:
        raise BadRequest("One of these rights is not known here.") from None
    if not wanted or not wanted <= OFFERED:
        raise BadRequest("Choose at least one of the rights on the list.")
    return ordered(wanted)


def checked_end(until: datetime) -> datetime:
    """Return the end of a grant; raise BadRequest if it is past or more than a year away."""
    if until.tzinfo is None or not clock.now() < until <= clock.now() + LONGEST_GRANT:
        raise BadRequest("Choose an end date within the next year.")
    return until


def _grant(desk: Desk, invitation: Invitation) -> Grant:
    if invitation.accepted_by is None:
        raise Conflict
    return Grant(
        mailbox_id=desk.mailbox.id,
        id=uuid4(),
        owner_id=desk.mailbox.owner_id,
        assistant_id=invitation.accepted_by,
        scopes=invitation.scopes,
        needs_approval=invitation.needs_approval,
        begins_at=clock.now(),
        expires_at=invitation.grant_until,
        created_at=clock.now(),
    )


async def _invitation(desk: Desk, invitation_id: UUID) -> Invitation:
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        invitation = await session.get(Invitation, (desk.mailbox.id, invitation_id))
    if invitation is None:
        raise NotFound
    return invitation


async def _locked(session: AsyncSession, mailbox_id: UUID, invitation_id: UUID) -> Invitation:
    key = (mailbox_id, invitation_id)
    return await session.get_one(Invitation, key, with_for_update=True, populate_existing=True)


def _is_open(invitation: Invitation) -> bool:
    return invitation.state == InvitationState.OPEN and clock.now() < invitation.expires_at


def _about(invitation: Invitation, reason: str) -> About:
    return About(noted={"subject_kind": "invitation", "subject_id": invitation.id, "reason": reason})
