"""Forget what has been kept long enough: the addresses of people who were invited by mail."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete
from sqlmodel import col, select

from app import clock
from app.actions.resources import Resources
from app.models.notice import Notice, NoticeKind

KEPT = timedelta(days=30)
MOST_AT_ONCE = 100


async def forget_invited(resources: Resources) -> int:
    """Delete the letters to invited people that are older than 30 days, sealed address and all; return how many."""
    async with resources.db.transaction(role="deskhand_dispatch") as session:
        rows = await session.execute(
            select(col(Notice.person_id), col(Notice.id))
            .where(col(Notice.kind) == NoticeKind.INVITATION, col(Notice.due_at) <= clock.now() - KEPT)
            .limit(MOST_AT_ONCE)
        )
        old = [(row[0], row[1]) for row in rows]
    for person_id, notice_id in old:
        async with resources.db.transaction(person=person_id) as session:
            mine = delete(Notice).where(col(Notice.person_id) == person_id, col(Notice.id) == notice_id)
            await session.execute(mine)
    return len(old)
