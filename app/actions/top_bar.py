"""What the head of every page says of whoever is signed in."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, exists, func, select

from app.db.database import reads_for
from app.models.notice import Notice
from app.models.team import TeamAccess


async def top_bar(session: AsyncSession, person_id: UUID) -> tuple[int, bool]:
    """Return how many notices are new to a person, and whether a team of hers was let in anywhere.

    The transaction reads for her from then on.
    """
    await reads_for(session, person_id)
    new = select(func.count()).select_from(Notice).where(col(Notice.read_at).is_(None))
    leads = exists().where(col(TeamAccess.lead_id) == person_id)
    found = await session.execute(select(new.where(col(Notice.person_id) == person_id).scalar_subquery(), leads))
    count, leading = found.one()
    return int(count), bool(leading)
