"""Real worker processes, killed or frozen in the middle of a letter: it leaves once, and somebody knows it."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.actions import grants
from app.models.draft import SendState
from app.sandbox.faults import Fault, Kind
from tests.actions.situations import SEND, Ready, World, its_hour_comes, lease_is_over, log_of, sends
from tests.crash.conftest import StartWorker
from tests.jobs.rows import until

pytestmark = pytest.mark.crash


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
