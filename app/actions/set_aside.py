"""A send over which its job stumbles again and again is set aside: a person decides, and nobody tries any more."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col

from app import clock
from app.actions.desk import Desk
from app.actions.errand import Errand, errand_of, retire, sent_copy
from app.actions.resources import Resources
from app.actions.seats import open_desk_for_job
from app.actions.settling import settle
from app.errors import MessageGone
from app.models.draft import FOR_WORKER, ScheduledSend, SendState

log = logging.getLogger(__name__)

MOST_CRASHES = 3
REST = timedelta(hours=1)  # until it is looked at again, if it cannot be put out of reach now
CRASHED = "crashed"  # of access.reasons.HELD


async def note_crash(resources: Resources, mailbox_id: UUID, send_id: UUID, *, surface: str = "worker") -> bool:
    """Note that a job has stumbled over a send; return whether it was set aside, which its owner is told once.

    One that a worker had begun is put beyond that worker's reach first. As long as that cannot be done it stays on its
    way, and is looked at once an hour: called done, it could still leave.
    """
    async with resources.db.transaction(mailbox=mailbox_id) as session:
        counted = await session.execute(
            update(ScheduledSend)
            .where(col(ScheduledSend.mailbox_id) == mailbox_id, col(ScheduledSend.id) == send_id)
            .where(col(ScheduledSend.state).in_(FOR_WORKER))
            .values(crashes=col(ScheduledSend.crashes) + 1)
            .returning(col(ScheduledSend.crashes))
        )
        crashes = counted.scalar_one_or_none() or 0
    if crashes < MOST_CRASHES:
        return False
    desk = await open_desk_for_job(resources, mailbox_id, None, surface=surface)
    return await _set_aside(desk, await errand_of(resources, mailbox_id, send_id), crashes)


async def _set_aside(desk: Desk, errand: Errand, crashes: int) -> bool:
    reason = CRASHED
    if errand.begun:
        try:
            sent = await sent_copy(desk, errand) or await retire(desk, errand)
        except Exception as trouble:
            # A sent copy may take a while to show up. Where there is neither, nothing is left that could be sent.
            if not isinstance(trouble, MessageGone) or crashes == MOST_CRASHES:
                log.warning("send %s cannot be put out of reach: %s", errand.send.id, type(trouble).__name__)
                await _rest(desk, errand)
                return False
            sent, reason = None, "draft_gone"
        if sent:
            await settle(desk, errand, SendState.SENT, "", sent_id=sent.id)
            return False
    await settle(desk, errand, SendState.NEEDS_HUMAN, reason)
    return True


async def _rest(desk: Desk, errand: Errand) -> None:
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        await session.execute(
            update(ScheduledSend)
            .where(col(ScheduledSend.mailbox_id) == errand.send.mailbox_id, col(ScheduledSend.id) == errand.send.id)
            .values(dispatched_at=clock.now() + REST)
        )
