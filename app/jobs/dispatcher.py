"""Takes due rows of both outboxes, marks them, and defers their jobs in the same transaction.

The mark is a lease: a row whose job got lost, or whose worker fell silent, is taken again when the lease is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

from procrastinate.tasks import Task
from sqlalchemy import Integer, Select, and_, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import clock
from app.actions import post, settling
from app.db.database import Database
from app.db.lent import PLAIN
from app.jobs.engine import Engine
from app.models.columns import Moment
from app.models.draft import FOR_WORKER, ScheduledSend
from app.models.notice import Notice, NoticeState

MOST_AT_ONCE = 100
MOST_SEEN = 1000  # of what is due, oldest first, to choose from
SENDS_IN_HAND = 4  # of one mailbox, in all processes: as many as its provider answers at once


@dataclass(frozen=True, kw_only=True)
class Outbox:
    """A table of rows that leave when they are due: `place` is the column that, with the id, makes a row's key.

    No more than `in_hand` of one place are worked on at a time.
    """

    table: type[ScheduledSend] | type[Notice]
    place: str
    name: str  # of the row's id in a job
    waiting: tuple[str, ...]
    lease: timedelta
    in_hand: int


SENDS = Outbox(
    table=ScheduledSend,
    place="mailbox_id",
    name="send_id",
    waiting=FOR_WORKER,
    lease=settling.LEASE,
    in_hand=SENDS_IN_HAND,
)
NOTICES = Outbox(
    table=Notice,
    place="person_id",
    name="notice_id",
    waiting=(NoticeState.PREPARED, NoticeState.INTENT),
    lease=post.LEASE,
    in_hand=MOST_AT_ONCE,
)


async def dispatch(db: Database, engine: Engine) -> int:
    """Defer a job for every row that is due now; return how many were taken, of the outbox that had most."""
    return max(await _taken(db, SENDS, engine.deliver), await _taken(db, NOTICES, engine.post))


async def _taken(db: Database, outbox: Outbox, task: Task[..., Any, ...]) -> int:
    """Take what is due; behind a flood it is looked on, now that those who flood have enough in hand."""
    taken, flooded = 0, True
    while flooded and taken < MOST_AT_ONCE:
        found, flooded = await _round(db, outbox, task)
        taken += found
    return taken


async def _round(db: Database, outbox: Outbox, task: Task[..., Any, ...]) -> tuple[int, bool]:
    """Take what is due among the oldest; return how many were taken, and whether there were more than were seen."""
    async with db.transaction(role="deskhand_dispatch") as session:
        now = clock.now()
        given = {"now": now, "silent_since": now - outbox.lease, "seen": MOST_SEEN, "at_once": MOST_AT_ONCE}
        rows = (await session.execute(_due(outbox), given)).all()
        if rows:
            await _mark(session, outbox, [each.id for each in rows])
            await _defer(session, task, [{outbox.place: str(each.place), outbox.name: str(each.id)} for each in rows])
    return len(rows), any(each.seen >= MOST_SEEN for each in rows)


@cache
def _due(outbox: Outbox) -> Select[Any]:
    """Ask for what is due and free, the first of every place before anybody's second, and lock it.

    Put together once: it is asked twice a second by whoever has nothing to do.
    """
    row, place = outbox.table, getattr(outbox.table, outbox.place)
    # The lease is judged by our clock, not by SQL's: the practice clock moves both sides of the comparison.
    now, silent_since = bindparam("now", type_=Moment), bindparam("silent_since", type_=Moment)
    due = and_(col(row.state).in_(outbox.waiting), col(row.due_at) <= now)
    free = or_(col(row.dispatched_at).is_(None), col(row.dispatched_at) <= silent_since)
    hand = (
        select(place.label("place"), func.count().label("many"))
        .where(due, col(row.dispatched_at) > silent_since)
        .group_by(place)
        .cte("hand")
    )
    full = select(hand.c.place).where(hand.c.many >= outbox.in_hand)
    oldest = (
        select(place.label("place"), col(row.id).label("id"), col(row.due_at).label("due_at"))
        .where(due, free, place.not_in(full))
        .order_by(col(row.due_at))
        .limit(bindparam("seen", type_=Integer))
        .subquery("oldest")
    )
    turn = func.row_number().over(partition_by=oldest.c.place, order_by=oldest.c.due_at)
    in_hand = func.coalesce(select(hand.c.many).where(hand.c.place == oldest.c.place).scalar_subquery(), 0)
    turns = select(oldest, (turn + in_hand).label("turn"), func.count().over().label("seen")).subquery("turns")
    return (
        select(place.label("place"), col(row.id).label("id"), turns.c.seen)
        .join(turns, and_(turns.c.place == place, turns.c.id == row.id))
        # Asked of the locked row again: another dispatcher may have taken it since it was seen.
        .where(turns.c.turn <= outbox.in_hand, due, free)
        .order_by(turns.c.turn, col(row.due_at))
        .limit(bindparam("at_once", type_=Integer))
        .with_for_update(skip_locked=True, of=row)  # another dispatcher has the others
    )


async def _mark(session: AsyncSession, outbox: Outbox, ids: Sequence[UUID]) -> None:
    row = outbox.table
    await session.execute(update(row).where(col(row.id).in_(ids)).values(dispatched_at=clock.now()))


async def _defer(session: AsyncSession, task: Task[..., Any, ...], jobs: list[dict[str, str]]) -> None:
    await task.configure(connection=session.info[PLAIN]).batch_defer_async(*jobs)  # type: ignore[arg-type]
