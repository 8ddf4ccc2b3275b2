"""Whatever Alice, Bob, a client and a failing network do in whichever order: no letter twice, none without a yes."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path
from uuid import uuid4

import httpx2
import psycopg
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from app import clock
from app.actions.opening import open_resources
from app.db.embedded import Cluster
from app.sandbox.sandbox import Sandbox
from app.sandbox.server import make_app
from tests.actions.situations import World
from tests.attack.machine import MailboxMachine
from tests.people import ALICE, BOB, KEY, ORIGIN, PRACTICE_MAIL, connected_mailbox, make_person, practice_settings

LENGTH = settings(
    max_examples=3,
    stateful_step_count=20,
    phases=[Phase.generate],
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def fresh_database(cluster: Cluster, stack: AsyncExitStack) -> str:
    """Return the service's address of a migrated database, which goes when the stack does."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(cluster.admin_url, autocommit=True) as admin:
        admin.execute(f"create database {name} template deskhand owner deskhand_owner strategy wal_log")

    def dropped() -> None:
        with psycopg.connect(cluster.admin_url, autocommit=True) as admin:
            admin.execute(f"drop database {name} with (force)")

    stack.callback(dropped)
    return cluster.url("deskhand_service", name)


def test_whatever_happens_no_letter_leaves_twice_and_none_without_its_yes(cluster: Cluster, tmp_path: Path) -> None:
    async def opening(stack: AsyncExitStack) -> World:
        place = tmp_path / uuid4().hex
        place.mkdir()
        configured = practice_settings(place)
        clock.practise(offset_file=configured.clock_file)
        stack.callback(clock.practise)
        sandbox = Sandbox(ORIGIN, key=KEY)
        stack.callback(sandbox.close)
        for email, name in (ALICE, BOB):
            sandbox.add_person(email, name)
        box = sandbox.add_mailbox(ALICE[0])
        for raw in PRACTICE_MAIL:
            box.add(raw, labels=("INBOX",), internal_date=clock.now(), unread=True)
        client = await stack.enter_async_context(httpx2.AsyncClient(transport=httpx2.ASGITransport(make_app(sandbox))))
        url = fresh_database(cluster, stack)
        resources = await stack.enter_async_context(open_resources(configured, url, client=client))
        alice, bob = [await make_person(resources, *one) for one in (ALICE, BOB)]
        return World(resources, sandbox, alice, bob, await connected_mailbox(resources, alice))

    class Machine(MailboxMachine):
        left = 0

        def teardown(self) -> None:
            Machine.left += len(self.world.sandbox.left)
            super().teardown()

    Machine.opening = staticmethod(opening)
    run_state_machine_as_test(Machine, settings=LENGTH)
    assert Machine.left > 0, "nothing was tried: no letter left in any of the stories"
