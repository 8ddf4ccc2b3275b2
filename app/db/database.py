"""One pool for SQLModel, plain SQL and the job engine; every transaction says for whom it reads.

Row-level security looks at two settings that live and die with the transaction: `deskhand.mailbox` (rows of one
mailbox) and `deskhand.person` (mailboxes where this person is owner or has a live grant).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import psycopg
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from app import clock
from app.db.plain import opened_plain
from app.errors import DatabaseTrouble

OLDEST_SERVER = 150000  # PostgreSQL 15
AWAY = "The database cannot be reached right now. Try again in a moment."
FULL = "The disk of the database is full, and nothing is done that cannot be written down: somebody has to make room."

# One statement for all, and settings that end with the transaction, or the next borrower of the connection would see
# somebody else's rows.
_FOR_WHOM = """
select set_config('deskhand.mailbox', %(mailbox)s, true), set_config('deskhand.person', %(person)s, true),
  set_config('role', %(role)s, true), clock_timestamp()
"""

_WHO_AM_I = """
select me.rolsuper or me.rolbypassrls,
       exists(select from pg_class where relname = 'mailbox' and relowner = me.oid),
       exists(select from pg_roles where rolname = 'deskhand_app' and pg_has_role(me.oid, oid, 'MEMBER'))
from pg_roles me where rolname = session_user
"""


class _Lent(AsyncConnection):
    """A connection that goes back to its pool when it is closed, even if it broke meanwhile.

    psycopg itself does nothing then, and the pool would count it as lent for ever: after a few restarts of the database
    there would be none left to lend.
    """

    async def close(self) -> None:
        pool = getattr(self, "_pool", None)
        if self.closed and pool is not None:
            await pool.putconn(self)
            self._pool = None
        await super().close()


@dataclass(frozen=True)
class Database:
    """An open database: the pool that owns the connections, and SQLAlchemy's view of the same pool."""

    pool: AsyncConnectionPool[AsyncConnection]
    engine: AsyncEngine

    @asynccontextmanager
    async def transaction(
        self, *, mailbox: UUID | None = None, person: UUID | None = None, role: str = "deskhand_app"
    ) -> AsyncIterator[AsyncSession]:
        """Open a session in one transaction that sees the rows of this mailbox and of this person's mailboxes.

        It commits at the end and rolls back on any error. Raises DatabaseTrouble if the database is away.
        """
        whom = {"mailbox": str(mailbox or ""), "person": str(person or ""), "role": role}
        try:
            async with AsyncSession(self.engine, expire_on_commit=False) as session:
                await self._begin(session, whom)
                yield session
                await session.commit()
        except (OperationalError, PoolTimeout, psycopg.OperationalError) as trouble:
            raise DatabaseTrouble(FULL if _is_full(trouble) else AWAY) from trouble

    async def _begin(self, session: AsyncSession, whom: dict[str, str]) -> None:
        """Say for whom the transaction reads, and learn the server's clock.

        A connection that lay in the pool while the server restarted fails here, before anything is done: it is
        thrown away with its like, and the transaction begins on a living one.
        """
        connection = await opened_plain(session)
        try:
            cursor = await connection.execute(_FOR_WHOM, whom)
        except psycopg.OperationalError:
            if not connection.closed:
                raise
            await session.invalidate()
            await self.pool.check()
            cursor = await (await opened_plain(session)).execute(_FOR_WHOM, whom)
        if row := await cursor.fetchone():
            clock.learn(row[3])


@asynccontextmanager
async def opened(conninfo: str, *, size: int = 10) -> AsyncIterator[Database]:
    """Open the pool on a libpq connection string or URL; raise DatabaseTrouble with the reason in one sentence."""
    pool: AsyncConnectionPool[AsyncConnection] = AsyncConnectionPool(
        conninfo,
        connection_class=_Lent,
        open=False,
        close_returns=True,
        min_size=1,
        max_size=size,
        timeout=10,
        configure=_as_app,
    )
    try:
        # Asked on a connection of its own first: the pool would only say that it waited in vain.
        async with await AsyncConnection.connect(conninfo, connect_timeout=10) as connection:
            await _fit(connection)
        await pool.open(wait=True, timeout=10)
    except (psycopg.Error, PoolTimeout) as trouble:
        raise DatabaseTrouble("The database does not answer: {why}", why=_first_line(trouble)) from None
    # NullPool: psycopg's pool owns the connections; closing one hands it back there (close_returns).
    engine = create_async_engine("postgresql+psycopg://", async_creator=pool.getconn, poolclass=NullPool)
    try:
        yield Database(pool, engine)
    finally:
        await engine.dispose()
        await pool.close()


async def _as_app(connection: AsyncConnection) -> None:
    """Leave the login's own rights behind: whoever borrows the connection, the job engine too, is deskhand_app."""
    await connection.execute("set role deskhand_app")
    await connection.commit()


def _is_full(trouble: Exception) -> bool:
    """Say whether the server found no room on its disk, or was not let use more."""
    return isinstance(getattr(trouble, "orig", trouble), psycopg.errors.DiskFull)


def _first_line(trouble: Exception) -> str:
    return (str(trouble).strip().splitlines() or [type(trouble).__name__])[0]


async def _fit(connection: AsyncConnection) -> None:
    """Refuse a server too old, and a login that row-level security would not bind."""
    if connection.info.server_version < OLDEST_SERVER:
        raise DatabaseTrouble("This PostgreSQL is too old: Deskhand needs version 15 or newer.")
    rows = await connection.execute(_WHO_AM_I)
    row = await rows.fetchone()
    unbound, owns, member = row or (True, True, False)
    if unbound or owns:
        raise DatabaseTrouble(
            "DESKHAND_DATABASE_URL signs in as a superuser or as the owner of the tables, whom row-level security does "
            "not bind. Give it a login that is only a member of deskhand_app and deskhand_dispatch; "
            "`deskhand migrate` prints the SQL."
        )
    if not member:
        raise DatabaseTrouble(
            "This database is not ready for Deskhand: run `deskhand migrate`, and make the login of "
            "DESKHAND_DATABASE_URL a member of deskhand_app and deskhand_dispatch."
        )
