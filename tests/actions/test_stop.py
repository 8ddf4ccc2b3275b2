"""Stop everything now, an end date that comes by itself, an assistant who leaves everywhere, and the certificate."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from uuid import uuid4

import pytest

from app import clock
from app.access.acts import Act
from app.actions import certificate, ended, grants, remove, stop
from app.actions.accept import accept, confirm
from app.actions.disconnect import disconnect
from app.actions.expire import expire
from app.actions.invite import invite
from app.actions.notices import list_notices
from app.actions.private import mark_sender
from app.errors import Conflict, Denied, MessageGone, NotFound
from app.locale.catalogues import language
from app.models.draft import SendState
from app.models.grant import GrantStatus, NeedsApproval
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.sandbox.faults import Fault, Kind
from tests.actions.situations import (
    HOUR,
    Ready,
    World,
    delete_by_hand,
    fails,
    grant_now,
    its_hour_comes,
    lease_is_over,
    log_of,
    message_id,
    sends,
)
from tests.people import CLIENT, connected_mailbox, make_grant

GARDEN = "garden@practice.example"


@pytest.fixture
async def garden(world: World) -> Mailbox:
    """Alice's second mailbox."""
    world.sandbox.add_mailbox(GARDEN)
    return await connected_mailbox(world.resources, world.alice, GARDEN)


async def on_its_way(world: World) -> Ready:
    """Return a reply whose worker has fallen silent between its intent and an answer."""
    ready = await world.ready()
    its_hour_comes()
    fails(world.sandbox, Kind.BEFORE)
    assert (await ready.deliver()).state is SendState.INTENT
    return ready


async def stopped(world: World, **more: object) -> list[ended.Ended]:
    stop_id = await stop.stop_all(world.resources, world.alice.id, surface="test", **more)  # type: ignore[arg-type]
    assert stop_id
    return await stop.stop_of(world.resources, world.alice.id, stop_id)


async def test_V4_one_press_stops_every_assistant_at_every_mailbox(
    world: World, charlie: Person, garden: Mailbox
) -> None:
    given = [await world.grant(), await make_grant(world.resources, garden, charlie)]
    ready = await world.ready()
    rows = await stopped(world)
    assert {(row.mailbox.id, row.assistant.id) for row in rows} == {
        (world.mailbox.id, world.bob.id), (garden.id, charlie.id)
    }  # fmt: skip
    assert ended.done(rows)
    assert [(await grant_now(world.resources, each)).status for each in given] == [GrantStatus.PAUSED] * 2
    assert ((await ready.now()).state, (await ready.now()).reason) == (SendState.HELD, "grant_paused")
    with pytest.raises(Denied):
        await message_id(ready.desk)
    its_hour_comes()
    assert (await ready.deliver()).state is SendState.HELD
    assert sends(world.sandbox) == 0
    assert [each.action for each in await log_of(ready.owner)].count("stop") == 3  # the act twice, the grant once


async def test_one_mailbox_is_stopped_and_the_other_goes_on(world: World, charlie: Person, garden: Mailbox) -> None:
    given, other = await world.grant(), await make_grant(world.resources, garden, charlie)
    rows = await stopped(world, only=world.mailbox.id)
    assert [row.grant.id for row in rows] == [given.id]
    assert (await grant_now(world.resources, other)).status is GrantStatus.ACTIVE
    with pytest.raises(NotFound):
        await stop.stop_all(world.resources, world.bob.id, only=world.mailbox.id, surface="test")


async def test_pressed_twice_it_stops_once_and_then_there_is_nobody(world: World) -> None:
    given = await world.grant()
    pressed = await asyncio.gather(*(stop.stop_all(world.resources, world.alice.id, surface="t") for _ in range(4)))
    assert len([each for each in pressed if each]) == 1
    assert (await grant_now(world.resources, given)).version == 2
    assert len(await stop.stops(world.resources, world.alice.id)) == 1
    assert await stop.stops(world.resources, world.bob.id) == {}
    with pytest.raises(NotFound):
        await stop.stop_of(world.resources, world.bob.id, next(each for each in pressed if each))


async def test_all_whom_a_stop_has_paused_go_on_and_nobody_else(world: World, charlie: Person, garden: Mailbox) -> None:
    """Bob was paused before, and Charlie again after: both were another word of the owner's."""
    bobs, charlies = await world.grant(), await make_grant(world.resources, garden, charlie)
    third = await make_grant(world.resources, world.mailbox, charlie)
    owner = await world.owner()
    await grants.pause(owner, bobs.id)
    rows = await stopped(world)
    assert {row.grant.id for row in rows} == {charlies.id, third.id}
    await grants.resume(owner, third.id)
    await grants.pause(owner, third.id)
    assert await stop.go_on(world.resources, world.alice.id, rows[0].act_id, surface="test") == 1
    states = [(await grant_now(world.resources, each)).status for each in (bobs, charlies, third)]
    assert states == [GrantStatus.PAUSED, GrantStatus.ACTIVE, GrantStatus.PAUSED]


