"""A worker that comes too late to a row: what the first has on the wire is neither held nor put back by the other."""

from __future__ import annotations

import asyncio

import pytest

from app.actions import grants, send
from app.actions.errand import errand_of
from app.actions.seats import open_desk_for_job
from app.models.draft import SendState
from app.models.grant import NeedsApproval
from tests.actions.situations import World, fails, its_hour_comes, sends
from tests.bench.wire import wired

SENDER = ("mail.read", "draft", "schedule", "reply.free")


@pytest.mark.parametrize("trouble", ["refused", "busy"])
async def test_V4_I4_a_doubled_worker_leaves_alone_what_the_first_has_on_the_wire(world: World, trouble: str) -> None:
    grant = await world.grant(*SENDER, needs_approval=NeedsApproval.NEVER)
    ready = await world.ready(yes=False)
    its_hour_comes()
    row = ready.send
    as_read_before = await errand_of(world.resources, row.mailbox_id, row.id)
    on_the_wire, may_arrive = asyncio.Event(), asyncio.Event()

    async def pause() -> None:
        on_the_wire.set()
        await may_arrive.wait()

    async with wired(world.resources, world.sandbox, pause) as resources:
        first = asyncio.create_task(send.deliver(resources, row.mailbox_id, row.id))
        await on_the_wire.wait()
        if trouble == "refused":
            assert (await grants.revoke(ready.owner, grant.id)).in_flight == (row.id,)
        else:
            fails(world.sandbox, "status_429", "*/threads/*", after=1, seconds=60)
        second = await open_desk_for_job(world.resources, row.mailbox_id, row.scheduled_by, surface="worker")
        await send._go_on(second, as_read_before)
        assert (await ready.now()).state is SendState.INTENT
        assert (await grants.revoke(ready.owner, grant.id)).in_flight == (row.id,)  # and so it is not done
        assert sends(world.sandbox) == 0
        may_arrive.set()
        await first
    assert (await ready.now()).state is SendState.SENT
    assert sends(world.sandbox) == 1
    assert (await grants.revoke(ready.owner, grant.id)).done
