"""Real worker processes, killed in the middle of an erasure: the key is gone already, and the next one finishes."""

from __future__ import annotations

import asyncio
import signal

import pytest

from app import clock
from app.actions import erasing
from app.actions.audit import first_bad
from app.actions.erase import PERSON, begin, erasure_of
from app.actions.erasure_list import file_of, read_list
from app.db.embedded import Cluster
from app.models.erasure import ErasureState
from app.sandbox.faults import Fault, Kind
from tests.actions.situations import sends
from tests.crash.conftest import StartWorker
from tests.erasing.conftest import Lives, lives
from tests.erasing.remains import holding, opens_anything, rows
from tests.erasing.test_erase import HERS
from tests.jobs.rows import until

__all__ = ["lives"]
pytestmark = pytest.mark.crash


async def test_T35_a_worker_killed_while_it_ends_a_consent_is_followed_by_one_that_finishes(
    *, lives: Lives, start: StartWorker, cluster: Cluster, database_url: str
) -> None:
    world = lives.world
    # The web process died right after its first commit.
    erasure_id = await begin(lives.resources, world.alice.id, asked_by=PERSON)
    world.sandbox.faults.replace([Fault(method="POST", path="*/revoke", fault=Kind.HANG, seconds=60)])
    worker = start()

    async def hangs() -> bool:
        return world.sandbox.faults.faults[0].times == 0

    await until(hangs, 60, 0.1)
    worker.kill()
    worker.wait()
    world.sandbox.faults.replace([])
    during = list(rows(cluster, database_url))
    assert not opens_anything(lives.resources, during, world.mailbox.id)
    assert (await erasure_of(lives.resources, erasure_id)).state is ErasureState.BEGUN

    clock.move(erasing.LEASE)
    second = start()

    async def done() -> bool:
        return (await erasure_of(lives.resources, erasure_id)).state is ErasureState.DONE

    await until(done, 60, 0.2)
    second.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(second.wait, 60) == 0
    assert holding(list(rows(cluster, database_url)), HERS) == {}
    said = (await erasure_of(lives.resources, erasure_id)).account["mailboxes"][str(world.mailbox.id)]
    assert said["consent_ended"] is None  # the answer died with the first worker
    assert [line.id for line in read_list(file_of(lives.resources.settings))] == [erasure_id]
    async with lives.resources.db.transaction(mailbox=world.mailbox.id) as session:
        assert await first_bad(session, world.mailbox.id) is None
    assert sends(world.sandbox) == 0
