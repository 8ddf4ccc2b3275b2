"""Takes due rows of both outboxes, marks them, and defers their jobs in the same transaction.

The mark is a lease: a row whose job got lost, or whose worker fell silent, is taken again when the lease is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from procrastinate.tasks import Task
from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import clock
from app.actions import post, settling
from app.db.database import Database
from app.jobs.engine import Engine
from app.models.draft import ScheduledSend, SendState
from app.models.notice import Notice, NoticeState

MOST_AT_ONCE = 100


@dataclass(frozen=True, kw_only=True)
class Outbox:
    """A table of rows that leave when they are due: `place` is the column that, with the id, makes a row's key."""

    table: type[ScheduledSend] | type[Notice]
    place: str
    name: str  # of the row's id in a job
    waiting: tuple[str, ...]
    lease: timedelta


SENDS = Outbox(
    table=ScheduledSend,
    place="mailbox_id",
    name="send_id",
    waiting=(SendState.PREPARED, SendState.INTENT),
    lease=settling.LEASE,
)
NOTICES = Outbox(
    table=Notice,
    place="person_id",
    name="notice_id",
    waiting=(NoticeState.PREPARED, NoticeState.INTENT),
    lease=post.LEASE,
)


async def dispatch(db: Database, engine: Engine) -> int:
    """Defer a job for every row that is due now; return how many were taken, of the outbox that had most."""
    return max(await _taken(db, SENDS, engine.deliver), await _taken(db, NOTICES, engine.post))


async def _taken(db: Database, outbox: Outbox, task: Task[..., Any, ...]) -> int:
    row = outbox.table
    async with db.transaction(role="deskhand_dispatch") as session:
        now = clock.now()
        # The lease is judged by our clock, not by SQL's: the practice clock moves both sides of the comparison.
        free = or_(col(row.dispatched_at).is_(None), col(row.dispatched_at) <= now - outbox.lease)
        due = await session.execute(
            select(getattr(row, outbox.place), col(row.id))
            .where(col(row.state).in_(outbox.waiting))
            .where(col(row.due_at) <= now, free)
            .order_by(col(row.due_at))
            .limit(MOST_AT_ONCE)
            .with_for_update(skip_locked=True)  # another dispatcher has the others
        )
        rows = [(each[0], each[1]) for each in due]
        if rows:
            await _mark(session, outbox, [row_id for _, row_id in rows])
            await _defer(session, task, [{outbox.place: str(place), outbox.name: str(one)} for place, one in rows])
    return len(rows)


async def _mark(session: AsyncSession, outbox: Outbox, ids: Sequence[UUID]) -> None:
    row = outbox.table
    await session.execute(update(row).where(col(row.id).in_(ids)).values(dispatched_at=clock.now()))


async def _defer(session: AsyncSession, task: Task[..., Any, ...], jobs: list[dict[str, str]]) -> None:
    raw = (await (await session.connection()).get_raw_connection()).driver_connection
    await task.configure(connection=raw).batch_defer_async(*jobs)  # type: ignore[arg-type]
