"""A job worker: it sends what is due, ends politely, and outlives its database's restarts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta

import httpx2
import psycopg
import pytest
from procrastinate.manager import JobManager
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import text, update

from app import clock
from app.actions import schedule
from app.db.embedded import Cluster
from app.jobs import engine as engines
from app.jobs import worker
from app.jobs.lanes import MOST_OF_ONE
from app.jobs.worker import JOBS_AT_ONCE, work
from app.models.draft import Draft, SendState
from app.models.person import Person
from app.providers.allowed import allowed
from app.providers.transport import Transport
from app.sandbox.faults import Fault, Kind
from app.sandbox.server import running
from app.settings import Settings
from tests.actions.situations import SEND, Ready, World, its_hour_comes, sends, written
from tests.jobs.rows import jobs, until, waiting
from tests.people import CHARLIE, connected_mailbox, desk_of, practice_settings


@asynccontextmanager
async def at_work(world: World) -> AsyncIterator[asyncio.Event]:
    stop = asyncio.Event()
    task = asyncio.create_task(work(world.resources, stop))
    try:
        yield stop
    finally:
        stop.set()
        ended, _ = await asyncio.wait({task}, timeout=30)  # a time-out of its own would cancel it, which ends it too
        assert ended, "told to stop, it went on"
        await task


async def is_sent(ready: Ready) -> bool:
    return (await ready.now()).state is SendState.SENT


async def test_H5_the_service_alone_sends_what_is_due(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    async with at_work(world):
        await asyncio.sleep(0)
        assert sends(world.sandbox) == 0
        its_hour_comes()
        await until(lambda: is_sent(ready))
    assert sends(world.sandbox) == 1
    assert await jobs(world.resources) == []


async def test_told_to_stop_it_lets_the_job_at_hand_end_and_takes_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end, ended = asyncio.Event(), asyncio.Event(), []

    async def slow(_resources: object, _mailbox_id: object, send_id: object, **_more: object) -> None:
        begun.set()
        await may_end.wait()
        ended.append(send_id)

    monkeypatch.setattr(engines, "deliver", slow)
    await waiting(world.resources, world.mailbox, 1, timedelta(seconds=-1))
    async with at_work(world) as stop:
        await begun.wait()
        stop.set()
        await asyncio.sleep(0.2)
        assert ended == []
        may_end.set()
    assert len(ended) == 1


async def test_told_to_stop_while_it_starts_it_ends(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    # Before Python 3.12, asyncio.wait_for, with which the pool waits, loses a cancellation that meets an answer.
    register, told = JobManager.register_worker, asyncio.Event()

    async def deaf(manager: JobManager) -> int:
        told.set()
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(0.2)
        return await register(manager)

    monkeypatch.setattr(JobManager, "register_worker", deaf)
    async with at_work(world) as stop:
        await told.wait()
        stop.set()


async def test_two_workers_send_each_letter_once(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    async with at_work(world), at_work(world):
        await until(lambda: is_sent(ready))
    assert sends(world.sandbox) == 1


async def test_another_mailboxs_trouble_slows_nobody(world: World, charlie: Person) -> None:
    """Gmail is busy for Charlie's mailbox, again and again; Alice's letter leaves."""
    world.sandbox.add_mailbox("charlie@practice.example")
    other = await connected_mailbox(world.resources, charlie)
    await waiting(world.resources, other, 30, timedelta(seconds=-5))
    owner = await desk_of(world.resources, world.alice, world.mailbox)
    seen = await written(owner)
    planned = await schedule.schedule_now(owner, seen.row.id)
    world.sandbox.grants.end_all("charlie@practice.example")
    world.sandbox.faults.replace([Fault(path=SEND, fault=Kind.STATUS_429, times=1, seconds=1)])

    async def left() -> bool:
        clock.move(timedelta(seconds=5))
        return (await schedule.send_of(owner, planned.id)).state is SendState.SENT

    async with at_work(world):
        await until(left)
    assert sends(world.sandbox) == 1


async def test_H5_a_provider_that_hangs_takes_up_a_few_places_and_another_mailboxs_letter_leaves_meanwhile(
    world: World, settings: Settings, charlie: Person
) -> None:
    """Microsoft takes every question about Charlie's mailbox, and answers none; many of his replies are due."""
    world.sandbox.add_graph_mailbox(world.sandbox.add_graph_person(*CHARLIE))
    other = await connected_mailbox(world.resources, charlie, way="microsoft")
    await waiting(world.resources, other, 3 * JOBS_AT_ONCE, timedelta(seconds=-5))
    async with world.resources.db.transaction(mailbox=other.id) as session:
        await session.execute(update(Draft).values(provider_id="AAMkAD"))
    owner = await desk_of(world.resources, world.alice, world.mailbox)
    seen = await written(owner)
    world.sandbox.faults.replace([Fault(provider="graph", path="*", fault=Kind.HANG, times=1000, seconds=60)])

    def asked() -> int:
        return sum(entry.provider == "graph" and "/messages/" in entry.path for entry in world.sandbox.ledger.entries)

    async def hangs() -> bool:
        return asked() == MOST_OF_ONE

    async def left() -> bool:
        return (await schedule.send_of(owner, planned.id)).state is SendState.SENT

    async with running(world.sandbox) as origin, httpx2.AsyncClient() as client:
        here = practice_settings(settings.data_dir, origin)
        transport = Transport(client, allowed(here), read_seconds=3)
        async with at_work(replace(world, resources=replace(world.resources, settings=here, transport=transport))):
            await until(hangs)
            planned = await schedule.schedule_now(owner, seen.row.id)
            await until(left)
            assert asked() == MOST_OF_ONE  # they still hang
            world.sandbox.faults.replace([])
    assert sends(world.sandbox) == 1


