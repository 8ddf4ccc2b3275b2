"""Real worker processes at a Microsoft mailbox, killed or frozen in a letter: never two, none after done."""

from __future__ import annotations

import asyncio
import signal

import pytest

from app.actions import grants
from app.actions.errand import errand_of, look
from app.actions.resources import Resources
from app.models.draft import SendState
from app.models.person import Person
from app.sandbox.faults import Fault, Kind
from app.sandbox.sandbox import Sandbox
from tests.actions.outlook import SEND, late_post, outlook_world
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


async def test_V4_a_worker_frozen_before_its_letter_sends_nothing_after_the_revocation_is_done(
    world: World, start: StartWorker
) -> None:
    """It stands still between its intent and its call; another puts the draft out of its reach; it wakes."""
    given = await world.grant()
    ready = await world.ready()
    its_hour_comes()
    world.sandbox.faults.replace(
        [Fault(method="GET", path="*/messages/*", after=await looks_before_the_intent(world, ready), fault=Kind.HANG)]
    )
    frozen = start()
    await met(world)
    frozen.send_signal(signal.SIGSTOP)
    assert await is_in(ready, SendState.INTENT)
    assert not (await grants.revoke(ready.owner, given.id)).done
    lease_is_over()
    assert (await ready.deliver()).state is SendState.HELD
    assert await grants.in_flight(ready.owner, given.id) == ()
    assert sends(world.sandbox) == 0
    frozen.send_signal(signal.SIGCONT)
    frozen.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(frozen.wait, 60) == 0
    assert sends(world.sandbox) == 0
    assert (await late_post(world, ready.seen.draft.id)).status_code in (400, 404)
    now = await ready.now()
    assert (now.state, now.reason) == (SendState.HELD, "grant_gone")
    assert [each.outcome for each in await log_of(ready.owner) if each.action == "retire" and each.phase == "end"] == [
        "done"
    ]


async def looks_before_the_intent(world: World, ready: Ready) -> int:
    """Return how many looks at single messages a worker takes before it writes its intent: the next is its last."""
    before = len(world.sandbox.ledger.entries)
    await look(ready.desk, await errand_of(world.resources, world.mailbox.id, ready.send.id))
    looked = world.sandbox.ledger.since(before)
    return sum(entry.method == "GET" and "/messages/" in entry.path for entry in looked)
