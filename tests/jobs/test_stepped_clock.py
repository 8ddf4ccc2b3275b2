"""Clocks are set while a worker is at work, the database's or the machine's: none early, none lost, none twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from app import clock
from app.db.embedded import Cluster
from app.jobs import worker
from app.models.draft import SendState
from app.sandbox.faults import Fault, Kind
from tests.actions.situations import HOUR, SEND, World, log_of, sends
from tests.jobs.rows import until
from tests.jobs.test_worker import at_work, is_sent

TWO_HOURS = 2 * HOUR
LOST = Fault(path=SEND, fault=Kind.AFTER_EFFECT)
NOW = "create or replace function stepped.clock_timestamp() returns timestamptz language sql volatile as $${}$$"


@pytest.fixture
def database_url(database_url: str, cluster: Cluster) -> str:
    """A database whose clock can be set: whoever asks it for the time is answered by a function of ours."""
    name = str(conninfo_to_dict(database_url)["dbname"])
    with psycopg.connect(cluster.url("postgres", name), autocommit=True) as admin:
        admin.execute("create schema stepped")
        admin.execute("grant usage on schema stepped to public")
        admin.execute(NOW.format("select pg_catalog.clock_timestamp()"))
        admin.execute(f"alter database {name} set search_path = stepped, pg_catalog, public")
    return database_url


@pytest.fixture
def set_by(database_url: str, cluster: Cluster) -> Callable[[timedelta], None]:
    """Set the database's clock by so much."""
    name = str(conninfo_to_dict(database_url)["dbname"])

    def step(by: timedelta) -> None:
        with psycopg.connect(cluster.url("postgres", name), autocommit=True) as admin:
            admin.execute(NOW.format(f"select pg_catalog.clock_timestamp() + interval '{by.total_seconds()} s'"))

    return step


async def ticks(monkeypatch: pytest.MonkeyPatch, number: int = 6) -> None:
    """Wait until the worker has looked so often at what is due."""
    looks = 0
    dispatch = worker.dispatch

    async def counted(*given: object) -> int:
        nonlocal looks
        looks += 1
        return await dispatch(*given)  # type: ignore[arg-type]

    async def enough() -> bool:
        return looks >= number

    with monkeypatch.context() as patch:
        patch.setattr(worker, "dispatch", counted)
        await until(enough, 60)


async def test_R13_a_database_whose_clock_is_set_back_and_forward_sends_once_and_not_before_its_hour(
    world: World, set_by: Callable[[timedelta], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "TICK", 0.05)
    await world.grant()
    ready = await world.ready()
    async with at_work(world):
        for step in (-TWO_HOURS, timedelta(), -TWO_HOURS):
            set_by(step)
            await ticks(monkeypatch)
            assert sends(world.sandbox) == 0
        set_by(TWO_HOURS)  # by the only clock there is, its hour has come
        await until(lambda: is_sent(ready), 60)
        assert world.sandbox.left[-1].at >= ready.send.due_at
        set_by(-TWO_HOURS)
        await ticks(monkeypatch)
    assert sends(world.sandbox) == 1
    assert (await ready.now()).state is SendState.SENT
    assert await log_of(ready.owner)  # the chain is whole, though its times are in no order


async def test_R13_a_clock_set_back_while_a_letter_is_on_its_way_loses_it_not(
    world: World, set_by: Callable[[timedelta], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its answer was lost, and the lease of whoever was at it ends two hours later than it would have."""
    monkeypatch.setattr(worker, "TICK", 0.05)
    await world.grant()
    ready = await world.ready()
    set_by(TWO_HOURS)
    async with world.resources.db.transaction():
        pass  # which tells the time
    world.sandbox.faults.replace([LOST])
    assert (await ready.deliver()).state is SendState.INTENT
    set_by(timedelta())
    async with at_work(world):
        await ticks(monkeypatch)
        clock.move(TWO_HOURS + timedelta(minutes=2))
        await until(lambda: is_sent(ready), 60)
    assert sends(world.sandbox) == 1


class Ahead(datetime):
    """What a machine believes whose clock goes two hours ahead."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        """Return that."""
        return datetime.now(tz) + TWO_HOURS


async def test_R13_a_worker_on_a_machine_whose_clock_is_ahead_sends_nothing_early(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "TICK", 0.05)
    await world.grant()
    ready = await world.ready()
    monkeypatch.setattr(clock, "datetime", Ahead)
    monkeypatch.setattr(clock._Clock, "anchor", None)  # as in a process that has just begun
    async with at_work(world):
        await ticks(monkeypatch)
        assert sends(world.sandbox) == 0
        clock.move(HOUR + timedelta(minutes=1))
        await until(lambda: is_sent(ready), 60)
    assert sends(world.sandbox) == 1
