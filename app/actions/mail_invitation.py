"""An invitation by mail: to an address that the owner types, its link sealed until the letter has left."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.actions import tell
from app.actions.desk import Desk
from app.actions.tokens import vault_of
from app.errors import BadRequest
from app.models.grant import Invitation
from app.models.notice import Notice, NoticeKind
from app.notices.outlet import outlet_of
from app.notices.recipients import recipient

ADDRESS, LINK = "notice.address", "notice.link"
MOST_A_DAY, DAY = 20, timedelta(days=1)  # of one person: nobody's server is to write to strangers by the hundred


async def checked_recipient(desk: Desk, to: str) -> str:
    """Return the address that an invitation is to be mailed to, as mail servers take it.

    Raises BadRequest for what is no address, where no mail is set up, or after too many on one day.
    """
    if outlet_of(desk.resources.settings) is None:
        raise BadRequest("This Deskhand sends no mail. Leave the address empty, and send the link yourself.")
    address, owner_id = recipient(to), desk.mailbox.owner_id
    async with desk.resources.db.transaction(person=owner_id) as session:
        told = await session.execute(
            select(func.count())
            .select_from(Notice)
            .where(col(Notice.person_id) == owner_id, col(Notice.kind) == NoticeKind.INVITATION)
            .where(col(Notice.created_at) > clock.now() - DAY)
        )
    if told.scalar_one() >= MOST_A_DAY:
        raise BadRequest(
            "That is the most that is mailed on one day. Leave the address empty, and send the link yourself."
        )
    return address


async def mail_invitation(session: AsyncSession, desk: Desk, offer: Invitation, *, to: str, token: str) -> None:
    """Mail an invitation's link to an address (of `checked_recipient`). The owner's console says how that went."""
    mailbox, notice_id = desk.mailbox, uuid4()
    vault = await vault_of(session, desk.resources, mailbox.id)
    await tell.keep(
        session,
        desk.resources,
        NoticeKind.INVITATION,
        mailbox.owner_id,
        id=notice_id,
        about_mailbox_id=mailbox.id,
        about_id=offer.id,
        language=offer.language,
        address=vault.seal(ADDRESS, notice_id, to),
        link=vault.seal(LINK, notice_id, token),
        read_at=clock.now(),  # nothing she has to be told, unless it does not arrive
    )
