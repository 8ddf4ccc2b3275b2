"""Whether a reply that has left was returned: sent is not delivered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from app import clock
from app.access.acts import Act
from app.actions import tell
from app.actions.desk import Desk
from app.actions.errand import Errand, errand_of
from app.actions.resources import Resources
from app.actions.seats import open_desk_for_job
from app.actions.settling import tell_audit
from app.actions.turns import each_in_turn
from app.errors import MessageGone
from app.models.draft import FIRST_LOOK, ScheduledSend, SendState
from app.providers.base import Folder, Listing, Message, Thread

ThreadOf = Callable[[str], Awaitable[Thread]]

NOT_DELIVERED = "not_delivered"
LOOKS = (FIRST_LOOK, timedelta(hours=1), timedelta(days=1), timedelta(days=3))
MOST_AT_ONCE = 10  # so few that a worker which is told to stop has soon done
NEWEST = Listing(folder=Folder.INBOX, reports=True, size=25)
LATE = ("delay", "retras", "demor", "retard", "warning", "aviso", "avertiss")  # what is not given up yet


async def look_for_returned(resources: Resources, goes_on: Callable[[], bool] = lambda: True) -> None:
    """Look after the replies whose turn it is, as long as it `goes_on`.

    What cannot be looked at now is so at its next turn.
    """
    while goes_on() and await _looked(resources) >= MOST_AT_ONCE:
        pass


async def _looked(resources: Resources) -> int:
    due = await _due(resources)

    async def look(mailbox_id: UUID) -> None:
        await _look(resources, mailbox_id, due[mailbox_id])

    await each_in_turn(due, look, "the look at what came back")
    return sum(map(len, due.values()))


def next_look(left_at: datetime, now: datetime) -> datetime | None:
    """Return when to look next at a reply that has left; None when three days are over."""
    return next((left_at + each for each in LOOKS if left_at + each > now), None)


def gave_up(report: Message, sent: Message, thread: Iterable[Message] = ()) -> bool:
    """Say whether a letter is a mail system's word that it gave a reply up, and not that it is only late.

    It names the reply; or it stands in its `thread`, names nothing, and no other letter has left in between.
    """
    if not report.report or report.date < sent.date or any(word in report.subject.casefold() for word in LATE):
        return False
    if report.references:
        return sent.message_id in report.references
    between = [each for each in thread if sent.date < each.date < report.date]
    return any(each.id == report.id for each in thread) and not any(each.folder is Folder.SENT for each in between)


async def _due(resources: Resources) -> dict[UUID, list[UUID]]:
    """Take the rows whose turn it is, by mailbox; the next one who looks finds their next turn noted."""
    now, due = clock.now(), dict[UUID, list[UUID]]()
    async with resources.db.transaction(role="deskhand_dispatch") as session:
        rows = await session.execute(
            select(col(ScheduledSend.mailbox_id), col(ScheduledSend.id), col(ScheduledSend.ended_at))
            .where(col(ScheduledSend.state) == SendState.SENT, col(ScheduledSend.look_at) <= now)
            .order_by(col(ScheduledSend.look_at))
            .limit(MOST_AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        for mailbox_id, send_id, left_at in [(row[0], row[1], row[2]) for row in rows]:
            due.setdefault(mailbox_id, []).append(send_id)
            await session.execute(
                update(ScheduledSend)
                .where(col(ScheduledSend.mailbox_id) == mailbox_id, col(ScheduledSend.id) == send_id)
                .values(look_at=next_look(left_at, now) if left_at else None)
            )
    return due


async def _look(resources: Resources, mailbox_id: UUID, sends: Iterable[UUID]) -> None:
    """Look into the conversations of replies, and among the newest reports: not every provider files them together."""
    errands = [await errand_of(resources, mailbox_id, send_id) for send_id in sends]
    desk = await open_desk_for_job(resources, mailbox_id, None, surface="worker")
    # Nobody's rights are asked, because nothing of what is read is shown to anybody.
    async with desk.act(Act.RECOVER) as hand:
        reports = (await hand.mailbox.list_messages(NEWEST)).messages
        returned = [each for each in errands if await _came_back(hand.mailbox.thread, each, reports)]
    for errand in returned:
        await _note(desk, errand)


async def _came_back(thread_of: ThreadOf, errand: Errand, reports: Iterable[Message]) -> bool:
    try:
        thread = (await thread_of(errand.message.thread_id)).messages
    except MessageGone:
        return False
    sent = next((each for each in thread if _is_copy(each, errand)), None)
    return sent is not None and any(gave_up(each, sent, thread) for each in (*thread, *reports))


def _is_copy(message: Message, errand: Errand) -> bool:
    return message.folder is Folder.SENT and (
        message.id == errand.send.sent_id or message.private_id == errand.draft.private_id
    )


async def _note(desk: Desk, errand: Errand) -> None:
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        noted = await session.execute(
            update(ScheduledSend)
            .where(col(ScheduledSend.mailbox_id) == desk.mailbox.id, col(ScheduledSend.id) == errand.send.id)
            .where(col(ScheduledSend.state) == SendState.SENT, col(ScheduledSend.reason) == "")
            .values(reason=NOT_DELIVERED, look_at=None)
            .returning(col(ScheduledSend.id))
        )
        if noted.first() is not None:
            await tell_audit(session, desk, errand, outcome="returned", reason=NOT_DELIVERED)
            await tell.returned(session, desk.resources, desk.mailbox, errand.send)
