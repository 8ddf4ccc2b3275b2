"""Takes due rows, marks them, and defers their jobs in the same transaction.

The mark is a lease: a row whose job got lost, or whose worker fell silent, is taken again when the lease is over.
"""

from __future__ import annotations

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import clock
from app.actions.settling import LEASE
from app.db.database import Database
from app.jobs.engine import Engine
from app.models.draft import ScheduledSend, SendState

MOST_AT_ONCE = 100


async def dispatch(db: Database, engine: Engine) -> int:
    """Defer a job for every row that is due now; return how many were taken."""
    async with db.transaction(role="deskhand_dispatch") as session:
        now = clock.now()
        # The lease is judged by our clock, not by SQL's: the practice clock moves both sides of the comparison.
        free = or_(col(ScheduledSend.dispatched_at).is_(None), col(ScheduledSend.dispatched_at) <= now - LEASE)
        due = await session.execute(
            select(col(ScheduledSend.mailbox_id), col(ScheduledSend.id))
            .where(col(ScheduledSend.state).in_([SendState.PREPARED, SendState.INTENT]))
            .where(col(ScheduledSend.due_at) <= now, free)
            .order_by(col(ScheduledSend.due_at))
            .limit(MOST_AT_ONCE)
            .with_for_update(skip_locked=True)  # another dispatcher has the others
        )
        rows = [(row[0], row[1]) for row in due]
        if rows:
            await _mark(session, [send_id for _, send_id in rows])
            await _defer(session, engine, [{"mailbox_id": str(box), "send_id": str(send)} for box, send in rows])
    return len(rows)


async def _mark(session: AsyncSession, ids: list[object]) -> None:
    await session.execute(update(ScheduledSend).where(col(ScheduledSend.id).in_(ids)).values(dispatched_at=clock.now()))


async def _defer(session: AsyncSession, engine: Engine, jobs: list[dict[str, str]]) -> None:
    raw = (await (await session.connection()).get_raw_connection()).driver_connection
    await engine.deliver.configure(connection=raw).batch_defer_async(*jobs)  # type: ignore[arg-type]
