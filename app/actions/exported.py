"""Rows as a copy of somebody's data has them: JSON, read in parts, without the columns that are secrets."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlmodel import select

from app.actions.resources import Resources
from app.actions.zipped import Chunks
from app.db.parts import Listed
from app.models.person import Person

SIZE = 500  # rows at once
Shown = Callable[[Any], dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Which rows of a table, seen as whom, and what is shown of each."""

    table: Any
    where: tuple[Any, ...]
    shown: Shown
    mailbox: UUID | None = None
    person: UUID | None = None


def without(hidden: Iterable[str]) -> Shown:
    """Show all of a row but these columns."""
    left_out = frozenset(hidden)
    return lambda row: {name: _plain(getattr(row, name)) for name in type(row).model_fields if name not in left_out}


def only(*names: str) -> Shown:
    """Show these columns of a row."""
    return lambda row: {name: _plain(getattr(row, name)) for name in names}


async def as_json(resources: Resources, rows: Rows) -> Chunks:
    """Yield a JSON list of rows, in parts, each part read in a transaction of its own."""
    keys = tuple(getattr(rows.table, column.name) for column in rows.table.__table__.primary_key)
    listed: Listed[Any] = Listed(wanted=select(rows.table).where(*rows.where), by=keys)
    after, begun = "", False
    yield b"["
    while True:
        async with resources.db.transaction(mailbox=rows.mailbox, person=rows.person) as session:
            part = await listed.part(session, size=SIZE, after=after)
        if part.rows:
            lines = ",\n".join(json.dumps(rows.shown(row), ensure_ascii=False) for row in part.rows)
            yield (",\n" if begun else "\n").encode() + lines.encode()
            begun = True
        after = part.after
        if not after:
            break
    yield b"\n]\n"


async def people_as_json(resources: Resources, ids: Iterable[UUID]) -> Chunks:
    """Yield the people whose ids stand in the other files, by name and address."""
    where = (Person.id.in_(list(ids)),)  # type: ignore[attr-defined]
    rows = Rows(table=Person, where=where, shown=only("id", "name", "email"))
    async for chunk in as_json(resources, rows):
        yield chunk


async def constant(text: str) -> AsyncIterator[bytes]:
    """Yield a text."""
    yield text.encode()


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, Enum):
        return value.value
    return str(value) if isinstance(value, UUID) else value
