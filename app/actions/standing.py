"""How far a draft has come: whether the owner's approval stands, and the hour at which it leaves."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import col, select

from app.actions.desk import Desk
from app.actions.send_back import word_of
from app.models.draft import LIVE, Approval, Draft, ScheduledSend


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the owner has said of a draft, and its scheduled send if one is alive.

    `word` is what she wants different, empty unless she has sent the draft back.
    """

    approval: Approval | None = None
    send: ScheduledSend | None = None
    word: str = ""

    @property
    def approved(self) -> bool:
        """Whether the owner has said yes to the text as it was then."""
        return self.approval is not None

    @property
    def approved_at_any_hour(self) -> bool:
        """Whether the owner's yes leaves the hour open, so that the draft may leave now."""
        return self.approval is not None and self.approval.due_at is None


async def standing_of(desk: Desk, row: Draft) -> Standing:
    """Return how far a draft has come that this desk has been shown."""
    word = await word_of(desk, row)
    async with desk.resources.db.transaction(mailbox=row.mailbox_id) as session:
        approved = await session.execute(
            select(Approval)
            .where(col(Approval.mailbox_id) == row.mailbox_id, col(Approval.draft_id) == row.id)
            .where(col(Approval.ended_at).is_(None))
        )
        sends = await session.execute(
            select(ScheduledSend)
            .where(col(ScheduledSend.mailbox_id) == row.mailbox_id, col(ScheduledSend.draft_id) == row.id)
            .where(col(ScheduledSend.state).in_(LIVE))
        )
        return Standing(approval=approved.scalars().first(), send=sends.scalars().first(), word=word)
