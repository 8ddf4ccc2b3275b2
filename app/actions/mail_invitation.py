"""An invitation by mail: to an address that an owner or a lead types, its link sealed until the letter has left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.decide import Kind
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
MOST_OF_A_LEAD = 100  # two whole tables


async def checked_recipient(desk: Desk, to: str) -> str:
    """Return the address that an invitation is to be mailed to, as mail servers take it.

    Raises BadRequest for what is no address, where no mail is set up, or after too many on one day.
    """
    return (await checked_recipients(desk, [to]))[0]


async def checked_recipients(desk: Desk, wanted: Sequence[str]) -> list[str]:
    """Return several such addresses, empty for whoever is written to by nobody; raise BadRequest as for one."""
    addresses = [recipient(to) if to.strip() else "" for to in wanted]
    count = sum(map(bool, addresses))
    if count:
        await _may_be_mailed(desk, count)
    return addresses


async def _may_be_mailed(desk: Desk, count: int) -> None:
    if outlet_of(desk.resources.settings) is None:
        raise BadRequest("This Deskhand sends no mail. Leave the address empty, and send the link yourself.")
    writer_id = desk.actor.person_id
    async with desk.resources.db.transaction(person=writer_id) as session:
        told = await session.execute(
            select(func.count())
            .select_from(Notice)
            .where(col(Notice.person_id) == writer_id, col(Notice.kind) == NoticeKind.INVITATION)
            .where(col(Notice.created_at) > clock.now() - DAY)
        )
    most = MOST_OF_A_LEAD if desk.actor.kind is Kind.LEAD else MOST_A_DAY
    if told.scalar_one() + count > most:
        raise BadRequest(
            "That is the most that is mailed on one day. Leave the address empty, and send the link yourself."
        )


async def mail_invitation(session: AsyncSession, desk: Desk, offer: Invitation, *, to: str, token: str) -> None:
    """Mail an invitation's link to an address (of `checked_recipient`). The console of who invites says how it went."""
    mailbox, notice_id = desk.mailbox, uuid4()
    vault = await vault_of(session, desk.resources, mailbox.id)
    await tell.keep(
        session,
        desk.resources,
        NoticeKind.INVITATION,
        offer.lead_id or mailbox.owner_id,
        id=notice_id,
        about_mailbox_id=mailbox.id,
        about_id=offer.id,
        language=offer.language,
        address=vault.seal(ADDRESS, notice_id, to),
        link=vault.seal(LINK, notice_id, token),
        read_at=clock.now(),  # nothing she has to be told, unless it does not arrive
    )
