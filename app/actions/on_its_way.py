"""What is on its way in a mailbox at this moment, while its owner is erased."""

from __future__ import annotations

from sqlmodel import col, select

from app import clock
from app.actions.desk import Desk
from app.actions.settling import LEASE
from app.models.draft import ScheduledSend, SendState


async def on_its_way(desk: Desk) -> list[ScheduledSend]:
    """Return the sends that a worker may be at; one that was silent for a minute has no key to go on with."""
    return [each for each in await begun(desk) if not is_silent(each)]


async def begun(desk: Desk) -> list[ScheduledSend]:
    """Return all sends of which nobody has written down how they end."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        rows = await session.execute(
            select(ScheduledSend)
            .where(col(ScheduledSend.mailbox_id) == desk.mailbox.id, col(ScheduledSend.state) == SendState.INTENT)
            .order_by(col(ScheduledSend.due_at))
        )
        return list(rows.scalars())


def is_silent(send: ScheduledSend) -> bool:
    """Say whether the worker of a send that is on its way is taken for dead."""
    return send.intent_at is None or send.intent_at + LEASE <= clock.now()