async def test_a_stop_names_what_is_on_its_way_and_is_done_when_that_has_ended(world: World) -> None:
    await world.grant()
    ready = await on_its_way(world)
    rows = await stopped(world)
    assert [send.id for send in rows[0].in_flight] == [ready.send.id]
    lease_is_over()
    await ready.deliver()
    assert ended.done(await stop.stop_of(world.resources, world.alice.id, rows[0].act_id))
    assert sends(world.sandbox) == 0


async def test_V2_an_end_date_comes_by_itself_holds_what_waits_and_is_told_once(world: World) -> None:
    given = await world.grant(until=clock.now() + timedelta(minutes=30))
    ready = await world.ready()
    assert await expire(world.resources) == 0
    clock.move(timedelta(minutes=31))
    await asyncio.gather(*(expire(world.resources) for _ in range(3)))
    held = await ready.now()
    assert (held.state, held.reason) == (SendState.HELD, "grant_expired")
    over = await grant_now(world.resources, given)
    assert (over.ended_at, over.version) == (given.expires_at, 2)
    its_hour_comes()
    assert (await ready.deliver()).state is SendState.HELD
    assert await expire(world.resources) == 0
    told = await list_notices(world.resources, world.alice.id, language("en"))
    assert [notice.kind for notice in told] == ["ended"]
    assert [each.action for each in await log_of(ready.owner)].count("expire") == 1
    with pytest.raises(Conflict):
        await grants.resume(ready.owner, given.id)


async def test_what_is_on_its_way_at_the_end_date_is_found_out_and_put_out_of_reach(world: World) -> None:
    given = await world.grant(until=clock.now() + 2 * HOUR)
    ready = await on_its_way(world)
    clock.move(2 * HOUR)
    await expire(world.resources)
    assert ((await ready.deliver()).state, (await ready.now()).reason) == (SendState.HELD, "grant_expired")
    assert await grants.in_flight(ready.owner, given.id) == ()
    assert ready.seen.draft.id not in world.sandbox.mailbox("alice@practice.example").drafts
    assert sends(world.sandbox) == 0


async def test_V4_an_assistant_leaves_every_mailbox_in_one_act(world: World, charlie: Person, garden: Mailbox) -> None:
    given = [await world.grant(), await make_grant(world.resources, garden, world.bob)]
    kept = await make_grant(world.resources, garden, charlie)
    ready, owner = await world.ready(), await world.owner()
    row, token = await invite(
        owner, scopes=["label"], until=clock.now() + HOUR, language="en", needs_approval=NeedsApproval.ALWAYS
    )
    await accept(world.resources, world.bob.id, token)
    pressed = await asyncio.gather(
        *(remove.remove(world.resources, world.alice.id, world.bob.id, surface="test") for _ in range(3))
    )
    again = await remove.remove(world.resources, world.alice.id, world.bob.id, surface="test")
    found = await ended.ended_by(world.resources, world.alice.id, Act.REVOKE)
    assert {each.grant.id for each in found} == {each.id for each in given}
    assert {*pressed, again} <= {each.act_id for each in found}
    assert [(await grant_now(world.resources, each)).status for each in given] == [GrantStatus.REVOKED] * 2
    assert (await grant_now(world.resources, kept)).status is GrantStatus.ACTIVE
    assert (await ready.now()).state is SendState.HELD
    with pytest.raises(NotFound):
        await world.assistant()
    with pytest.raises(Conflict):
        await confirm(owner, row.id, texts=lambda _: str)
    for stranger in (charlie.id, uuid4()):
        with pytest.raises(NotFound):
            await remove.remove(world.resources, stranger, world.bob.id, surface="test")


async def test_the_certificate_says_what_was_on_its_way_and_how_it_ended(world: World, garden: Mailbox) -> None:
    await world.grant()
    await make_grant(world.resources, garden, world.bob)
    ready = await on_its_way(world)
    removal_id = await remove.remove(world.resources, world.alice.id, world.bob.id, surface="test")
    open_one = await certificate.certificate_of(world.resources, world.alice.id, removal_id)
    assert not open_one.done
    assert not open_one.signed["complete"]
    lease_is_over()
    await ready.deliver()
    made = await certificate.certificate_of(world.resources, world.alice.id, removal_id)
    assert made.done
    here = next(each for each in made.signed["mailboxes"] if each["address"] == world.mailbox.address)
    (flown,) = here["on_its_way"]
    assert (flown["send"], flown["ended"], flown["reason"]) == (str(ready.send.id), "held", "grant_gone")
    entries = {entry.seq: entry for entry in await log_of(ready.owner)}
    assert entries[here["entry"]["seq"]].hash.hex() == here["entry"]["hash"]
    assert {each["address"] for each in made.signed["mailboxes"]} == {world.mailbox.address, GARDEN}
    checked = await certificate.check(world.resources, json.dumps(made.signed, indent=3))
    assert checked.good
    assert dict(checked.holds) == {world.mailbox.address: True, GARDEN: True}
    with pytest.raises(NotFound):
        await certificate.certificate_of(world.resources, world.bob.id, removal_id)


