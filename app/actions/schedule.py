"""The hour at which a reply leaves: set, changed, cancelled; until the moment of intent, then it is too late."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import clock
from app.access.acts import Act
from app.access.decide import Kind
from app.actions.asked_hour import Hour, hour_at, hour_now, in_hours, sealed_urgency
from app.actions.desk import Desk
from app.actions.draft import draft_of, see_draft
from app.actions.hand import About
from app.actions.hanging import (
    require_open,
    require_settled,
    require_wanted,
    stop_sends,
    void_other_hours,
)
from app.db.parts import Listed, Part
from app.errors import Conflict, NotFound
from app.models.draft import ENDED, LIVE, Draft, DraftState, ScheduledSend
from app.rules.placing import UNASKED, Answer


async def schedule(
    desk: Desk,
    draft_id: UUID,
    *,
    wall_time: datetime,
    zone: str,
    fold: int = 0,
    sha256: bytes | None = None,
    answer: Answer = UNASKED,
) -> ScheduledSend:
    """Have a draft leave at an hour in a zone; an hour set before is replaced, and its approval is void then.

    An assistant's reply leaves at the first moment from then on at which all concerned work, unless her `answer` says
    why it cannot wait.

    Raises BadRequest for an hour that is past or a zone that is none, EmergencyUnanswered to ask for an answer, NoHurry
    where the owner lets nothing leave out of hours, and Conflict if the draft is on its way or was edited by hand,
    unless `sha256` is the digest of what it became.
    """
    return await _prepared(desk, draft_id, hour_at(wall_time, zone, fold), sha256, answer)


async def schedule_now(
    desk: Desk, draft_id: UUID, *, sha256: bytes | None = None, answer: Answer = UNASKED
) -> ScheduledSend:
    """Have a draft leave at once: the same row, the same hours and the same checks as at a later hour."""
    return await _prepared(desk, draft_id, hour_now(desk.mailbox.zone), sha256, answer)


async def cancel(desk: Desk, send_id: UUID) -> ScheduledSend:
    """Take a scheduled send back; the draft stays. Raises Conflict when it is too late."""
    send = await send_of(desk, send_id)
    row, message = await draft_of(desk, send.draft_id)

    async def stop(session: AsyncSession) -> None:
        if not await stop_sends(session, desk.actor, row, "cancelled", only=send_id):
            raise Conflict

    async with desk.act(Act.CANCEL, About(message=message, draft=row, send=send), within=stop):
        return await send_of(desk, send_id)


async def scheduled(desk: Desk, *, ended: bool = False) -> list[ScheduledSend]:
    """Return what waits here by hour, or what has ended, newest first; an assistant sees her own."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        return await _listed(desk, ended=ended).whole(session)


async def part_of_scheduled(desk: Desk, *, size: int, after: str = "", ended: bool = False) -> Part[ScheduledSend]:
    """Return a part of the same list."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        return await _listed(desk, ended=ended).part(session, size=size, after=after)


async def sends_of(desk: Desk, draft_id: UUID) -> list[ScheduledSend]:
    """Return what was ever scheduled of a draft, newest first; an assistant sees her own."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        found = _own(desk).where(col(ScheduledSend.draft_id) == draft_id)
        return list((await session.execute(found.order_by(col(ScheduledSend.created_at).desc()))).scalars())


async def send_of(desk: Desk, send_id: UUID) -> ScheduledSend:
    """Return a scheduled send of this mailbox; raise NotFound for another's, or for a colleague's."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        send = await session.get(ScheduledSend, (desk.mailbox.id, send_id))
    hers = send is not None and send.scheduled_by == desk.actor.person_id
    if send is None or (desk.actor.kind is Kind.ASSISTANT and not hers):
        raise NotFound
    return send


def _own(desk: Desk) -> Select[ScheduledSend]:
    wanted = select(ScheduledSend).where(col(ScheduledSend.mailbox_id) == desk.mailbox.id)
    hers_alone = desk.actor.kind is not Kind.OWNER
    return wanted.where(col(ScheduledSend.scheduled_by) == desk.actor.person_id) if hers_alone else wanted


def _listed(desk: Desk, *, ended: bool) -> Listed[ScheduledSend]:
    wanted = _own(desk).where(col(ScheduledSend.state).in_(ENDED if ended else LIVE))
    return Listed(wanted=wanted, by=(col(ScheduledSend.due_at), col(ScheduledSend.id)), falling=ended)


async def _prepared(desk: Desk, draft_id: UUID, asked: Hour, sha256: bytes | None, answer: Answer) -> ScheduledSend:
    row, message = await draft_of(desk, draft_id)
    require_open(row)
    if desk.actor.person_id is None:
        raise Conflict
    seen = await see_draft(desk, draft_id)
    seen.require_known(sha256)
    to = seen.draft.message.recipients
    hour = await in_hours(desk, asked, to, answer)
    send = ScheduledSend(
        mailbox_id=row.mailbox_id,
        id=uuid4(),
        draft_id=row.id,
        grant_id=row.grant_id if desk.actor.kind is Kind.ASSISTANT else None,
        scheduled_by=desk.actor.person_id,
        key_id=desk.actor.key_id,
        created_at=clock.now(),
        **hour.columns,
    )

    async def replace(session: AsyncSession) -> None:
        kept = await session.get_one(Draft, (row.mailbox_id, row.id))
        if kept.state != DraftState.OPEN or kept.revision != row.revision:
            raise Conflict
        require_settled(kept)
        require_wanted(kept, desk.actor)
        stopped = await stop_sends(session, desk.actor, row, "rescheduled")
        await void_other_hours(session, row, hour.due_at)
        if "thread_moved" in stopped.values():  # she was told, and decides again
            kept.thread_seen = list(seen.thread_ids)
        kept.revision = seen.draft.revision
        send.urgency = await sealed_urgency(session, desk, send.id, hour.answer)
        session.add(send)

    noted = {"subject_kind": "send", "subject_id": send.id, "reason": hour.reason}
    about = About(message=message, draft=row, content_sha256=seen.sha256, recipients=to, noted=noted)
    async with desk.act(Act.SCHEDULE, about, within=replace):
        return send
