"""How much grants are used, from the daily counts: numbers and days, never what was done to which message."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.actions.caps import USED
from app.models.grant import DailyCount

WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Usage:
    """By grant: the last day on which anything was done, and the last seven days' numbers (changes, drafts, sends)."""

    last: dict[UUID, date]
    counts: dict[UUID, dict[str, int]]


async def usage_of(session: AsyncSession, grant_ids: Collection[UUID]) -> Usage:
    """Return how much grants are used, as far as the transaction may see them."""
    mine = col(DailyCount.grant_id).in_(grant_ids)
    last = await session.execute(
        select(DailyCount.grant_id, func.max(DailyCount.day))
        .where(mine, col(DailyCount.counted) == USED)
        .group_by(col(DailyCount.grant_id))
    )
    summed = await session.execute(
        select(DailyCount.grant_id, DailyCount.counted, func.sum(DailyCount.number))
        .where(mine, col(DailyCount.counted) != USED, col(DailyCount.day) > (clock.now() - WEEK).date())
        .group_by(col(DailyCount.grant_id), col(DailyCount.counted))
    )
    counts: dict[UUID, dict[str, int]] = {}
    for grant_id, counted, number in summed:
        counts.setdefault(grant_id, {})[counted] = number
    return Usage(last={row[0]: row[1] for row in last}, counts=counts)
