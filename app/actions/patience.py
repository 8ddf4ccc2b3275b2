"""A provider that says "later" is asked again later: this reply, and all others of the mailbox that it meant."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.actions.desk import Desk
from app.actions.errand import Errand
from app.actions.held_for import grant_over
from app.actions.hold import hold_sends, untaken
from app.actions.postpone import put_off
from app.errors import ProviderBusy, TooMuchSent
from app.models.mailbox import MailboxLimit

PROVIDER_BUSY, PROVIDER_LIMIT = "provider_busy", "provider_limit"  # of access.reasons.WAITS
PAUSE = timedelta(seconds=30)  # where the provider names no time
LIMIT_PAUSE = timedelta(hours=1)  # a day's number rolls on; asking more often would only be refused more often


async def waits_with_mailbox(desk: Desk, errand: Errand) -> bool:
    """Say whether a reply waits, because the provider has asked for patience with its whole mailbox; it is put off."""
    limit = errand.limit
    if errand.begun or limit is None or limit.waits_until is None or limit.waits_until <= clock.now():
        return False
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        await put_off(session, desk, errand, limit.waits_until, reason=limit.reason)
    return True


async def later(
    desk: Desk, errand: Errand, busy: ProviderBusy, *, fence: int | None = None, version: int | None = None
) -> None:
    """Put a reply off that the provider would not take yet, or let us look at.

    `fence` and `version` of the grant are those of a refused attempt. If the grant was changed meanwhile it waits for
    nothing, and is held with the rest. A row that a silent worker had begun before stays on its way: put back it could
    be held, and done, while that worker may still wake.
    """
    if errand.begun:
        return
    too_much = isinstance(busy, TooMuchSent)
    named = timedelta(seconds=busy.retry_after) if busy.retry_after else None
    until = clock.now() + (named or (LIMIT_PAUSE if too_much else PAUSE))
    reason = PROVIDER_LIMIT if too_much else PROVIDER_BUSY
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        over = await grant_over(session, errand.send, version)
        if over:
            await hold_sends(session, errand.send.mailbox_id, untaken(errand.send, fence=fence), reason=over)
        else:
            await put_off(session, desk, errand, until, reason=reason, fence=fence)
        if named or too_much:
            await _all_wait(session, desk, until, reason)


async def _all_wait(session: AsyncSession, desk: Desk, until: datetime, reason: str) -> None:
    row = {"mailbox_id": desk.mailbox.id, "waits_until": until, "reason": reason}
    kept = insert(MailboxLimit).values(row)
    await session.execute(
        kept.on_conflict_do_update(index_elements=["mailbox_id"], set_={"waits_until": until, "reason": reason})
    )
