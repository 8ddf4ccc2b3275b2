"""Open what a process works with, in the order in which it can fail: database, master key, the way out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from app import clock
from app.actions.resources import Resources
from app.child import Child
from app.db.database import Database, opened
from app.db.master_key import master_keys, prove
from app.db.migrate import newest
from app.errors import DatabaseTrouble
from app.providers import reading
from app.providers.allowed import allowed
from app.providers.gmail.units import Units
from app.providers.transport import Transport, new_client
from app.settings import Settings


@asynccontextmanager
async def open_resources(
    settings: Settings, database_url: str, *, client: httpx2.AsyncClient | None = None, pool_size: int = 10
) -> AsyncIterator[Resources]:
    """Open the resources of one process; `client` is the caller's own in tests and stays open.

    Raises DatabaseTrouble or BadSetting with one sentence; nothing is left half-open then.
    """
    if settings.practice:
        clock.practise(offset=settings.offset, offset_file=settings.clock_file)
    keys = master_keys(settings)
    async with opened(database_url, size=pool_size) as db:
        await _at_this_version(db)
        async with db.transaction() as session:
            secret = await prove(session, keys)
        web = new_client() if client is None else _kept_open(client)
        async with web as http, Child(reading.work) as reader:
            units = Units(settings.gmail_units_per_minute)
            transport = Transport(http, allowed(settings), wait=units.wait)
            yield Resources(settings, db, keys, transport, reader, secret)


@asynccontextmanager
async def _kept_open(client: httpx2.AsyncClient) -> AsyncIterator[httpx2.AsyncClient]:
    yield client


async def _at_this_version(db: Database) -> None:
    try:
        async with db.transaction() as session:
            found = (await session.execute(text("select version_num from alembic_version"))).scalar_one_or_none()
    except ProgrammingError:  # no such table, or one that is not for us to read: nothing of ours is here
        found = None
    if found != newest():
        raise DatabaseTrouble(
            "The database is at version {found}, this Deskhand needs {wanted}: run `deskhand migrate`.",
            found=found or "none",
            wanted=newest(),
        )
