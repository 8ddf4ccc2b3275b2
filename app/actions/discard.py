"""A draft is thrown away; or, where it is gone from the mailbox, taken off the lists of those that wait."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.access.acts import Act
from app.actions.desk import Desk
from app.actions.draft import draft_of
from app.actions.hand import About
from app.actions.hanging import stop_sends, void_approvals
from app.actions.seats import watching
from app.errors import Conflict, MessageGone, NotFound
from app.locale.catalogues import N_
from app.models.draft import Draft, DraftState
from app.models.mailbox import KnownMessage

STILL_THERE = N_("This draft is in the mailbox still. Look at it again, then decide.")


async def discard_draft(desk: Desk, draft_id: UUID) -> None:
    """Throw an unsent draft away, with what was scheduled of it.

    Where the letter it answers is gone nobody can judge any more what that was like, so nothing in the mailbox is
    touched: the draft is taken off the lists.
    """
    row, message = await draft_of(desk, draft_id)

    async def stop(session: AsyncSession) -> None:
        await _close(session, desk, row)

    try:
        async with desk.act(Act.DISCARD, About(message=message, draft=row), within=stop) as hand:
            await hand.mailbox.delete_draft(row.provider_id)
    except (MessageGone, NotFound):
        if not await _is_gone(desk, row, message):
            raise
        await _taken_off(desk, row, message)


async def take_off(desk: Desk, draft_id: UUID) -> None:
    """Take a draft that is gone off the lists, with what was scheduled of it; raise Conflict if it is there."""
    row, message = await draft_of(desk, draft_id)
    if not await _is_gone(desk, row, message):
        raise Conflict(STILL_THERE)
    await _taken_off(desk, row, message)


async def is_gone(desk: Desk, draft_id: UUID) -> bool:
    """Say whether a draft that waits here, or the letter that it answers, is no longer in the mailbox."""
    return await _is_gone(desk, *await draft_of(desk, draft_id))


async def _is_gone(desk: Desk, row: Draft, message: KnownMessage) -> bool:
    if row.state != DraftState.OPEN or message.private:  # of what is private nobody is told even that
        return False
    # Deskhand looks by itself: nothing is shown, and by what is gone nobody can say whether it was hers to see.
    async with watching(desk).act(Act.RECOVER) as hand:
        try:
            await hand.mailbox.message(message.provider_id)
            await hand.mailbox.draft(row.provider_id)
        except MessageGone:
            return True
    return False


async def _taken_off(desk: Desk, row: Draft, message: KnownMessage) -> None:
    # The act of taking a reply back: it needs the right to draft and a draft of her own, and has no call in hand.
    about = About(message=message, draft=row, noted={"reason": "draft_gone"})

    async def stop(session: AsyncSession) -> None:
        await _close(session, desk, row)

    async with desk.act(Act.CANCEL, about, within=stop):
        pass


async def _close(session: AsyncSession, desk: Desk, row: Draft) -> None:
    kept = await session.get_one(Draft, (row.mailbox_id, row.id))
    if kept.state == DraftState.SENT:
        raise Conflict
    await stop_sends(session, desk.actor, row, "discarded")
    await void_approvals(session, row, because="discarded")
    kept.close(DraftState.GONE)
