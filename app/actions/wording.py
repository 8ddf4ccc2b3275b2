"""What a notice says now, read from the rows it is about; nothing if that is no longer so."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.actions.mail_invitation import ADDRESS, LINK
from app.actions.resources import Resources
from app.actions.said import Said
from app.actions.tokens import vault_of
from app.errors import AppError
from app.models.draft import STUCK, Draft, ScheduledSend
from app.models.grant import Invitation, InvitationState
from app.models.mailbox import Mailbox, MailboxState
from app.models.notice import Notice, NoticeKind
from app.models.person import Person
from app.notices.recipients import away_from


async def said(session: AsyncSession, resources: Resources, notice: Notice) -> Said | None:
    """Read what a notice is about; None if its mailbox is gone. Needs the person's transaction, at that mailbox."""
    person = await session.get_one(Person, notice.person_id)
    mailbox = await session.get(Mailbox, notice.about_mailbox_id) if notice.about_mailbox_id else None
    if notice.about_mailbox_id and mailbox is None:
        return None
    offer = await _offer(session, notice)
    address, token = await _unsealed(session, resources, notice)
    return Said(
        notice=notice,
        person=person,
        mailbox=mailbox,
        still_so=await _still_so(session, notice, mailbox, offer),
        address=address,
        token=token,
        offer=offer,
    )


async def address_of(session: AsyncSession, told: Said) -> str:
    """Return where a notice goes by mail: the typed address, or the person's, away from the mailbox it is about."""
    if told.notice.kind is NoticeKind.INVITATION:
        return told.address
    about = told.mailbox.address if told.mailbox else ""
    return away_from(about, [told.person.email, *await _other_mailboxes(session, told.person.id)])


async def _other_mailboxes(session: AsyncSession, person_id: UUID) -> list[str]:
    rows = await session.execute(
        select(Mailbox.address)
        .where(col(Mailbox.owner_id) == person_id, col(Mailbox.state) == MailboxState.ACTIVE)
        .order_by(col(Mailbox.created_at))
    )
    return list(rows.scalars())


async def _offer(session: AsyncSession, notice: Notice) -> Invitation | None:
    if notice.kind is not NoticeKind.INVITATION:
        return None
    return await session.get(Invitation, (notice.about_mailbox_id, notice.about_id))


async def _unsealed(session: AsyncSession, resources: Resources, notice: Notice) -> tuple[str, str]:
    """Return the address and the link's token that a notice holds, empty for what is erased or cannot be opened."""
    if not notice.about_mailbox_id or not (notice.address or notice.link):
        return "", ""
    try:
        vault = await vault_of(session, resources, notice.about_mailbox_id)
        address = vault.unseal(ADDRESS, notice.id, notice.address) if notice.address else ""
        return address, vault.unseal(LINK, notice.id, notice.link) if notice.link else ""
    except AppError:  # the key was destroyed with the connection
        return "", ""


async def _still_so(session: AsyncSession, notice: Notice, mailbox: Mailbox | None, offer: Invitation | None) -> bool:
    """Say whether what a notice tells is still to be told: an offer that was taken back must not arrive."""
    if notice.kind is NoticeKind.INVITATION:
        return offer is not None and offer.is_open(clock.now())
    if notice.kind is NoticeKind.RECONNECT:
        return mailbox is not None and mailbox.state in (MailboxState.NEEDS_RECONNECT, MailboxState.RECONCILING)
    if notice.kind is NoticeKind.RESTORED:
        return mailbox is not None and mailbox.reconciling
    return await _row_still_so(session, notice)


async def _row_still_so(session: AsyncSession, notice: Notice) -> bool:
    """Say the same of a notice that is about one row of a mailbox."""
    place = (notice.about_mailbox_id, notice.about_id)
    if notice.kind is NoticeKind.MEMBER:
        named = await session.get(Invitation, place)
        return named is not None and named.state in (InvitationState.ACCEPTED, InvitationState.CONFIRMED)
    if notice.kind is NoticeKind.HELD:
        send = await session.get(ScheduledSend, place)
        return send is not None and send.state in STUCK
    if notice.kind in (NoticeKind.SENT_BACK, NoticeKind.DECLINED):
        draft = await session.get(Draft, place)
        since = draft and (draft.sent_back_at if notice.kind is NoticeKind.SENT_BACK else draft.declined_at)
        return since is not None
    return True
