"""Rows as a copy of somebody's data has them: JSON, read in parts, without the columns that are secrets."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import select

from app.actions.resources import Resources
from app.actions.tokens import vault_of
from app.actions.zipped import Chunks
from app.db.parts import Listed
from app.db.sealed import Vault
from app.errors import MailboxDisconnected
from app.models.person import Person

SIZE = 500  # rows at once
Shown = Callable[[Any], dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Which rows of a table, seen as whom, and what is shown of each.

    `sealed` are columns to be opened with the mailbox's key, each with the name it was sealed under; None without one.
    """

    table: Any
    where: tuple[Any, ...]
    shown: Shown
    mailbox: UUID | None = None
    person: UUID | None = None
    sealed: Mapping[str, str] = field(default_factory=dict)


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
            vault = await _vault(session, resources, rows)
        if part.rows:
            shown = [rows.shown(row) | _opened(vault, row, rows.sealed) for row in part.rows]
            lines = ",\n".join(json.dumps(each, ensure_ascii=False) for each in shown)
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


async def _vault(session: AsyncSession, resources: Resources, rows: Rows) -> Vault | None:
    if not rows.sealed or rows.mailbox is None:
        return None
    try:
        return await vault_of(session, resources, rows.mailbox)
    except MailboxDisconnected:  # the key was destroyed with the connection
        return None


def _opened(vault: Vault | None, row: Any, sealed: Mapping[str, str]) -> dict[str, str | None]:
    return {name: _unsealed(vault, column, row.id, getattr(row, name)) for name, column in sealed.items()}


def _unsealed(vault: Vault | None, column: str, row_id: UUID, value: bytes) -> str | None:
    if vault is None:
        return None
    return vault.unseal(column, row_id, value) if value else ""  # what was left empty was never sealed


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
