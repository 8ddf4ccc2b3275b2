"""A draft that is gone, or whose letter is, is taken off the lists by whoever may draft, and the mailbox left alone."""

from __future__ import annotations

import pytest

from app.actions.approve import approve, waiting_for_approval
from app.actions.discard import discard_draft, is_gone, take_off
from app.actions.draft import see_draft
from app.actions.open_drafts import open_drafts
from app.errors import Conflict, Denied, MessageGone, NotFound
from app.models.conditions import Conditions
from app.models.draft import SendState
from app.models.person import Person
from tests.actions.situations import World, delete_by_hand, effects, fails, its_hour_comes, log_of, sends, written
from tests.people import ALICE, CLIENT, desk_of, make_grant


def delete_the_letter(world: World) -> None:
    """Delete the client's letter for good in the owner's own mail program."""
    box = world.sandbox.mailbox(ALICE[0])
    for each in list(box.messages.values()):
        if b"<march@customer.example>" in box.raw(each) and b"In-Reply-To" not in box.raw(each):
            box.remove(each)


async def test_with_the_whole_conversation_gone_the_draft_is_taken_off_and_its_hour_with_it(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    delete_by_hand(world.sandbox, ready.seen)
    delete_the_letter(world)
    with pytest.raises(MessageGone):
        await see_draft(ready.desk, ready.seen.row.id)
    before = len(effects(world.sandbox))
    await discard_draft(ready.desk, ready.seen.row.id)
    assert len(effects(world.sandbox)) == before
    assert await open_drafts(ready.owner) == []
    stopped = await ready.now()
    assert (stopped.state, stopped.reason) == (SendState.CANCELLED, "discarded")
    told = [(entry.phase, entry.action, entry.reason, entry.outcome) for entry in (await log_of(ready.owner))[-2:]]
    assert told == [("begin", "cancel", "draft_gone", ""), ("end", "cancel", "draft_gone", "done")]


async def test_a_letter_that_is_gone_leaves_its_draft_to_be_read_and_thrown_away(world: World) -> None:
    await world.grant()
    desk = await world.assistant()
    seen = await written(desk)
    assert not (await see_draft(desk, seen.row.id)).answers_gone
    delete_the_letter(world)
    assert (await see_draft(desk, seen.row.id)).answers_gone
    await discard_draft(desk, seen.row.id)
    assert world.sandbox.mailbox(ALICE[0]).drafts == {}


async def test_where_nobody_can_say_whether_the_letter_was_covered_the_draft_is_taken_off_all_the_same(
    world: World,
) -> None:
    await world.grant(conditions=Conditions(senders=frozenset({CLIENT})))
    desk = await world.assistant()
    seen = await written(desk)
    delete_the_letter(world)
    with pytest.raises(NotFound):
        await see_draft(desk, seen.row.id)
    await discard_draft(desk, seen.row.id)
    assert await open_drafts(desk) == []
    assert seen.draft.id in world.sandbox.mailbox(ALICE[0]).drafts  # nobody may touch what nobody can judge


async def test_a_draft_that_is_there_is_not_taken_off(world: World) -> None:
    await world.grant()
    owner, desk = await world.owner(), await world.assistant()
    seen = await written(desk)
    assert not await is_gone(owner, seen.row.id)
    for at in (owner, desk):
        with pytest.raises(Conflict, match="in the mailbox still"):
            await take_off(at, seen.row.id)
    assert [row.id for row in await open_drafts(owner)] == [seen.row.id]


async def test_the_owner_takes_off_what_waits_for_her_yes(world: World) -> None:
    await world.grant()
    ready = await world.ready(yes=False)
    delete_by_hand(world.sandbox, ready.seen)
    with pytest.raises(MessageGone):
        await approve(ready.owner, ready.seen.row.id, sha256=ready.seen.sha256)
    await take_off(ready.owner, ready.seen.row.id)
    assert await waiting_for_approval(ready.owner) == []
    its_hour_comes()
    assert ((await ready.deliver()).state, sends(world.sandbox)) == (SendState.CANCELLED, 0)


async def test_what_is_on_its_way_is_not_taken_off(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    fails(world.sandbox, "before")
    assert (await ready.deliver()).state is SendState.INTENT
    delete_by_hand(world.sandbox, ready.seen)
    with pytest.raises(Conflict, match="too late"):
        await take_off(ready.owner, ready.seen.row.id)


async def test_without_the_right_to_draft_nothing_is_taken_off(world: World, charlie: Person) -> None:
    await world.grant()
    await make_grant(world.resources, world.mailbox, charlie)
    seen = await written(await world.assistant())
    delete_by_hand(world.sandbox, seen)
    delete_the_letter(world)
    with pytest.raises(NotFound):
        await discard_draft(await desk_of(world.resources, charlie, world.mailbox), seen.row.id)
    await world.grant("mail.read")
    with pytest.raises(Denied):
        await discard_draft(await world.assistant(), seen.row.id)
    assert [row.id for row in await open_drafts(await world.owner())] == [seen.row.id]
