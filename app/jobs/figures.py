"""How the work stands, in numbers that say nothing of anybody: what operators watch."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text

from app.db.database import Database
from app.jobs.late import Late, behind

JOBS = text("select queue_name, status::text, count(*) from procrastinate_jobs group by 1, 2 order by 1, 2")
WORKERS = text("select count(*) from procrastinate_workers where last_heartbeat > now() - interval '30 seconds'")


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What is late by outbox, how many jobs there are by queue and status, and how many workers' hearts beat."""

    late: dict[str, Late]
    jobs: dict[tuple[str, str], int]
    workers: int


async def figures(db: Database) -> Figures:
    """Return how the work stands in all processes; raise DatabaseTrouble if nobody can say."""
    late = await behind(db)
    async with db.transaction() as session:
        jobs = {(queue, status): count for queue, status, count in await session.execute(JOBS)}
        workers = (await session.execute(WORKERS)).scalar_one()
    return Figures(late=late, jobs=jobs, workers=workers)
