"""A reply that would leave too early waits by itself: out of the hours of those concerned, or by its own clock."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import col

from app import clock
from app.actions.asked_hour import hour_of
from app.actions.concerned import concerned_by_send
from app.actions.desk import Desk
from app.actions.errand import Errand, Found
from app.actions.settling import hold, tell_audit
from app.errors import BadRequest
from app.models.draft import Approval, Draft, ScheduledSend, SendState
from app.rules.hours import next_open
from app.rules.moments import moment_of


async def waits_for_hours(desk: Desk, errand: Errand, found: Found) -> bool:
    """Say whether a reply waits, because not all whom it concerns work now: its hours may have changed meanwhile.

    It is put off until they do. It is held if that never comes, or if a silent worker has begun it.
    """
    now = clock.now()
    concerned = await concerned_by_send(desk.resources, desk.mailbox, errand.send, found.recipients)
    if concerned.all_open(now):
        return False
    opens = next_open(concerned.calendars, now)
    if opens is None or errand.begun:
        await hold(desk, errand, "outside_hours")
    else:
        await _put_off(desk, errand, opens, "moved_to_hours")
    return True


async def waits_for_its_clock(desk: Desk, errand: Errand) -> bool:
    """Say whether a reply waits, because the clocks of its zone do not show its hour yet.

    A government may change the rules of a zone after the hour was set: what was asked for is what the wall shows.
    """
    send = errand.send
    try:
        by_its_wall = moment_of(send.wall_time, send.zone, fold=send.fold)
    except BadRequest:  # the zone is none any more
        return False
    if errand.begun or by_its_wall <= max(clock.now(), send.due_at):
        return False
    await _put_off(desk, errand, by_its_wall, "clocks_changed")
    return True


async def _put_off(desk: Desk, errand: Errand, opens: datetime, reason: str) -> None:
    """Move a reply to a later hour; the owner's yes for the hour before holds for it, which is no earlier.

    Does nothing if somebody else has changed or taken the row meanwhile.
    """
    send, hour = errand.send, hour_of(opens, errand.send.zone)
    when: dict[str, Any] = {"wall_time": hour.wall_time, "zone": hour.zone, "fold": hour.fold, "due_at": hour.due_at}
    if reason == "moved_to_hours":
        when["asked_at"] = send.asked_at or send.due_at
    async with desk.resources.db.transaction(mailbox=send.mailbox_id) as session:
        await session.get_one(Draft, (send.mailbox_id, send.draft_id), with_for_update=True)
        mine = await session.execute(
            update(ScheduledSend)
            .where(col(ScheduledSend.mailbox_id) == send.mailbox_id, col(ScheduledSend.id) == send.id)
            .where(col(ScheduledSend.state) == SendState.PREPARED, col(ScheduledSend.fence) == send.fence)
            .where(col(ScheduledSend.due_at) == send.due_at)
            .values(**when, dispatched_at=None)
            .returning(col(ScheduledSend.id))
        )
        if mine.first() is None:
            return
        await session.execute(
            update(Approval)
            .where(col(Approval.mailbox_id) == send.mailbox_id, col(Approval.draft_id) == send.draft_id)
            .where(col(Approval.ended_at).is_(None), col(Approval.due_at) == send.due_at)
            .values(due_at=hour.due_at)
        )
        await tell_audit(session, desk, errand, outcome="done", reason=reason)
