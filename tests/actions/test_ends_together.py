"""Endings that meet: a stop, a removal, a private sender, an erasure and an undo, each with what others had begun."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from datetime import timedelta

import pytest

from app import clock
from app.actions import certificate, grants, move, remove, stop
from app.actions.audit import first_bad
from app.actions.erase import PERSON, erase
from app.actions.erasing import go_on, still_on_its_way
from app.actions.list_messages import list_messages
from app.actions.make_key import make_key
from app.actions.private import mark_sender
from app.actions.program_keys import good_keys
from app.actions.schedule import send_of
from app.actions.seats import open_desk_with_key
from app.actions.undo import undo
from app.errors import AppError, NotFound
from app.models.draft import SendState
from app.models.erasure import ErasureState
from app.models.grant import GrantStatus
from app.models.person import Person
from app.providers.base import Listing
from app.sandbox.faults import Kind
from tests.actions.situations import (
    HOUR,
    TERRACE,
    World,
    effects,
    fails,
    grant_now,
    in_an_hour,
    its_hour_comes,
    lease_is_over,
    log_of,
    message_id,
    sends,
    subjects,
    written,
)
from tests.people import BOB, CLIENT, desk_of, make_grant, make_person

TIDY = ("mail.read", "label", "archive", "draft", "schedule")


async def secret_of(world: World) -> str:
    """Have Bob make a key for a program of his."""
    desk = await world.assistant()
    _key, secret = await make_key(desk, name="Nightly", until=clock.now() + timedelta(days=7))
    return secret


async def test_one_stop_holds_what_a_person_and_her_program_have_scheduled(world: World, charlie: Person) -> None:
    await world.grant()
    await make_grant(world.resources, world.mailbox, charlie)
    program = await open_desk_with_key(world.resources, await secret_of(world))
    desks = [program, await world.assistant(), await desk_of(world.resources, charlie, world.mailbox)]
    planned = [await in_an_hour(desk, await written(desk)) for desk in desks]
    await stop.stop_all(world.resources, world.alice.id, surface="test")
    owner = await world.owner()
    found = [await send_of(owner, each.id) for each in planned]
    assert [(each.state, each.reason) for each in found] == [(SendState.HELD, "grant_paused")] * 3
    done = len(effects(world.sandbox))
    for desk in desks:
        with pytest.raises(AppError):
            await written(desk)
    assert len(effects(world.sandbox)) == done


async def test_a_removed_assistant_leaves_no_key_behind_that_opens_anything(world: World) -> None:
    await world.grant()
    secret = await secret_of(world)
    await remove.remove(world.resources, world.alice.id, world.bob.id, surface="test")
    assert await good_keys(await world.owner()) == []
    with pytest.raises(AppError):
        await message_id(await open_desk_with_key(world.resources, secret))


async def test_after_a_stop_the_narrowed_goes_on_as_narrow_and_the_expired_does_not(
    world: World, charlie: Person
) -> None:
    dora = await make_person(world.resources, "dora@practice.example", "Dora")
    short = await world.grant(until=clock.now() + HOUR)
    wide, whole = [await make_grant(world.resources, world.mailbox, each) for each in (charlie, dora)]
    stop_id = await stop.stop_all(world.resources, world.alice.id, surface="test")
    assert stop_id
    await grants.narrow(await world.owner(), wide.id, scopes=["mail.read"], until=wide.expires_at)
    clock.move(2 * HOUR)
    presses = (stop.go_on(world.resources, world.alice.id, stop_id, surface="test") for _ in range(3))
    await asyncio.gather(*presses)
    now = await grant_now(world.resources, wide)
    assert "label" not in now.scopes
    assert (await grant_now(world.resources, whole)).status is GrantStatus.ACTIVE
    assert (await grant_now(world.resources, short)).status is not GrantStatus.ACTIVE


async def test_after_a_removal_the_assistant_finds_nothing_to_undo_and_the_owner_may(world: World) -> None:
    await world.grant(*TIDY)
    desk, owner = await world.assistant(), await world.owner()
    await move.archive(desk, await message_id(desk))
    act = (await log_of(owner))[-1]
    await remove.remove(world.resources, world.alice.id, world.bob.id, surface="test")
    done = len(effects(world.sandbox))
    with pytest.raises(AppError):
        await undo(desk, act.seq)
    with pytest.raises(NotFound):
        await world.assistant()
    assert len(effects(world.sandbox)) == done
    await undo(owner, act.seq)
    assert len(effects(world.sandbox)) > done


async def test_a_private_sender_holds_what_waits_and_closes_the_old_act(world: World) -> None:
    await world.grant(*TIDY)
    ready = await world.ready()
    message = await message_id(ready.desk)
    await move.archive(ready.desk, message)
    act = (await log_of(ready.owner))[-1]
    await asyncio.gather(*(mark_sender(ready.owner, CLIENT) for _ in range(2)), return_exceptions=True)
    assert ((await ready.now()).state, (await ready.now()).reason) == (SendState.HELD, "private")
    with pytest.raises(NotFound):
        await undo(ready.desk, act.seq)
    listed = await list_messages(ready.desk, Listing(folder=None))
    assert TERRACE not in subjects(listed.messages)
    its_hour_comes()
    await ready.deliver()
    assert sends(world.sandbox) == 0


async def test_an_owner_erased_while_a_letter_is_on_its_way_is_done_only_when_its_end_is_known(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    fails(world.sandbox, Kind.AFTER_EFFECT)
    assert (await ready.deliver()).state is SendState.INTENT
    row = await erase(world.resources, world.alice.id, asked_by=PERSON)
    assert row.state is ErasureState.BEGUN
    assert await still_on_its_way(world.resources, row) == (ready.send.id,)
    clock.move(timedelta(minutes=61))
    with suppress(NotFound):  # the row may be gone with the mailbox
        await ready.deliver()
    assert (await go_on(world.resources, row.id)).state is ErasureState.DONE
    assert sends(world.sandbox) == 1


async def test_an_erased_assistant_leaves_a_good_certificate_and_a_whole_chain_without_a_name(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    removal = await remove.remove(world.resources, world.alice.id, world.bob.id, surface="test")
    await erase(world.resources, world.bob.id, asked_by=PERSON)
    made = await certificate.certificate_of(world.resources, world.alice.id, removal)
    text = json.dumps(made.signed)
    checked = await certificate.check(world.resources, text)
    assert checked.good
    assert dict(checked.holds) == {world.mailbox.address: True}
    assert not [word for word in BOB if word in text]
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        assert await first_bad(session, world.mailbox.id) is None
    lease_is_over()
    its_hour_comes()
    assert (await ready.deliver()).state is SendState.HELD
    assert sends(world.sandbox) == 0
