"""The owner sends a draft back with a word of what to change, instead of saying yes or no."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.access.acts import Act
from app.actions import tell
from app.actions.desk import Desk
from app.actions.draft import draft_of
from app.actions.hand import About
from app.actions.hanging import TOO_LATE, live_send, void_approvals
from app.actions.tokens import vault_of
from app.errors import BadRequest, Conflict
from app.models.draft import Draft, DraftState, SendState

WORD = "draft.word"
LONGEST_WORD = 1000


async def send_back(desk: Desk, draft_id: UUID, word: str) -> None:
    """Send a draft back to whoever wrote it: what was scheduled of it is held until other words are approved.

    The word stands sealed beside the draft until it is written anew. Raises BadRequest for none or too long a one,
    Conflict for a draft of the owner's own or one that is on its way.
    """
    said = checked_word(word)
    row, message = await draft_of(desk, draft_id)
    if row.grant_id is None:
        raise Conflict

    async def keep(session: AsyncSession) -> None:
        kept = await session.get_one(Draft, (row.mailbox_id, row.id), with_for_update=True, populate_existing=True)
        send = await live_send(session, kept)
        if kept.state != DraftState.OPEN or (send and send.state == SendState.INTENT):
            raise Conflict(TOO_LATE if send else None)
        await void_approvals(session, kept, because="sent_back")
        if send and send.state != SendState.NEEDS_HUMAN:  # of that one nobody knows whether it has left
            send.hold("sent_back")
        vault = await vault_of(session, desk.resources, row.mailbox_id)
        kept.sent_back_at, kept.word = clock.now(), vault.seal(WORD, kept.id, said)
        await tell.sent_back(session, desk.resources, kept)

    noted = {"reason": "sent_back"}
    async with desk.act(Act.APPROVE, About(message=message, draft=row, noted=noted), within=keep):
        pass


async def word_of(desk: Desk, row: Draft) -> str:
    """Return with what word a draft was sent back; empty if it was not, or was written anew since."""
    if row.sent_back_at is None or not row.word:
        return ""
    async with desk.resources.db.transaction(mailbox=row.mailbox_id) as session:
        vault = await vault_of(session, desk.resources, row.mailbox_id)
    return vault.unseal(WORD, row.id, row.word)


def checked_word(word: str) -> str:
    """Return what the owner says, without blanks around it; raise BadRequest for nothing or an endless text."""
    said = "\n".join(line.rstrip() for line in word.strip().splitlines())
    if not said or len(said) > LONGEST_WORD or not said.replace("\n", "").replace("\t", "").isprintable():
        raise BadRequest("Say in at most {most} characters what should be different.", most=LONGEST_WORD)
    return said
