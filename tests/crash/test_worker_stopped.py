"""A real worker that is told to stop: the letter on its way arrives, no other is begun, and it ends."""

from __future__ import annotations

import asyncio
import signal

import pytest

from app.models.draft import SendState
from app.sandbox.faults import Fault, Kind
from tests.actions.situations import SEND, World, its_hour_comes, log_of, sends
from tests.crash.conftest import StartWorker
from tests.jobs.rows import until, waiting

pytestmark = pytest.mark.crash


async def test_H5_a_worker_that_is_told_to_stop_ends_the_letter_at_hand_and_begins_no_other(
    world: World, start: StartWorker
) -> None:
    """As a deployment or a restart of the machine does: SIGTERM while the provider has yet to answer."""
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    world.sandbox.faults.replace([Fault(method="POST", path=SEND, fault=Kind.HANG, seconds=2)])
    worker = start()

    async def on_the_wire() -> bool:
        return world.sandbox.faults.faults[0].times == 0

    await until(on_the_wire, 60, 0.05)
    worker.send_signal(signal.SIGTERM)
    (later,) = await waiting(world.resources, world.mailbox, 1)
    assert await asyncio.to_thread(worker.wait, 60) == 0
    assert (await ready.now()).state is SendState.SENT
    assert sends(world.sandbox) == 1
    assert [(entry.phase, entry.action) for entry in await log_of(ready.owner)][-1] == ("end", "send")
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        untouched = await session.get_one(type(ready.send), (world.mailbox.id, later))
    assert untouched.state is SendState.PREPARED
    assert worker.wait(0) == 0
