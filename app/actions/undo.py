"""Undo: what an act did to the labels or the place of a message is taken back, that and nothing else, once."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from app.access.acts import Act
from app.actions import audit, label, move
from app.actions.desk import Desk
from app.actions.draft import message_of
from app.actions.hand import About
from app.actions.listed import SeenMessage
from app.actions.undoing import INVERSE, can_be_undone, own_entry, require_not_undone
from app.errors import BadRequest
from app.locale.catalogues import N_

NO_UNDO = N_("This cannot be undone: only a change of labels and a move between folders can.")


async def undo(desk: Desk, seq: int) -> SeenMessage:
    """Take back what the entry of this number says was done to a message, and return it as it is then.

    The owner may undo everything, others what they did themselves. What others have changed since stays. Raises
    Conflict if it was undone before, if the message lies elsewhere by now, or if none of the labels is as it was left.
    """
    entry = await own_entry(desk, seq)
    if not can_be_undone(entry) or entry.subject_id is None:
        raise BadRequest(NO_UNDO)
    known = await message_of(desk, entry.subject_id)

    async def once(session: AsyncSession) -> None:
        await audit.head_locked(session, desk.mailbox.id)  # of two at once, the second sees the first
        await require_not_undone(session, entry)

    take_back = label.take_back if entry.action == Act.LABEL else move.take_back
    about = About(message=known, noted={"undoes": seq})
    async with desk.act(INVERSE[Act(entry.action)], about, within=once) as hand:
        return SeenMessage(id=known.id, message=await take_back(hand, known.provider_id, entry))