async def test_a_letter_that_left_all_the_same_is_certified_as_sent(world: World) -> None:
    given = await world.grant()
    ready = await world.ready()
    its_hour_comes()
    fails(world.sandbox, Kind.AFTER_EFFECT)
    assert (await ready.deliver()).state is SendState.INTENT
    await grants.revoke(ready.owner, given.id)
    lease_is_over()
    await ready.deliver()
    made = await certificate.certificate_of(world.resources, world.alice.id, given.id)  # one grant, ended alone
    assert [one["ended"] for one in made.signed["mailboxes"][0]["on_its_way"]] == ["sent"]
    assert sends(world.sandbox) == 1


@pytest.mark.parametrize(
    "forged",
    ["", "null", "[]", "{}", '{"signature": 1}', '{"signature": {"value": "AAAA"}}', "[" * 100_000, '"\\ud800"'],
)
async def test_what_was_not_certified_here_is_said_to_be_so(world: World, forged: str) -> None:
    assert (await certificate.check(world.resources, forged)).said is None


async def test_one_changed_word_is_noticed(world: World) -> None:
    given = await world.grant()
    await grants.revoke(await world.owner(), given.id)
    made = (await certificate.certificate_of(world.resources, world.alice.id, given.id)).signed
    for name, value in (("removed_at", "2020-01-01T00:00:00+00:00"), ("complete", False), ("more", 1)):
        assert (await certificate.check(world.resources, json.dumps(made | {name: value}))).said is None
    assert (await certificate.check(world.resources, json.dumps(made))).good


async def test_what_assistants_have_scheduled_in_a_conversation_made_private_is_held_at_once(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    await mark_sender(ready.owner, CLIENT)
    assert ((await ready.now()).state, (await ready.now()).reason) == (SendState.HELD, "private")
    its_hour_comes()
    assert (await ready.deliver()).state is SendState.HELD
    assert sends(world.sandbox) == 0


# How a revocation ends whose worker is silent, whatever the mailbox says meanwhile.


async def test_done_comes_when_the_draft_was_deleted_by_hand(world: World) -> None:
    given = await world.grant()
    ready = await on_its_way(world)
    delete_by_hand(world.sandbox, ready.seen)
    assert not (await grants.revoke(ready.owner, given.id)).done
    clock.move(timedelta(minutes=11))
    assert ((await ready.deliver()).state, (await ready.now()).reason) == (SendState.NEEDS_HUMAN, "draft_gone")
    assert await grants.in_flight(ready.owner, given.id) == ()


async def test_done_comes_when_the_provider_no_longer_refuses_and_not_before(world: World) -> None:
    given = await world.grant()
    ready = await on_its_way(world)
    await grants.revoke(ready.owner, given.id)
    world.sandbox.faults.replace([Fault(path="*", fault=Kind.STATUS_503, times=500)])
    for _ in range(3):
        lease_is_over()
        assert (await ready.deliver()).state is SendState.INTENT
    world.sandbox.faults.replace([])
    lease_is_over()
    assert (await ready.deliver()).state is SendState.HELD
    assert sends(world.sandbox) == 0


async def test_done_comes_at_a_disconnected_mailbox_once_no_token_from_before_opens_it(world: World) -> None:
    given = await world.grant()
    ready = await on_its_way(world)
    await grants.revoke(ready.owner, given.id)
    await disconnect(ready.owner)
    clock.move(timedelta(minutes=50))
    assert (await ready.deliver()).state is SendState.INTENT
    clock.move(timedelta(minutes=11))
    assert ((await ready.deliver()).state, (await ready.now()).reason) == (SendState.NEEDS_HUMAN, "unknown")
    assert await grants.in_flight(ready.owner, given.id) == ()


async def test_a_worker_that_slept_through_a_disconnection_cannot_use_the_new_consent(world: World) -> None:
    await world.grant()
    ready = await on_its_way(world)
    asleep = await world.assistant()
    await disconnect(ready.owner)
    await connected_mailbox(world.resources, world.alice)
    with pytest.raises(Exception, match="connect"):
        await asleep.provider.send_draft(ready.seen.draft.id)
    assert sends(world.sandbox) == 0


async def test_what_a_silent_worker_had_begun_is_not_put_back_by_a_busy_provider(world: World) -> None:
    """Put back it could be held at once and called done, while the silent worker may still wake up and send."""
    given = await world.grant()
    ready = await on_its_way(world)
    lease_is_over()
    fails(world.sandbox, Kind.STATUS_429)
    assert (await ready.deliver()).state is SendState.INTENT
    assert not (await grants.revoke(ready.owner, given.id)).done
    lease_is_over()
    assert (await ready.deliver()).state is SendState.HELD
    with pytest.raises(MessageGone):  # the silent worker wakes
        await ready.owner.provider.send_draft(ready.seen.draft.id)
    assert sends(world.sandbox) == 0
