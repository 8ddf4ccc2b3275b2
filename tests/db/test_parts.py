"""A list in parts: nothing twice, nothing missed, whatever comes and goes between two of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Column, DateTime, MetaData, Table, Text, Uuid, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.actions.resources import Resources
from app.db.parts import Listed

NOTE = Table(
    "noted", MetaData(), Column("id", Uuid, primary_key=True), Column("at", DateTime(True)), Column("word", Text),
    prefixes=["TEMPORARY"],
)  # fmt: skip
FIRST = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.fixture
async def session(resources: Resources) -> AsyncIterator[AsyncSession]:
    """A transaction with a table of its own."""
    async with resources.db.transaction() as opened:
        await (await opened.connection()).run_sync(NOTE.create)
        yield opened


async def note(session: AsyncSession, word: str, at: datetime) -> UUID:
    row_id = uuid4()
    await session.execute(insert(NOTE).values(id=row_id, at=at, word=word))
    return row_id


def by_time(*, falling: bool = False) -> Listed[str]:
    return Listed(wanted=select(NOTE.c.word), by=(NOTE.c.at, NOTE.c.id), falling=falling)


async def parts(session: AsyncSession, listed: Listed[str], size: int) -> list[list[str]]:
    found, after = [], ""
    while True:
        part = await listed.part(session, size=size, after=after)
        found.append(part.rows)
        after = part.after
        if not after:
            return found


@pytest.mark.parametrize("falling", [False, True])
@pytest.mark.parametrize("count", [0, 1, 2, 5, 6])
async def test_the_parts_together_are_the_whole(session: AsyncSession, count: int, falling: bool) -> None:
    for number in range(count):
        # Two and two of one moment, microseconds and all.
        await note(session, str(number), FIRST + timedelta(microseconds=number // 2))
    listed = by_time(falling=falling)
    told = await parts(session, listed, size=2)
    assert [word for part in told for word in part] == await listed.whole(session)
    assert [len(part) for part in told[:-1]] == [2] * (len(told) - 1)
    assert sorted(await listed.whole(session)) == [str(number) for number in range(count)]


async def test_what_comes_and_goes_between_two_parts_moves_nothing(session: AsyncSession) -> None:
    ids = [await note(session, word, FIRST + timedelta(hours=hour)) for hour, word in enumerate("abcd")]
    first = await by_time().part(session, size=2)
    assert first.rows == ["a", "b"]
    await session.execute(delete(NOTE).where(NOTE.c.id.in_([ids[0], ids[1]])))
    await note(session, "before", FIRST - timedelta(hours=1))
    assert (await by_time().part(session, size=9, after=first.after)).rows == ["c", "d"]
