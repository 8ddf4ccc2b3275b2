"""Whatever Alice, Bob, a client and a failing network do in whichever order: no letter twice, none without a yes.

And however his access is bound, Bob sees and does what the rule says, and the provider's ledger says the same.
"""

from __future__ import annotations

import os
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import uuid4

import httpx2
import psycopg
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from app import clock
from app.actions.opening import open_resources
from app.db.embedded import Cluster
from app.sandbox.sandbox import Sandbox
from app.sandbox.server import make_app
from tests.actions.situations import World, effects
from tests.attack.bound_machine import BoundMachine
from tests.attack.machine import MailboxMachine
from tests.people import ALICE, BOB, KEY, ORIGIN, PRACTICE_MAIL, connected_mailbox, make_person, practice_settings

STORIES = int(os.environ.get("MACHINE_STORIES", "3"))  # for a long run: MACHINE_STORIES=300 ./deskhand test …
LENGTH = settings(
    max_examples=STORIES,
    stateful_step_count=20,
    phases=[Phase.generate],
    derandomize=STORIES < 10,
    deadline=None,
    database=None,
    print_blob=False,
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


async def opened(stack: AsyncExitStack, cluster: Cluster, folder: Path, way: str, *, mails: bool) -> World:
    """Open a world of its own at a provider, with the practice mails or without any."""
    place = folder / uuid4().hex
    place.mkdir()
    configured = practice_settings(place)
    clock.practise(offset_file=configured.clock_file)
    stack.callback(clock.practise)
    sandbox = Sandbox(ORIGIN, key=KEY)
    stack.callback(sandbox.close)
    for email, name in (ALICE, BOB):
        sandbox.add_person(email, name)
    box = sandbox.add_mailbox(ALICE[0])
    for raw in PRACTICE_MAIL if mails else ():
        box.add(raw, labels=("INBOX",), internal_date=clock.now(), unread=True)
    client = await stack.enter_async_context(httpx2.AsyncClient(transport=httpx2.ASGITransport(make_app(sandbox))))
    url = fresh_database(cluster, stack)
    resources = await stack.enter_async_context(open_resources(configured, url, client=client))
    alice, bob = [await make_person(resources, *one) for one in (ALICE, BOB)]
    if way == "microsoft":
        sandbox.add_graph_mailbox(sandbox.add_graph_person(*ALICE))
    return World(resources, sandbox, alice, bob, await connected_mailbox(resources, alice, way=way))


def test_whatever_happens_no_letter_leaves_twice_and_none_without_its_yes(cluster: Cluster, tmp_path: Path) -> None:
    class Machine(MailboxMachine):
        left = tried = 0

        def teardown(self) -> None:
            Machine.left += len(self.world.sandbox.left)
            Machine.tried += len(effects(self.world.sandbox, "draft"))
            super().teardown()

    Machine.opening = staticmethod(lambda stack: opened(stack, cluster, tmp_path, "google", mails=True))
    run_state_machine_as_test(Machine, settings=LENGTH)
    assert Machine.tried > 0, "nothing was tried: no draft was written in any of the stories"
    # In forty stories of chance none to eight letters leave.
    assert Machine.left > 0 or STORIES < 300, "no letter left in any of the stories"


@pytest.mark.parametrize("way", ["google", "microsoft"])
def test_C4_however_access_is_bound_what_is_done_is_what_the_rule_says(
    cluster: Cluster, tmp_path: Path, way: str
) -> None:
    tried = {"steps": 0, "allowed": 0, "refused": 0, "left": 0}

    class Machine(BoundMachine):
        def teardown(self) -> None:
            tried["steps"] += self.steps
            tried["allowed"] += self.allowed
            tried["refused"] += self.refused
            tried["left"] += len(self.world.sandbox.left)
            super().teardown()

    Machine.opening = staticmethod(lambda stack: opened(stack, cluster, tmp_path, way, mails=False))
    run_state_machine_as_test(Machine, settings=settings(LENGTH, stateful_step_count=40))
    print(way, tried)
    assert min(tried.values()) > 0, "nothing was tried"