@pytest.mark.crash
async def test_a_database_that_restarts_under_it_loses_and_doubles_nothing(
    world: World, cluster: Cluster, database_url: str
) -> None:
    """Every connection is cut, as a restart does, again and again while a letter becomes due and leaves."""
    await world.grant()
    ready = await world.ready()
    name = str(conninfo_to_dict(database_url)["dbname"])

    def cut() -> None:
        with psycopg.connect(cluster.admin_url, autocommit=True) as admin:
            admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name])

    async def quietly_sent() -> bool:
        try:
            return await is_sent(ready)
        except Exception:
            return False

    async with at_work(world):
        for _ in range(3):
            await asyncio.sleep(0.3)
            cut()
        its_hour_comes()
        cut()
        await until(quietly_sent, 60)
    assert sends(world.sandbox) == 1


async def test_jobs_of_a_worker_that_died_are_run_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It had taken the job and its heartbeat stopped: the rescue puts the job back, the row decides."""
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    engine = engines.new_engine(world.resources)
    async with engine.app.open_async(world.resources.db.pool):
        await engine.deliver.defer_async(mailbox_id=str(world.mailbox.id), send_id=str(ready.send.id))
    dead = "insert into procrastinate_workers (last_heartbeat) values (now() - interval '1 hour') returning id"
    async with world.resources.db.transaction() as session:
        worker_id = (await session.execute(text(dead))).scalar_one()
        taken = text("update procrastinate_jobs set status = 'doing', worker_id = :worker")
        await session.execute(taken, {"worker": worker_id})
    await schedule_is_leased(world, ready)
    monkeypatch.setattr(worker, "RESCUE_EVERY", 0.1)
    async with at_work(world):
        await until(lambda: is_sent(ready))
    assert sends(world.sandbox) == 1


async def schedule_is_leased(world: World, ready: Ready) -> None:
    """Have the dispatcher believe that somebody works on it."""
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        row = await session.merge(await ready.now())
        row.dispatched_at = clock.now()
