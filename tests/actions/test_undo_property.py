"""Whatever Alice and Bob do to a message, one after the other: undone from the last to the first, it is as it was."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app import clock
from app.actions import move
from app.actions.desk import Desk
from app.actions.label import label
from app.actions.log import read_log, verify
from app.actions.opening import open_resources
from app.actions.undo import undo
from app.actions.undoing import can_be_undone
from app.db.embedded import Cluster
from app.errors import BadRequest
from app.sandbox.sandbox import Sandbox
from app.sandbox.server import make_app
from tests.actions.outlook import outlook_world
from tests.actions.situations import World, message_id
from tests.actions.test_undo import state
from tests.people import (
    ALICE,
    BOB,
    KEY,
    ORIGIN,
    PRACTICE_MAIL,
    connected_mailbox,
    make_person,
    practice_settings,
)

NAMES = ("Clients", "Later", "Garden/Terrace", "Äpfel")
VERBS: dict[str, Callable[[Desk, Any], Any]] = {
    "archive": move.archive,
    "trash": move.trash,
    "inbox": move.restore,
}
names = st.frozensets(st.sampled_from(NAMES), max_size=2)
acts = st.tuples(st.booleans(), st.one_of(st.sampled_from(sorted(VERBS)), st.tuples(names, names)))


@asynccontextmanager
async def opened(cluster: Cluster, folder: Path, provider: str) -> AsyncIterator[World]:
    """Open a world with a message, and Bob who may tidy it."""
    name = f"undo_{uuid4().hex}"
    with psycopg.connect(cluster.admin_url, autocommit=True) as admin:
        admin.execute(f"create database {name} template deskhand owner deskhand_owner strategy file_copy")
    async with AsyncExitStack() as stack:
        here = practice_settings(folder)
        clock.practise(offset_file=here.clock_file)
        sandbox = Sandbox(ORIGIN, key=KEY)
        stack.callback(sandbox.close)
        for email, who in (ALICE, BOB):
            sandbox.add_person(email, who)
        client = await stack.enter_async_context(httpx2.AsyncClient(transport=httpx2.ASGITransport(make_app(sandbox))))
        resources = await stack.enter_async_context(
            open_resources(here, cluster.url("deskhand_service", name), client=client)
        )
        alice, bob = await make_person(resources, *ALICE), await make_person(resources, *BOB)
        if provider == "outlook":
            world = await outlook_world(resources, sandbox, alice, bob)
        else:
            box = sandbox.add_mailbox(ALICE[0])
            box.add(PRACTICE_MAIL[0], labels=("INBOX",), internal_date=clock.now())
            world = World(resources, sandbox, alice, bob, await connected_mailbox(resources, alice))
        await world.grant("mail.read", "label", "archive", "trash")
        yield world
    clock.practise()
    with psycopg.connect(cluster.admin_url, autocommit=True) as admin:
        admin.execute(f"drop database {name} with (force)")


@pytest.mark.parametrize("provider", ["gmail", "outlook"])
def test_I14_undone_from_the_last_to_the_first_everything_is_as_it_was(
    cluster: Cluster, tmp_path: Path, provider: str
) -> None:
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        world = runner.run(stack.enter_async_context(opened(cluster, tmp_path, provider)))

        @settings(
            max_examples=25,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        )
        @given(st.lists(acts, min_size=1, max_size=5), st.lists(st.booleans(), min_size=5, max_size=5))
        def any_sequence(sequence: list[tuple[bool, Any]], by_owner: list[bool]) -> None:
            runner.run(done_and_undone(world, sequence, by_owner))

        try:
            runner.run(first_labels(world))
            any_sequence()
            assert runner.run(whole(world))
        finally:
            runner.run(stack.aclose())


async def first_labels(world: World) -> None:
    """Put two labels on, in an order that is not that of the alphabet and not that of putting the first on again."""
    owner = await world.owner()
    message = await message_id(owner)
    for name in (NAMES[0], "Aaa"):
        await label(owner, message, add=[name])


async def whole(world: World) -> bool:
    return await verify(await world.owner()) is None


async def done_and_undone(world: World, sequence: list[tuple[bool, Any]], by_owner: list[bool]) -> None:
    """Do it all, then undo it: each time by the owner, or by whoever did it."""
    owner, bob = await world.owner(), await world.assistant()
    message = await message_id(owner)
    done: list[tuple[int, Desk, tuple[object, ...]]] = []
    for hers, what in sequence:
        desk, before = owner if hers else bob, state(world)
        try:
            await (VERBS[what](desk, message) if isinstance(what, str) else changed(desk, message, *what))
        except BadRequest:  # nothing to change, or the same name on both sides
            continue
        (entry,) = [each for each in (await read_log(owner, most=3)).entries if each.phase == "end"][:1]
        if can_be_undone(entry):
            done.append((entry.seq, desk, before))
        assert can_be_undone(entry) == (state(world) != before)
    for (seq, desk, before), hers in zip(reversed(done), by_owner, strict=False):
        await undo(owner if hers else desk, seq)
        assert state(world) == before


async def changed(desk: Desk, message: Any, add: frozenset[str], remove: frozenset[str]) -> None:
    await label(desk, message, add=add - remove, remove=remove - add)
