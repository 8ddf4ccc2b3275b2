"""Keys at the desk: made once however often it is asked for, ended with what they have scheduled and nothing else."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from app import clock
from app.access.decide import Actor, Kind
from app.access.scopes import Scope
from app.actions import grants, schedule
from app.actions.connection_lost import hold_all, resume
from app.actions.end_key import end_key
from app.actions.locked import as_opened
from app.actions.make_key import make_key
from app.actions.own_grant import own_grant
from app.actions.program_keys import good_keys, key_of
from app.actions.saying import say
from app.actions.seats import open_desk_with_key
from app.errors import BadRequest, Conflict, NotFound
from app.models.audit import AuditEntry
from app.models.conditions import Conditions
from app.models.draft import LOST, SendState
from app.models.program_key import ProgramKey
from tests.actions.situations import World, in_an_hour, log_of, written

WEEK = timedelta(days=7)


async def made(world: World, *scopes: str, same_id: UUID | None = None) -> tuple[ProgramKey, str]:
    """Have Bob make a key."""
    desk = await world.assistant()
    return await make_key(desk, name="Nightly", until=clock.now() + WEEK, scopes=scopes, same_id=same_id)


async def test_the_same_wish_twice_at_once_makes_one_key(world: World) -> None:
    await world.grant()
    wish = uuid4()
    ended = await asyncio.gather(*(made(world, same_id=wish) for _ in range(5)), return_exceptions=True)
    secrets = [each[1] for each in ended if isinstance(each, tuple) and each[1]]
    assert len(secrets) == 1
    assert all(isinstance(each, tuple | Conflict) for each in ended)
    assert [key.id for key in await good_keys(await world.assistant())] == [wish]


async def test_the_end_of_a_key_holds_what_it_has_scheduled_and_nothing_of_its_assistants(world: World) -> None:
    await world.grant()
    key, secret = await made(world)
    program, bob = await open_desk_with_key(world.resources, secret), await world.assistant()
    its, his = [await in_an_hour(desk, await written(desk)) for desk in (program, bob)]
    assert (its.key_id, his.key_id) == (key.id, None)
    await end_key(await world.owner(), key.id)
    states = [await schedule.send_of(bob, send.id) for send in (its, his)]
    assert [(send.state, send.reason) for send in states] == [(SendState.HELD, "key_gone"), (SendState.PREPARED, "")]
    again = await in_an_hour(bob, await written(bob), hours=2)  # what he sets himself is his
    assert again.key_id is None


async def test_the_end_of_a_key_holds_what_waits_for_the_mailbox_to_be_connected_again(world: World) -> None:
    await world.grant()
    key, secret = await made(world)
    program = await open_desk_with_key(world.resources, secret)
    send = await in_an_hour(program, await written(program))
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        await hold_all(session, world.mailbox.id, LOST)
    await end_key(await world.assistant(), key.id)
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        await resume(session, world.mailbox.id)
    held = await schedule.send_of(await world.owner(), send.id)
    assert (held.state, held.reason) == (SendState.HELD, "key_gone")


async def test_a_key_is_shown_to_its_assistant_and_the_owner_also_when_it_has_ended(world: World) -> None:
    await world.grant()
    key, _secret = await made(world, "label")
    await end_key(await world.assistant(), key.id)
    for desk in (await world.assistant(), await world.owner()):
        assert (await key_of(desk, key.id)).ended_at is not None
        assert await good_keys(desk) == []
        with pytest.raises(NotFound):
            await key_of(desk, uuid4())
    whole = [each for each in await log_of(await world.owner()) if each.subject_id == key.id]
    assert [(each.action, each.phase) for each in whole] == [
        ("make_key", "begin"), ("make_key", "end"), ("end_key", "whole")
    ]  # fmt: skip


async def test_with_the_grant_its_keys_leave_the_list(world: World) -> None:
    grant = await world.grant()
    await made(world)
    await grants.revoke(await world.owner(), grant.id)
    assert await good_keys(await world.owner()) == []


async def test_a_key_without_a_zone_in_its_end_is_not_made(world: World) -> None:
    await world.grant()
    with pytest.raises(BadRequest):
        await make_key(await world.assistant(), name="x", until=clock.now().replace(tzinfo=None) + WEEK)


async def test_the_grant_at_a_desk_is_as_wide_as_whoever_sits_there(world: World) -> None:
    grant = await world.grant("mail.read", "label", conditions=Conditions(changes_a_day=7))
    _key, secret = await made(world, "label")
    program = await own_grant(await open_desk_with_key(world.resources, secret))
    assert program is not None
    assert program.scopes == [Scope.LIST, Scope.LABEL]
    assert (program.id, program.conditions) == (grant.id, grant.conditions)
    hers = await own_grant(await world.assistant())
    assert hers is not None
    assert hers.scopes == grant.scopes
    assert await own_grant(await world.owner()) is None
    assert as_opened(None, Actor(kind=Kind.OWNER, person_id=None, surface="test")) is None


def test_a_program_is_named_in_the_log_also_where_its_key_is_not_known_any_more() -> None:
    bob, key = uuid4(), uuid4()
    entry = AuditEntry(
        mailbox_id=uuid4(), seq=1, at=clock.now(), phase="whole", actor_kind="assistant", actor_id=bob, key_id=key,
        surface="program", action="read", decision="allow", reason="", outcome="done", prev_hash=b"", hash=b"",
    )  # fmt: skip
    assert say(entry, {bob: "Bob", key: "Nightly"}, str) == "Bob (program “Nightly”) read a message."
    assert say(entry, {}, str) == "An assistant (program “…”) read a message."
