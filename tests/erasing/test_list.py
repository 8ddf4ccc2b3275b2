"""The list of erasures: an older backup brings Alice back, and the list sends her off again before long."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx2
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from app import clock
from app.actions.erase import LIST, PERSON, erase, erasures, id_for
from app.actions.erasure_list import Line, apply_again, file_of, keep_list, listed, read_list
from app.actions.opening import open_resources
from app.actions.resources import Resources
from app.db.embedded import Cluster
from app.errors import BadRequest
from app.jobs.worker import work
from app.models.erasure import ErasureState
from app.settings import Settings
from tests.erasing.conftest import Lives
from tests.erasing.remains import holding, of_mailbox, opens_anything, rows
from tests.erasing.test_erase import HERS
from tests.jobs.rows import until
from tests.people import make_person


@pytest.fixture
def backup_url(cluster: Cluster, database_url: str) -> Iterator[str]:
    """Where an old copy of the database is restored to."""
    name = f"{conninfo_to_dict(database_url)['dbname']}_old"
    yield cluster.url("deskhand_service", name)
    with psycopg.connect(cluster.admin_url, autocommit=True) as admin:
        admin.execute(f"drop database if exists {name} with (force)")  # type: ignore[call-overload]


def copy(cluster: Cluster, source: str, target: str) -> None:
    """Make the backup: a copy of the database as it is now."""
    old, new = (str(conninfo_to_dict(url)["dbname"]) for url in (source, target))
    with psycopg.connect(cluster.admin_url, autocommit=True) as admin:
        admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and pid <> pg_backend_pid()",
            [old],
        )
        admin.execute(f"create database {new} template {old} owner deskhand_owner strategy file_copy")  # type: ignore[call-overload]


@pytest.fixture
async def restored(
    *,
    lives: Lives,
    cluster: Cluster,
    database_url: str,
    backup_url: str,
    settings: Settings,
    provider_client: httpx2.AsyncClient,
) -> AsyncIterator[Resources]:
    """The service on yesterday's backup: Alice was erased after it was made, and the list beside the key says so."""
    await lives.resources.db.engine.dispose()
    copy(cluster, database_url, backup_url)
    await _come_back(lives.resources)
    await erase(lives.resources, lives.world.alice.id, asked_by=PERSON)
    await keep_list(lives.resources, file_of(settings))
    async with open_resources(settings, backup_url, client=provider_client) as opened:
        yield opened


async def _come_back(resources: Resources) -> None:
    """Have the pool notice that its connections were ended for the copy."""
    await resources.db.pool.check()


async def test_T35_an_old_backup_is_erased_again(
    restored: Resources, lives: Lives, cluster: Cluster, backup_url: str, settings: Settings
) -> None:
    back = list(rows(cluster, backup_url))
    assert set(holding(back, HERS)) == set(HERS) - {"invited"}
    assert opens_anything(restored, back, lives.world.mailbox.id)
    (row,) = await apply_again(restored, read_list(file_of(settings)), only_missing=True)
    assert (row.state, row.asked_by, row.id) == (ErasureState.DONE, LIST, id_for(lives.world.alice.id))
    after = list(rows(cluster, backup_url))
    assert holding(after, HERS) == {}
    assert not opens_anything(restored, after, lives.world.mailbox.id)
    assert of_mailbox(back, lives.charlies.id) == of_mailbox(after, lives.charlies.id)
    assert await listed(restored) == read_list(file_of(settings))
    assert await apply_again(restored, read_list(file_of(settings))) == []


async def test_a_worker_does_it_by_itself(restored: Resources, cluster: Cluster, backup_url: str) -> None:
    async def done() -> bool:
        return bool(await erasures(restored, state=ErasureState.DONE))

    stop = asyncio.Event()
    working = asyncio.create_task(work(restored, stop))
    await until(done)
    stop.set()
    await working
    assert holding(list(rows(cluster, backup_url)), HERS) == {}


async def test_whoever_has_come_again_since_is_somebody_new(lives: Lives, settings: Settings) -> None:
    row = await erase(lives.resources, lives.world.alice.id, asked_by=PERSON)
    clock.move(timedelta(minutes=1))
    fresh = await make_person(lives.resources, lives.world.alice.email, lives.world.alice.name)
    assert await apply_again(lives.resources, await listed(lives.resources)) == []
    assert await erasures(lives.resources) == [row]
    assert fresh.id != lives.world.alice.id


async def test_a_line_about_somebody_whom_the_backup_never_knew_stays_on_the_list(lives: Lives) -> None:
    line = Line(clock.now(), id_for(lives.charlies.id), b"i" * 32)
    assert await apply_again(lives.resources, {line}) == []
    assert await listed(lives.resources) == {line}
    assert await apply_again(lives.resources, {line}, only_missing=True) == []


async def test_the_file_only_grows_and_names_nobody(lives: Lives, tmp_path: Path) -> None:
    path, old = tmp_path / "new" / "erased.list", Line(clock.now(), id_for(lives.charlies.id), b"i" * 32)
    await keep_list(lives.resources, path)
    assert not path.exists()
    row = await erase(lives.resources, lives.world.alice.id, asked_by=PERSON)
    await keep_list(lives.resources, path)
    (line,) = read_list(path)
    assert (line.id, line.identity, line.asked_at) == (row.id, row.identity, row.asked_at)
    assert not [word for word in HERS.values() if word in path.read_text()]
    path.write_text(path.read_text() + old.line() + "\n")
    await erase(lives.resources, lives.world.bob.id, asked_by=PERSON)
    await keep_list(lives.resources, path)
    assert len(read_list(path)) == 3
    assert old in read_list(path)
    assert [each.name for each in path.parent.iterdir()] == ["erased.list"]


NAIVE = '{"id": "1", "identity": "00", "asked_at": "2026-01-01"}'


@pytest.mark.parametrize("text", ["no json", "{}", "[]", NAIVE, "\0"])
def test_a_file_that_is_no_list_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "erased.list"
    path.write_text(f"{text}\n")
    with pytest.raises(BadRequest, match="no list of erasures"):
        read_list(path)


def test_no_file_is_an_empty_list(tmp_path: Path) -> None:
    assert read_list(tmp_path / "erased.list") == set()


@asynccontextmanager
async def other_installation(lives: Lives) -> AsyncIterator[Resources]:
    """The same database as it looks to whoever has another secret."""
    yield replace(lives.resources, secret=b"another")


async def test_the_list_of_one_installation_says_nothing_to_another(lives: Lives) -> None:
    row = await erase(lives.resources, lives.world.alice.id, asked_by=PERSON)
    line = Line(row.asked_at, row.id, row.identity)
    await make_person(lives.resources, lives.world.alice.email, lives.world.alice.name)
    async with other_installation(lives) as elsewhere:
        clock.move(timedelta(days=-1))
        assert await apply_again(elsewhere, {line}) == []
