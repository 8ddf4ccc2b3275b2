"""Lists read in parts: a part begins behind the last row of the one before, whatever came or went meanwhile."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, Text, cast, literal, tuple_
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncSession

Item = TypeVar("Item")


def _first(row: Row[Any]) -> Any:
    return row[0]


@dataclass(frozen=True, kw_only=True)
class Part(Generic[Item]):
    """A part of a list; `after` asks for the next one and is empty at the end."""

    rows: list[Item]
    after: str = ""


@dataclass(frozen=True, kw_only=True)
class Listed(Generic[Item]):
    """A list: what is wanted, in the order of `by`, whose columns together are different in every row and never null.

    `read` makes an item of a row, the first thing selected if not given.
    """

    wanted: Select[*tuple[Any, ...]]
    by: tuple[Any, ...]  # columns, mapped or computed
    falling: bool = False
    read: Callable[[Row[Any]], Item] = _first

    async def whole(self, session: AsyncSession) -> list[Item]:
        """Return all of it."""
        return [self.read(row) for row in await session.execute(self.wanted.order_by(*self._order()))]

    async def part(self, session: AsyncSession, *, size: int, after: str = "") -> Part[Item]:
        """Return up to `size` rows behind `after`, which is a part's own or empty for the first."""
        wanted = self.wanted.where(self._behind(after)) if after else self.wanted
        keys = [cast(column, Text).label(f"key_{number}") for number, column in enumerate(self.by)]
        found = (await session.execute(wanted.add_columns(*keys).order_by(*self._order()).limit(size + 1))).all()
        last = json.dumps(list(found[size - 1][-len(keys) :])) if len(found) > size else ""
        return Part(rows=[self.read(row) for row in found[:size]], after=last)

    def _order(self) -> list[ColumnElement[Any]]:
        return [column.desc() if self.falling else column.asc() for column in self.by]

    def _behind(self, after: str) -> ColumnElement[bool]:
        # As text there and back: PostgreSQL writes every type so that it reads the same value again.
        values = [
            cast(literal(text, Text), column.type) for text, column in zip(json.loads(after), self.by, strict=True)
        ]
        return tuple_(*self.by) < tuple_(*values) if self.falling else tuple_(*self.by) > tuple_(*values)
