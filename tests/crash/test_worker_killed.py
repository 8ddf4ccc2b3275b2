"""Real worker processes, killed or frozen in the middle of a letter: it leaves once, and somebody knows it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.actions import grants
from app.db.master_key import FILE_NAME
from app.models.draft import SendState
from app.sandbox.faults import Fault, Kind
from app.sandbox.server import running
from tests.actions.situations import SEND, Ready, World, its_hour_comes, lease_is_over, log_of, sends
from tests.jobs.rows import until
from tests.people import practice_settings

pytestmark = pytest.mark.crash
ROOT = Path(__file__).parents[2]
StartWorker = Callable[[], subprocess.Popen[bytes]]


@pytest.fixture
async def origin(world: World) -> AsyncIterator[str]:
    """The practice server over real sockets."""
    async with running(world.sandbox) as origin:
        yield origin


@pytest.fixture
def start(world: World, origin: str, database_url: str, tmp_path: Path) -> Iterator[StartWorker]:
    """Start job workers; whatever is left of them at the end is killed."""
    settings = practice_settings(world.resources.settings.data_dir, origin)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DESKHAND_")}
    for name in settings.model_fields_set:
        value = getattr(settings, name)
        plain = value.get_secret_value() if hasattr(value, "get_secret_value") else str(value)
        environment[f"DESKHAND_{name.upper()}"] = plain
    environment["DESKHAND_DATABASE_URL"] = database_url
    environment["DESKHAND_MASTER_KEY"] = (settings.data_dir / FILE_NAME).read_text().strip()
    started: list[subprocess.Popen[bytes]] = []
    log = (tmp_path / "worker.log").open("wb")

    def start_one() -> subprocess.Popen[bytes]:
        program = [sys.executable, "-m", "tests.crash.job_worker"]
        started.append(subprocess.Popen(program, cwd=tmp_path, env=environment | {"PYTHONPATH": str(ROOT)}, stderr=log))
        return started[-1]

    yield start_one
    for worker in started:
        worker.kill()
        worker.wait()
    log.close()


@contextmanager
def failing(world: World, fault: Fault) -> Iterator[None]:
    world.sandbox.faults.replace([fault])
    yield
    world.sandbox.faults.replace([])


HANGS = {"before its intent": ("GET", "*/drafts/*"), "while it sends": ("POST", SEND)}


async def is_sent(ready: Ready) -> bool:
    return (await ready.now()).state is SendState.SENT


@pytest.mark.parametrize("where", HANGS)
async def test_H5_a_worker_killed_in_the_middle_of_a_letter_is_no_second_letter(
    world: World, start: StartWorker, where: str
) -> None:
    method, path = HANGS[where]
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    with failing(world, Fault(method=method, path=path, fault=Kind.HANG, seconds=60)):
        worker = start()

        async def hangs() -> bool:
            return world.sandbox.faults.faults[0].times == 0

        await until(hangs, 60, 0.1)
        worker.kill()
        worker.wait()
    sending = method == "POST"
    assert (await ready.now()).state is (SendState.INTENT if sending else SendState.PREPARED)
    assert sends(world.sandbox) == sending
    lease_is_over()
    second = start()
    await until(lambda: is_sent(ready), 60, 0.2)
    assert sends(world.sandbox) == 1
    second.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(second.wait, 60) == 0
    told = [(each.phase, each.action) for each in await log_of(ready.owner)][-2:]
    assert told == ([("begin", "send"), ("whole", "recover")] if sending else [("begin", "send"), ("end", "send")])


async def test_V4_a_worker_that_was_frozen_through_a_revocation_sends_nothing_when_it_wakes(
    world: World, start: StartWorker
) -> None:
    given = await world.grant()
    ready = await world.ready()
    its_hour_comes()
    with failing(world, Fault(method="GET", path="*/drafts/*", fault=Kind.HANG, seconds=1)):
        frozen = start()

        async def hangs() -> bool:
            return world.sandbox.faults.faults[0].times == 0

        await until(hangs, 60, 0.1)
        frozen.send_signal(signal.SIGSTOP)
    assert (await grants.revoke(ready.owner, given.id)).done
    calls = len(world.sandbox.ledger.entries)
    frozen.send_signal(signal.SIGCONT)
    frozen.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(frozen.wait, 60) == 0
    assert sends(world.sandbox) == 0
    assert (await ready.now()).state is SendState.HELD
    assert not [each for each in world.sandbox.ledger.entries[calls:] if each.method == "POST" and "send" in each.path]
