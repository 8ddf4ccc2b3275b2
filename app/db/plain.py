"""Statements on the way of every act, sent to PostgreSQL as they stand.

Where an act runs twenty statements, SQLAlchemy's share of each is three times the driver's. What is judged by comes as
objects all the same, but in no session: nothing writes them back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Generic, LiteralString, TypeVar

from psycopg import AsyncConnection, AsyncCursor
from sqlalchemy.dialects.postgresql import psycopg as dialects
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import class_mapper
from sqlmodel import SQLModel

from app.db.lent import PLAIN

Statement = LiteralString | bytes
Model = TypeVar("Model", bound=SQLModel)
_DIALECT = dialects.dialect()  # type: ignore[no-untyped-call]


async def run(session: AsyncSession, statement: Statement, given: Mapping[str, Any]) -> AsyncCursor[Any]:
    """Run a statement in the session's transaction, behind all that was changed in the session before.

    Objects that the session holds do not hear of it. Raises psycopg's errors.
    """
    if session.new or session.dirty or session.deleted:
        await session.flush()
    connection: AsyncConnection = session.info[PLAIN]
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


class Detached(Generic[Model]):
    """A table's `columns`, how a statement begins that `select`s them, and objects made of what it answers."""

    def __init__(self, model: type[Model]) -> None:
        """Look the table's columns up once."""
        mapper, table = class_mapper(model), SQLModel.metadata.tables[str(model.__tablename__)]
        columns = table.columns
        self._new: Callable[[], Model] = mapper.class_manager.new_instance
        self.width = len(columns)
        self._names = [column.key for column in columns]
        self._meanings = [
            (column.key, meaning)
            for column in columns
            if (meaning := column.type.dialect_impl(_DIALECT).result_processor(_DIALECT, None))
        ]
        self.columns: LiteralString = ", ".join(f"{table.name}.{column.name}" for column in columns)
        self.select: LiteralString = " ".join(("select", self.columns, "from", table.name))

    def made(self, row: Sequence[Any]) -> Model:
        """Return the object of a row, as a session would have read it."""
        values = dict(zip(self._names, row, strict=True))
        for name, meaning in self._meanings:
            values[name] = meaning(values[name])
        made = self._new()
        made.__dict__.update(values)
        return made


def joined(row: Sequence[Any], *kinds: Detached[Any]) -> Iterator[Any]:
    """Yield the objects of a row that has the columns of several tables; None for one that an outer join left out."""
    at = 0
    for kind in kinds:
        part = row[at : at + kind.width]
        at += kind.width
        yield kind.made(part) if part[0] is not None else None
