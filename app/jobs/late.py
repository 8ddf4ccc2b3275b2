"""What should be on its way and is not: due rows that no worker takes, though a worker takes such in half a second."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import clock
from app.db.database import Database
from app.jobs.dispatcher import NOTICES, SENDS, Outbox

GRACE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Late:
    """How many rows of an outbox nobody has taken, and for how long the oldest has been due."""

    count: int
    by: timedelta


async def late_sends(db: Database) -> Late:
    """Return what is late of the replies."""
    return await _late(db, SENDS)


async def late_notices(db: Database) -> Late:
    """Return what is late of Deskhand's own letters."""
    return await _late(db, NOTICES)


async def _late(db: Database, outbox: Outbox) -> Late:
    async with db.transaction(role="deskhand_dispatch") as session:
        return await _counted(session, outbox)


async def _counted(session: AsyncSession, outbox: Outbox) -> Late:
    row, now = outbox.table, clock.now() - GRACE
    free = or_(col(row.dispatched_at).is_(None), col(row.dispatched_at) <= now - outbox.lease)
    found = await session.execute(
        select(func.count(), func.min(col(row.due_at)))
        .where(col(row.state).in_(outbox.waiting))
        .where(col(row.due_at) <= now, free)
    )
    count, oldest = found.one()
    return Late(count=count, by=clock.now() - oldest if oldest else timedelta())
