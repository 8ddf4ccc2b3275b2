"""The master key changed while everybody works: nothing fails, nothing is left behind, the old one opens nothing."""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from itertools import combinations, count
from typing import Any

import psycopg
import pytest
from pydantic import SecretStr
from sqlmodel import select

from app.actions import pending
from app.actions.label import label
from app.actions.opening import open_resources
from app.actions.resources import AccessTokens, Resources
from app.actions.rewrap import left_behind, rewrap
from app.actions.tokens import access_token, vault_of
from app.db.embedded import Cluster
from app.db.sealed import MasterKeys, key_id
from app.errors import DatabaseTrouble
from app.models.audit import Installation
from app.models.mailbox import Connection, MailboxKey
from app.models.notice import Notice
from tests.actions.situations import World, message_id
from tests.notices.conftest import with_mail
from tests.notices.test_posting import invited
from tests.people import connected_mailbox, desk_of

NEW = os.urandom(32)


def process(resources: Resources, *keys: bytes) -> Resources:
    """Return the resources of another process, with these master keys at hand."""
    return replace(resources, keys=MasterKeys(keys), tokens=AccessTokens())


async def masters(resources: Resources, world: World) -> set[str]:
    """Return the names of the master keys that have wrapped anything."""
    async with resources.db.transaction(role="deskhand_dispatch") as session:
        found = set((await session.execute(select(MailboxKey.master_id))).scalars())
    async with resources.db.transaction() as session:
        return found | set((await session.execute(select(Installation.master_id))).scalars())


class Load:
    """Tasks that act again and again, each in a process of its own, until told to stop."""

    def __init__(self) -> None:
        self.stop, self.done = asyncio.Event(), 0

    async def again(self, act: Callable[[], Awaitable[Any]]) -> None:
        while not self.stop.is_set():
            await act()
            self.done += 1

    async def until(self, more: int) -> None:
        wanted = self.done + more
        while self.done < wanted:  # noqa: ASYNC110 - what is waited for is the tasks beside this one
            await asyncio.sleep(0.01)


async def test_the_master_key_is_changed_while_four_act_and_not_one_request_fails(
    world: World, database_url: str
) -> None:
    (old,) = world.resources.keys.keys
    one, other = process(world.resources, NEW, old), process(world.resources, old, NEW)
    await world.grant()
    numbers = count()

    async def refreshes() -> None:
        held = one.tokens.by_mailbox.get(world.mailbox.id)
        await access_token(one, world.mailbox.id, held.value if held else "")

    async def labels() -> None:
        desk = await desk_of(other, world.bob, world.mailbox)
        await label(desk, await message_id(desk), add={"Work"})

    async def connects(resources: Resources) -> None:
        name = f"box{next(numbers)}@practice.example"
        world.sandbox.add_mailbox(name)
        await connected_mailbox(resources, world.alice, name)

    load = Load()
    async with asyncio.TaskGroup() as group:
        for act in (refreshes, labels, lambda: connects(one), lambda: connects(other)):
            group.create_task(load.again(act))
        await load.until(8)
        # The newest is at hand in some processes and in others not in front: nothing is wrapped by it yet.
        assert await masters(one, world) == {key_id(old)}
        assert await rewrap(one) >= 2
        await load.until(8)
        await asyncio.gather(rewrap(one), rewrap(one))
        load.stop.set()
    assert await masters(one, world) == {key_id(NEW)}
    assert (await left_behind(one), await rewrap(one)) == (0, 0)
    await _only_the_new_one_is_needed(world, database_url, old)


async def _only_the_new_one_is_needed(world: World, database_url: str, old: bytes) -> None:
    def given(key: bytes) -> Any:
        return world.resources.settings.model_copy(update={"master_key": SecretStr(base64.b64encode(key).decode())})

    async with open_resources(given(NEW), database_url, client=world.resources.transport._client) as after:
        assert after.secret == world.resources.secret
        assert await access_token(after, world.mailbox.id, "")
    with pytest.raises(DatabaseTrouble, match="not the key this database was made with"):
        async with open_resources(given(old), database_url):
            pass


