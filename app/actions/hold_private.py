"""What assistants have scheduled in a conversation that has become private is held at once, not at its hour."""

from __future__ import annotations

import asyncio

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.access.acts import Act
from app.access.facts import Actor
from app.actions import audit, seeing, tell
from app.actions.desk import Desk
from app.actions.errand import ERRANDS, Errand, errand_from
from app.actions.hold import hold_sends, void
from app.actions.seats import open_desk_for_job
from app.db.plain import rows
from app.errors import AppError
from app.models.draft import ScheduledSend, SendState

# Each is judged by its whole conversation, which costs a call. What is left is judged at its hour, as everything is.
MOST = 50
NEXT = f"""
{ERRANDS} and scheduled_send.grant_id is not null and scheduled_send.state = 'prepared'
order by scheduled_send.due_at
limit %(most)s
"""


async def hold_private(desk: Desk) -> int:
    """Judge the conversations of the next sends anew and hold those that no assistant may see; return how many.

    Raises nothing of the provider's: what cannot be looked into now is judged at its hour, before it leaves.
    """
    errands = await _next(desk)
    if not errands:
        return 0
    watcher = await open_desk_for_job(desk.resources, desk.mailbox.id, None, surface=desk.actor.surface)
    found = await asyncio.gather(*(_held(watcher, errand) for errand in errands))
    return sum(found)


async def _next(desk: Desk) -> list[Errand]:
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        return [errand_from(row) for row in await rows(session, NEXT, {"mailbox_id": desk.mailbox.id, "most": MOST})]


async def _held(desk: Desk, errand: Errand) -> bool:
    """Look into one conversation, as Deskhand itself: nothing of it is shown to anybody."""
    try:
        async with desk.act(Act.RECOVER) as hand:
            judged = (await seeing.verdict(desk.resources, desk.mailbox, hand.mailbox, errand.message)).row
    except AppError:
        return False
    if not judged.private or judged.excepted:  # whether an excepted one may leave is for its hour to say
        return False
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        return await _hold(session, desk, errand)


async def _hold(session: AsyncSession, desk: Desk, errand: Errand) -> bool:
    send = errand.send
    waits = (col(ScheduledSend.id) == send.id, col(ScheduledSend.state) == SendState.PREPARED)
    if not await hold_sends(session, send.mailbox_id, *waits, reason="private"):
        return False
    await void(session, send.mailbox_id, [send.draft_id], because="private")
    await tell.held(session, desk.resources, desk.mailbox, send, "private")
    await audit.note(
        session,
        send.mailbox_id,
        Actor.itself(desk.actor.surface),
        Act.RECOVER,
        reason="private",
        outcome=SendState.HELD.value,
        grant_id=send.grant_id,
        **errand.about.for_audit(),
    )
    return True
