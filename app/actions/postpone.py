"""A reply that cannot leave yet waits by itself: for the hours of those concerned, room in the limits, or its clock."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import or_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import clock
from app.actions.asked_hour import hour_of
from app.actions.concerned import concerned_by_send
from app.actions.desk import Desk
from app.actions.errand import Errand, Found
from app.actions.hold import untaken
from app.actions.places import next_place
from app.actions.settling import hold, tell_audit
from app.errors import BadRequest
from app.models.draft import Approval, Draft, ScheduledSend, SendState
from app.rules.hours import next_open
from app.rules.moments import moment_of

SENDING_LIMIT, OVER_LIMIT = "sending_limit", "over_limit"  # of access.reasons: of WAITS, and of HELD


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
        return True
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        if await put_off(session, desk, errand, opens):
            await tell_audit(session, desk, errand, outcome="done", reason="moved_to_hours")
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
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        if await put_off(session, desk, errand, by_its_wall, asked_at=send.asked_at):
            await tell_audit(session, desk, errand, outcome="done", reason="clocks_changed")
    return True


async def wait_for_place(desk: Desk, errand: Errand, found: Found) -> None:
    """Put a reply off that does not fit into its mailbox's sending limits now, until it does and all concerned work.

    It is held if that never comes.
    """
    send, to = errand.send, len(found.recipients)
    concerned = await concerned_by_send(desk.resources, desk.mailbox, send, found.recipients)
    opens = None
    async with desk.resources.db.transaction(mailbox=send.mailbox_id) as session:
        await session.get_one(Draft, (send.mailbox_id, send.draft_id), with_for_update=True)
        fits = await next_place(session, desk.mailbox, send, to)
        opens = next_open(concerned.calendars, fits) if fits else None
        if opens and await put_off(session, desk, errand, opens, reason=SENDING_LIMIT, place_at=opens, recipients=to):
            await tell_audit(session, desk, errand, outcome="done", reason=SENDING_LIMIT)
    if opens is None:
        await hold(desk, errand, OVER_LIMIT if fits is None else "outside_hours")


async def put_off(
    session: AsyncSession,
    desk: Desk,
    errand: Errand,
    until: datetime,
    *,
    reason: str = "",
    fence: int | None = None,
    **columns: Any,
) -> bool:
    """Move a reply to a later hour; the owner's yes for the hour before holds for it, which is no earlier.

    `reason` is one of `access.reasons.WAITS`, empty for hours; `fence` that of an attempt of this worker's which the
    provider has not taken. Does nothing, and returns False, if somebody else has changed or taken the row meanwhile.
    """
    send, hour = errand.send, hour_of(until, errand.send.zone)
    when = {"wall_time": hour.wall_time, "zone": hour.zone, "fold": hour.fold, "due_at": hour.due_at}
    await session.get_one(Draft, (send.mailbox_id, send.draft_id), with_for_update=True)
    mine = await session.execute(
        update(ScheduledSend)
        .where(col(ScheduledSend.mailbox_id) == send.mailbox_id, untaken(send, fence=fence))
        .where(col(ScheduledSend.due_at) == send.due_at)
        .values(**when, asked_at=send.asked_at or send.due_at, dispatched_at=None)
        .values(state=SendState.PREPARED, reason=reason, **columns)
        .returning(col(ScheduledSend.id))
    )
    if mine.first() is None:
        return False
    await session.execute(
        update(Approval)
        .where(col(Approval.mailbox_id) == send.mailbox_id, col(Approval.draft_id) == send.draft_id)
        .where(or_(col(Approval.ended_at).is_(None), col(Approval.ended_by) == send.used_mark))
        .where(col(Approval.due_at) == send.due_at)
        .values(due_at=hour.due_at)
    )
    return True
