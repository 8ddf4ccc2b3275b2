"""The hour at which a reply leaves: set, changed, cancelled; until the moment of intent, then it is too late."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.acts import Act
from app.access.decide import Decision, Kind
from app.actions.desk import Desk
from app.actions.draft import draft_of, see_draft
from app.actions.hand import About
from app.errors import Conflict, NotFound
from app.models.draft import Draft, DraftState, ScheduledSend, SendState
from app.rules.moments import moment_of, soon_enough, wall_of

STOPPABLE = (SendState.PREPARED, SendState.HELD, SendState.NEEDS_HUMAN)
TOO_LATE = "It is too late: this reply is being sent right now."


async def schedule(desk: Desk, draft_id: UUID, *, wall_time: datetime, zone: str, fold: int = 0) -> ScheduledSend:
    """Have a draft leave at an hour in a zone; an hour set before is replaced, and its approval is void then.

    Raises BadRequest for an hour that is past or a zone that is none, Conflict if the draft was edited by hand or
    is on its way.
    """
    due_at = moment_of(wall_time, zone, fold=fold)
    soon_enough(due_at, clock.now())
    return await _prepared(desk, draft_id, wall_time=wall_time, zone=zone, fold=fold, due_at=due_at)


async def schedule_now(desk: Desk, draft_id: UUID) -> ScheduledSend:
    """Have a draft leave at once: the same row and the same checks as at a later hour."""
    now, zone = clock.now(), desk.mailbox.zone
    return await _prepared(desk, draft_id, wall_time=wall_of(now, zone), zone=zone, fold=0, due_at=now)


async def cancel(desk: Desk, send_id: UUID) -> ScheduledSend:
    """Take a scheduled send back; the draft stays. Raises Conflict when it is too late."""
    send = await send_of(desk, send_id)
    row, message = await draft_of(desk, send.draft_id)

    async def stop(session: AsyncSession, _decision: Decision) -> None:
        stopped = await _stopped(session, row, "cancelled", only=send_id)
        if send_id not in stopped:
            raise Conflict(TOO_LATE)

    async with desk.act(Act.CANCEL, About(message=message, draft=row, send=send), within=stop):
        return await send_of(desk, send_id)


async def scheduled(desk: Desk, *, ended: bool = False) -> list[ScheduledSend]:
    """Return what waits here by hour, or what has ended, newest first; an assistant sees her own."""
    live = [*STOPPABLE, SendState.INTENT]
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        wanted = select(ScheduledSend).where(col(ScheduledSend.mailbox_id) == desk.mailbox.id)
        wanted = wanted.where(col(ScheduledSend.state).not_in(live) if ended else col(ScheduledSend.state).in_(live))
        if desk.actor.kind is not Kind.OWNER:
            wanted = wanted.where(col(ScheduledSend.scheduled_by) == desk.actor.person_id)
        due = col(ScheduledSend.due_at)
        return list((await session.execute(wanted.order_by(due.desc() if ended else due).limit(200))).scalars())


async def send_of(desk: Desk, send_id: UUID) -> ScheduledSend:
    """Return a scheduled send of this mailbox; raise NotFound for another's, or for a colleague's."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        send = await session.get(ScheduledSend, (desk.mailbox.id, send_id))
    hers = send is not None and send.scheduled_by == desk.actor.person_id
    if send is None or (desk.actor.kind is Kind.ASSISTANT and not hers):
        raise NotFound
    return send


async def _prepared(
    desk: Desk, draft_id: UUID, *, wall_time: datetime, zone: str, fold: int, due_at: datetime
) -> ScheduledSend:
    row, message = await draft_of(desk, draft_id)
    if row.state != DraftState.OPEN or desk.actor.person_id is None:
        raise Conflict
    if (await see_draft(desk, draft_id)).edited_by_hand:
        raise Conflict("The draft was changed in the mailbox meanwhile. Look at it, then set the hour again.")
    send = ScheduledSend(
        mailbox_id=row.mailbox_id,
        id=uuid4(),
        draft_id=row.id,
        grant_id=row.grant_id if desk.actor.kind is Kind.ASSISTANT else None,
        scheduled_by=desk.actor.person_id,
        wall_time=wall_time,
        zone=zone,
        fold=fold,
        due_at=due_at,
        created_at=clock.now(),
    )

    async def replace(session: AsyncSession, _decision: Decision) -> None:
        await _stopped(session, row, "rescheduled")
        session.add(send)

    # An approval names the hour it was given for, so that of another hour no longer covers this send.
    about = About(message=message, draft=row, noted={"subject_kind": "send", "subject_id": send.id})
    async with desk.act(Act.SCHEDULE, about, within=replace):
        return send


async def _stopped(session: AsyncSession, row: Draft, reason: str, only: UUID | None = None) -> set[UUID]:
    """Cancel the live sends of a draft (or one of them); raise Conflict for one that is on its way."""
    live = select(ScheduledSend).where(
        col(ScheduledSend.mailbox_id) == row.mailbox_id, col(ScheduledSend.draft_id) == row.id
    )
    rows = (await session.execute(live.with_for_update())).scalars().all()
    if any(send.state == SendState.INTENT for send in rows):
        raise Conflict(TOO_LATE)
    ids = {send.id for send in rows if send.state in STOPPABLE and only in (None, send.id)}
    await session.execute(
        update(ScheduledSend)
        .where(col(ScheduledSend.mailbox_id) == row.mailbox_id, col(ScheduledSend.id).in_(ids))
        .values(state=SendState.CANCELLED, reason=reason, ended_at=clock.now())
    )
    return ids
