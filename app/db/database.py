"""One pool for SQLModel, plain SQL and the job engine; every transaction says for whom it reads.

Row-level security looks at two settings that live and die with the transaction: `deskhand.mailbox` (rows of one
mailbox) and `deskhand.person` (mailboxes where this person is owner or has a live grant).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from uuid import UUID

import psycopg
from psycopg import AsyncConnection, sql
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app import clock
from app.db.lent import Lender, Lent, Loan
from app.db.plain import run
from app.errors import DatabaseTrouble

OLDEST_SERVER = 150000  # PostgreSQL 15
AWAY = "The database cannot be reached right now. Try again in a moment."
FULL = "The disk of the database is full, and nothing is done that cannot be written down: somebody has to make room."

# Sent at once, and settings that end with the transaction, or the next borrower of the connection would see somebody
# else's rows.
_BEGIN_FOR = """
begin;
select set_config('deskhand.mailbox', {mailbox}, true), set_config('deskhand.person', {person}, true),
  set_config('role', {role}, true), clock_timestamp()
"""

_WHO_AM_I = """
select me.rolsuper or me.rolbypassrls,
       exists(select from pg_class where relname = 'mailbox' and relowner = me.oid),
       exists(select from pg_roles where rolname = 'deskhand_app' and pg_has_role(me.oid, oid, 'MEMBER'))
from pg_roles me where rolname = session_user
"""


@dataclass(frozen=True)
class Database:
    """An open database: the pool that owns the connections, and SQLAlchemy's view of the same pool."""

    pool: AsyncConnectionPool[AsyncConnection]
    engine: AsyncEngine
    lender: Lender

    @asynccontextmanager
    async def transaction(
        self, *, mailbox: UUID | None = None, person: UUID | None = None, role: str = "deskhand_app"
    ) -> AsyncIterator[AsyncSession]:
        """Open a session in one transaction that sees the rows of this mailbox and of this person's mailboxes.

        It commits at the end and rolls back on any error. Raises DatabaseTrouble if the database is away.
        """
        whom = {"mailbox": str(mailbox or ""), "person": str(person or ""), "role": role}
        begin = _BEGIN_FOR.format(**{name: sql.quote(value) for name, value in whom.items()}).encode()
        try:
            loan = await self._begun(begin)
            session = self.lender.session(self.engine, loan)
            try:
                yield session
                if session.in_transaction():
                    await session.commit()
                if not loan.taken:
                    await loan.connection.commit()
            except BaseException:
                with suppress(OperationalError, psycopg.OperationalError):  # what has gone wrong before says more
                    await asyncio.shield(_ended(session, loan))
                raise
            await asyncio.shield(_ended(session, loan))
        except (OperationalError, PoolTimeout, psycopg.OperationalError) as trouble:
            raise DatabaseTrouble(FULL if _is_full(trouble) else AWAY) from trouble

    async def _begun(self, begin: bytes) -> Loan:
        """Borrow a connection in a transaction that reads for somebody.

        A connection that lay in the pool while the server restarted fails here, before anything is done: it is
        thrown away with its like, and the transaction begins on a living one.
        """
        loan = await self._borrowed(begin)
        if loan is None:
            await self.pool.check()
            loan = await self._borrowed(begin)
        if loan is None:
            raise DatabaseTrouble(AWAY)
        return loan

    async def _borrowed(self, begin: bytes) -> Loan | None:
        """Begin, say for whom it reads, and learn the server's clock; return None if the connection was dead."""
        loan = Loan(await self.pool.getconn())
        try:
            cursor = await loan.connection.execute(begin, prepare=False)  # two statements cannot be prepared
            cursor.nextset()
            row = await cursor.fetchone()
        except BaseException as trouble:
            died = isinstance(trouble, psycopg.OperationalError) and loan.connection.closed
            await asyncio.shield(loan.give_back())
            if died:
                return None
            raise
        if row:
            clock.learn(row[3])
        return loan


@asynccontextmanager
async def opened(conninfo: str, *, size: int = 10) -> AsyncIterator[Database]:
    """Open the pool on a libpq connection string or URL; raise DatabaseTrouble with the reason in one sentence."""
    pool: AsyncConnectionPool[AsyncConnection] = AsyncConnectionPool(
        conninfo,
        connection_class=Lent,
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
    lender = Lender()
    engine = lender.engine()
    try:
        lender.asking = Loan(await pool.getconn())
        async with engine.connect():  # what SQLAlchemy asks a server once would end somebody's transaction later
            pass
        yield Database(pool, engine, lender)
    finally:
        await engine.dispose()
        await pool.close()


async def reads_for(session: AsyncSession, person_id: UUID) -> None:
    """Have a transaction that has learnt who asks see the rows of that person's mailboxes, from now until its end."""
    await run(session, "select set_config('deskhand.person', %(person)s, true)", {"person": str(person_id)})


async def _ended(session: AsyncSession, loan: Loan) -> None:
    """Forget what a session holds, and give the connection back by whoever has it."""
    if loan.taken:
        await session.close()
    else:
        session.sync_session.close()
        await loan.give_back()


async def _as_app(connection: AsyncConnection) -> None:
    """Leave the login's own rights behind: whoever borrows the connection, the job engine too, is deskhand_app.

    A transaction is begun by whoever wants one: psycopg would ask the server for each by itself, and once more.
    """
    await connection.set_autocommit(True)
    await connection.execute("set role deskhand_app")


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
