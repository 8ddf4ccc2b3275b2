"""What should be on its way and is not: rows that are due and have not left, and those among them that nobody takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import clock
from app.db.database import Database
from app.jobs.dispatcher import NOTICES, SENDS, Outbox

GRACE = timedelta(minutes=1)  # a worker takes what is due in half a second
SLOW = timedelta(seconds=10)


@dataclass(frozen=True, kw_only=True)
class Late:
    """How many rows of an outbox are late, and for how long the oldest has been due."""

    count: int
    by: timedelta


async def late_sends(db: Database) -> Late:
    """Return the replies that nobody takes."""
    return await _untaken(db, SENDS)


async def late_notices(db: Database) -> Late:
    """Return the letters of Deskhand's own that nobody takes."""
    return await _untaken(db, NOTICES)


async def behind(db: Database) -> dict[str, Late]:
    """Return, by outbox, what has been due for ten seconds and has not left, whether somebody has taken it or not."""
    async with db.transaction(role="deskhand_dispatch") as session:
        return {
            name: await _counted(session, outbox, SLOW) for name, outbox in (("replies", SENDS), ("letters", NOTICES))
        }


async def _untaken(db: Database, outbox: Outbox) -> Late:
    row = outbox.table
    free = or_(col(row.dispatched_at).is_(None), col(row.dispatched_at) <= clock.now() - GRACE - outbox.lease)
    async with db.transaction(role="deskhand_dispatch") as session:
        return await _counted(session, outbox, GRACE, free)


async def _counted(session: AsyncSession, outbox: Outbox, grace: timedelta, *only: ColumnElement[bool]) -> Late:
    row = outbox.table
    found = await session.execute(
        select(func.count(), func.min(col(row.due_at)))
        .where(col(row.state).in_(outbox.waiting))
        .where(col(row.due_at) <= clock.now() - grace, *only)
    )
    count, oldest = found.one()
    return Late(count=count, by=clock.now() - oldest if oldest else timedelta())
