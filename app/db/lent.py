"""A transaction's connection: plain SQL has it at once, SQLAlchemy only when it is asked for something.

SQLAlchemy's own beginning and end cost as much as three plain statements, and most transactions on the way of an act
ask it for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from psycopg import AsyncConnection
from sqlalchemy import Connection, Engine
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

PLAIN = "plain"  # in a session's info: the driver's connection
_LOAN, _LENDER = "loan", "lender"


class Lent(AsyncConnection):
    """A connection that goes back to its pool when it is closed, even if it broke meanwhile.

    psycopg itself does nothing then, and the pool would count it as lent for ever: after a few restarts of the database
    there would be none left to lend.
    """

    async def close(self) -> None:
        """Go back; a broken one tells its pool, so that there is a place for another."""
        pool = getattr(self, "_pool", None)
        if self.closed and pool is not None:
            await pool.putconn(self)
            self._pool = None
        await super().close()


@dataclass
class Loan:
    """A connection for one transaction. Once SQLAlchemy has it (`taken`), SQLAlchemy ends that and gives it back."""

    connection: AsyncConnection
    taken: bool = False

    async def give_back(self) -> None:
        """Hand it back to its pool, and undo what was not committed."""
        if not self.taken:
            try:
                if not self.connection.closed:
                    await self.connection.rollback()
            finally:
                await self.connection.close()


@dataclass
class Lender:
    """Who gives SQLAlchemy's engine a connection: the one of the session that asks."""

    # No other session comes in between: from the asking to the taking nothing is awaited.
    asking: Loan | None = field(default=None, repr=False)

    async def lend(self) -> AsyncConnection:
        """Return the connection of the session that has just asked; its transaction has begun already."""
        loan, self.asking = self.asking, None
        if loan is None or loan.taken:
            raise RuntimeError("the transaction of this session is over, or it never had one")
        loan.taken = True
        return loan.connection

    def engine(self) -> AsyncEngine:
        """Return an engine that borrows here. NullPool: psycopg's pool owns the connections."""
        return create_async_engine("postgresql+psycopg://", async_creator=self.lend, poolclass=NullPool)

    def session(self, engine: AsyncEngine, loan: Loan) -> AsyncSession:
        """Return a session for one transaction."""
        info = {PLAIN: loan.connection, _LOAN: loan, _LENDER: self}
        return AsyncSession(engine, sync_session_class=_Borrowing, expire_on_commit=False, info=info)


class _Borrowing(Session):
    """A session that says which connection is its own just before its engine asks for one."""

    def get_bind(self, *given: Any, **more: Any) -> Engine | Connection:
        """Return the engine, as ever."""
        self.info[_LENDER].asking = self.info[_LOAN]
        return super().get_bind(*given, **more)