async def test_a_process_without_the_new_key_works_on_until_everything_is_wrapped_anew(world: World) -> None:
    (old,) = world.resources.keys.keys
    before, ahead = process(world.resources, old), process(world.resources, NEW, old)
    world.sandbox.add_mailbox("second@practice.example")
    made = await connected_mailbox(ahead, world.alice, "second@practice.example")
    assert await access_token(before, made.id, "")
    await rewrap(ahead)
    with pytest.raises(DatabaseTrouble, match="not the key"):
        await access_token(process(before, old), made.id, "")


async def test_a_consent_that_waits_for_its_owners_yes_outlasts_the_change(world: World) -> None:
    (old,) = world.resources.keys.keys
    ahead = process(world.resources, NEW, old)
    world.sandbox.add_mailbox("second@practice.example")
    connecting = asyncio.create_task(connected_mailbox(ahead, world.alice, "second@practice.example"))
    await asyncio.gather(connecting, *(rewrap(ahead) for _ in range(3)))
    await rewrap(ahead)
    assert await access_token(process(world.resources, NEW), connecting.result().id, "")


async def test_any_two_sealed_values_that_are_swapped_are_refused(
    world: World, cluster: Cluster, database_url: str
) -> None:
    """Threat 30: whoever writes to the database puts one sealed value in the place of another, of any row or column."""
    resources = with_mail(world.resources, "smtp://127.0.0.1:1")
    world.sandbox.add_mailbox("second@practice.example")
    second = await connected_mailbox(resources, world.alice, "second@practice.example")
    for mailbox in (world.mailbox, second):
        await invited(replace(world, resources=resources, mailbox=mailbox))
    boxes, keys = (world.mailbox.id, second.id), resources.keys

    async def opened() -> list[str]:
        """Open every sealed value where it stands."""
        words: list[str] = []
        for box in boxes:
            async with resources.db.transaction(mailbox=box, person=world.alice.id) as session:
                vault = await vault_of(session, resources, box)
                connection = (await session.execute(select(Connection))).scalar_one()
                query = select(Notice).where(Notice.about_mailbox_id == box)  # type: ignore[arg-type]
                notice = (await session.execute(query)).scalar_one()
                words += [vault.unseal("connection.refresh_token", connection.id, connection.refresh_token)]
                words += [vault.unseal("connection.access_token", connection.id, connection.access_token)]
                words += [vault.unseal("notice.address", notice.id, notice.address)]
                words += [vault.unseal("notice.link", notice.id, notice.link)]
        return words

    assert len(set(await opened())) == 7  # one address twice
    places = [(table, column, row) for table, column in (
        ("mailbox_key", "wrapped"), ("connection", "refresh_token"), ("connection", "access_token"),
        ("notice", "address"), ("notice", "link"),
    ) for row in boxes]  # fmt: skip
    for one, other in combinations(places, 2):
        _swap(cluster, database_url, one, other)
        with pytest.raises(DatabaseTrouble, match="belongs to another row"):
            await opened()
        _swap(cluster, database_url, one, other)
    assert keys.newest_id in await masters(resources, world)
    assert await pending.pending(await world.owner())


def _swap(cluster: Cluster, database_url: str, one: tuple[str, str, Any], other: tuple[str, str, Any]) -> None:
    name = psycopg.conninfo.conninfo_to_dict(database_url)["dbname"]
    user = psycopg.conninfo.conninfo_to_dict(cluster.admin_url)["user"]
    with psycopg.connect(cluster.url(str(user), str(name)), autocommit=True) as admin:

        def where(table: str) -> str:
            return "about_mailbox_id" if table == "notice" else "mailbox_id"

        values = [
            admin.execute(f"select {column} from {table} where {where(table)} = %s", [row]).fetchone()
            for table, column, row in (one, other)
        ]
        for (table, column, row), value in zip((one, other), reversed(values), strict=True):
            assert value
            admin.execute(f"update {table} set {column} = %s where {where(table)} = %s", [value[0], row])
