"""Statements on the way of every act, sent to PostgreSQL as they stand.

Where an act runs twenty statements, SQLAlchemy's share of each is three times the driver's. Rows that are worked with
still come as objects; what only locks, counts, notes or writes a known row is said here in SQL.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, LiteralString

from psycopg import AsyncConnection, AsyncCursor
from sqlalchemy.ext.asyncio import AsyncSession

Statement = LiteralString | bytes
_PLAIN = "plain"


async def opened_plain(session: AsyncSession) -> AsyncConnection:
    """Return the driver's connection of a session that has not run anything yet, and keep it at hand."""
    raw = await (await session.connection()).get_raw_connection()
    connection: AsyncConnection = raw.driver_connection  # type: ignore[assignment]
    session.info[_PLAIN] = connection
    return connection


async def run(session: AsyncSession, statement: Statement, given: Mapping[str, Any]) -> AsyncCursor[Any]:
    """Run a statement in the session's transaction, behind all that was changed in the session before.

    Objects that the session holds do not hear of it. Raises psycopg's errors.
    """
    if session.new or session.dirty or session.deleted:
        await session.flush()
    connection: AsyncConnection = session.info[_PLAIN]
    return await connection.execute(statement, given)


async def rows(session: AsyncSession, statement: Statement, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run a statement and return all its rows."""
    return await (await run(session, statement, given)).fetchall()


async def first(session: AsyncSession, statement: Statement, given: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """Run a statement and return its first row, None if it has none."""
    return await (await run(session, statement, given)).fetchone()


async def one(session: AsyncSession, statement: Statement, given: Mapping[str, Any]) -> tuple[Any, ...]:
    """Run a statement that always has a row, and return the first; raise LookupError if it has none after all."""
    found = await first(session, statement, given)
    if found is None:
        raise LookupError("a row that is always there is missing")
    return found
