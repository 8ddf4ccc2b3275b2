"""One transaction for plain SQL and SQLAlchemy: whoever asks first, both are in it, and its connection comes back."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import text

from app.actions.resources import Resources
from app.db.database import Database
from app.db.lent import PLAIN
from app.db.plain import one, run
from app.errors import Conflict
from app.models.mailbox import Mailbox
from tests.jobs.rows import until

ZONE = "update mailbox set zone = %(zone)s where id = %(id)s"
ZONE_IS = "select zone from mailbox where id = %(id)s"
WHOSE = text("select current_setting('deskhand.mailbox', true)")


def lent(db: Database) -> int:
    """Return how many connections are out."""
    stats = db.pool.get_stats()
    return stats["pool_size"] - stats["pool_available"]


async def all_back(db: Database) -> None:
    """Wait until no connection is out: in the place of one that broke the pool makes another by itself."""

    async def none_out() -> bool:
        return lent(db) == 0

    await until(none_out)


async def zone_of(db: Database, mailbox_id: UUID) -> str:
    async with db.transaction(mailbox=mailbox_id) as session:
        return str((await one(session, ZONE_IS, {"id": mailbox_id}))[0])


async def moved(db: Database, mailbox: Mailbox, zone: str, *, mapped: bool, fails: bool) -> None:
    """Set a mailbox's zone by plain SQL, with SQLAlchemy in the same transaction or not."""
    async with db.transaction(mailbox=mailbox.id) as session:
        await run(session, ZONE, {"zone": zone, "id": mailbox.id})
        if mapped:
            assert (await session.get_one(Mailbox, mailbox.id)).zone == zone
        if fails:
            raise Conflict


@pytest.mark.parametrize("mapped", [False, True], ids=["plain alone", "with SQLAlchemy"])
async def test_what_plain_sql_wrote_stands_or_falls_with_the_transaction(
    resources: Resources, mailbox: Mailbox, mapped: bool
) -> None:
    await moved(resources.db, mailbox, "Europe/Paris", mapped=mapped, fails=False)
    assert await zone_of(resources.db, mailbox.id) == "Europe/Paris"
    with pytest.raises(Conflict):
        await moved(resources.db, mailbox, "Europe/Madrid", mapped=mapped, fails=True)
    assert await zone_of(resources.db, mailbox.id) == "Europe/Paris"
    assert lent(resources.db) == 0


async def test_what_a_session_was_given_is_written_though_nothing_was_asked(
    resources: Resources, mailbox: Mailbox
) -> None:
    async with resources.db.transaction(mailbox=mailbox.id) as session:
        row = await session.get_one(Mailbox, mailbox.id)
    row.zone = "America/Santiago"
    async with resources.db.transaction(mailbox=mailbox.id) as session:
        session.add(row)
    assert await zone_of(resources.db, mailbox.id) == "America/Santiago"
    assert lent(resources.db) == 0


async def test_one_inside_another_has_a_connection_of_its_own(resources: Resources, mailbox: Mailbox) -> None:
    async with resources.db.transaction(mailbox=mailbox.id) as outer:
        async with resources.db.transaction() as inner:
            assert (await outer.execute(WHOSE)).scalar_one() == str(mailbox.id)
            assert (await inner.execute(WHOSE)).scalar_one() == ""
        assert (await outer.execute(WHOSE)).scalar_one() == str(mailbox.id)


@pytest.mark.parametrize("mapped", [False, True], ids=["plain alone", "with SQLAlchemy"])
async def test_whoever_is_cancelled_gives_the_connection_back_and_has_written_nothing(
    resources: Resources, mailbox: Mailbox, mapped: bool
) -> None:
    begun = asyncio.Event()

    async def stays() -> None:
        async with resources.db.transaction(mailbox=mailbox.id) as session:
            await run(session, ZONE, {"zone": "Europe/Paris", "id": mailbox.id})
            if mapped:
                await session.execute(WHOSE)
            begun.set()
            await run(session, "select pg_sleep(60)", {})

    for _ in range(12):  # more than the pool holds
        begun.clear()
        task = asyncio.create_task(stays())
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await zone_of(resources.db, mailbox.id) == mailbox.zone
    await all_back(resources.db)


@pytest.mark.parametrize("mapped", [False, True], ids=["plain alone", "with SQLAlchemy"])
async def test_a_connection_that_breaks_hides_nothing_that_went_wrong_before(
    resources: Resources, mailbox: Mailbox, mapped: bool
) -> None:
    """A cancelled statement that the server ends too late costs its connection, and stays a cancellation."""

    async def breaks() -> None:
        async with resources.db.transaction(mailbox=mailbox.id) as session:
            await run(session, ZONE, {"zone": "Europe/Paris", "id": mailbox.id})
            if mapped:
                await session.execute(WHOSE)
            session.info[PLAIN].pgconn.finish()
            raise asyncio.CancelledError

    for _ in range(12):  # more than the pool holds
        with pytest.raises(asyncio.CancelledError):
            await breaks()
    assert await zone_of(resources.db, mailbox.id) == mailbox.zone
    await all_back(resources.db)


async def test_a_session_whose_transaction_is_over_gets_no_other_connection(resources: Resources) -> None:
    async with resources.db.transaction() as session:
        await session.execute(WHOSE)
    with pytest.raises(RuntimeError, match="over"):
        await session.execute(WHOSE)
    assert lent(resources.db) == 0
