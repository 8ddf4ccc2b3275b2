"""Real worker processes at a Microsoft mailbox, killed in a letter: never two."""

from __future__ import annotations

import asyncio
import signal

import pytest

from app.actions.resources import Resources
from app.models.draft import SendState
from app.models.person import Person
from app.sandbox.faults import Fault, Kind
from app.sandbox.sandbox import Sandbox
from tests.actions.outlook import SEND, outlook_world
from tests.actions.situations import Ready, World, its_hour_comes, lease_is_over, log_of, sends
from tests.crash.conftest import StartWorker
from tests.jobs.rows import until

pytestmark = pytest.mark.crash


@pytest.fixture
async def world(resources: Resources, sandbox: Sandbox, alice: Person, bob: Person) -> World:
    """Alice with a connected Outlook mailbox."""
    return await outlook_world(resources, sandbox, alice, bob)


async def hanging(world: World, *, method: str, path: str, seconds: float) -> None:
    """Have one call of the workers' hang, after its effect."""
    world.sandbox.faults.replace([Fault(method=method, path=path, fault=Kind.HANG, seconds=seconds)])


async def met(world: World) -> None:
    async def hangs() -> bool:
        return world.sandbox.faults.faults[0].times == 0

    await until(hangs, 60, 0.1)
    world.sandbox.faults.replace([])


async def is_in(ready: Ready, state: SendState) -> bool:
    return (await ready.now()).state is state


def posts(world: World) -> int:
    return sum(entry.method == "POST" and entry.path.endswith("/send") for entry in world.sandbox.ledger.entries)


async def test_R1_a_worker_killed_after_microsofts_202_is_no_second_letter(world: World, start: StartWorker) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    await hanging(world, method="POST", path=SEND, seconds=60)
    first = start()
    await met(world)
    first.kill()
    first.wait()
    assert await is_in(ready, SendState.INTENT)
    assert (sends(world.sandbox), posts(world)) == (1, 1)
    lease_is_over()
    second = start()
    await until(lambda: is_in(ready, SendState.SENT), 60, 0.2)
    second.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(second.wait, 60) == 0
    assert (sends(world.sandbox), posts(world)) == (1, 1)
    told = [(each.phase, each.action) for each in await log_of(ready.owner)][-2:]
    assert told == [("begin", "send"), ("whole", "recover")]
