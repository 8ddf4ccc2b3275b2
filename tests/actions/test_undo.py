"""Undo: what somebody did to a message is taken back in the owner's mailbox, exactly that, once, and by whom it may."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from app import clock
from app.actions import grants, move
from app.actions.desk import Desk
from app.actions.label import label
from app.actions.log import read_log
from app.actions.private import mark_sender
from app.actions.resources import Resources
from app.actions.undo import undo
from app.actions.undoing import STILL_RUNNING, newest_to_undo, undone
from app.errors import AppError, BadRequest, Conflict, Denied, MessageGone, NoAnswer, NotFound, ProviderRefused
from app.models.audit import AuditEntry
from app.models.person import Person
from app.providers.base import Folder
from app.sandbox.faults import Kind
from app.sandbox.graph.mailbox import GraphMailbox
from app.sandbox.sandbox import Sandbox
from tests.actions.outlook import box_of, outlook_world
from tests.actions.situations import TERRACE, World, effects, fails, log_of, message_id
from tests.people import ALICE, CLIENT, desk_of, make_grant

VERBS: dict[str, Callable[[Desk, UUID], Any]] = {
    "archive": move.archive,
    "trash": move.trash,
    "label": lambda desk, message: label(desk, message, add=["Clients"]),
}


@pytest.fixture
async def either(either: World) -> World:
    """Alice's mailbox at each of the two providers, and Bob who may tidy it."""
    await either.grant("mail.read", "label", "archive", "trash")
    return either


def state(world: World, subject: str = TERRACE) -> tuple[object, ...]:
    """Return all that tidying can change of a message, as it stands in the owner's own mailbox."""
    if world.mailbox.provider == "graph":
        (item,) = [each for each in box_of(world).items.values() if each.subject == subject]
        return item.categories, item.folder.id
    box = world.sandbox.mailbox(ALICE[0])
    (message,) = [each for each in box.messages.values() if each.subject == subject]
    return tuple(sorted(message.labels))


def own_folder(box: GraphMailbox) -> Any:
    """Have Alice make a folder of her own in Outlook."""
    return box.folders.create("Projects", box.folders.root)


async def newest(owner: Desk) -> AuditEntry:
    """Return the entry with which the last act ended."""
    return next(entry for entry in (await read_log(owner)).entries if entry.phase == "end")


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["owner", "assistant"])
async def test_V57_what_was_done_is_undone_exactly_and_an_undo_as_well(either: World, verb: str, who: str) -> None:
    owner, desk = await either.owner(), await either.assistant()
    message = await message_id(desk)
    await label(owner, message, add=["Zoo", "Alpha"])
    before = state(either)
    await VERBS[verb](desk, message)
    after, act = state(either), await newest(owner)
    assert after != before
    undoing = owner if who == "owner" else desk
    assert (await undo(undoing, act.seq)).id == message
    assert state(either) == before
    back = await newest(owner)
    assert (back.undoes, back.outcome, back.actor_id) == (act.seq, "done", undoing.actor.person_id)
    await undo(owner, back.seq)
    assert state(either) == after
    entries = await log_of(owner)
    undoes = [entry.undoes for entry in entries if entry.undoes]
    assert undoes == [act.seq, act.seq, back.seq, back.seq]
    async with either.resources.db.transaction(mailbox=either.mailbox.id) as session:
        seqs = [entry.seq for entry in entries]
        assert await undone(session, either.mailbox.id, seqs) == {act.seq, back.seq}


async def test_an_act_is_undone_once_even_by_a_double_click(either: World) -> None:
    owner, desk = await either.owner(), await either.assistant()
    message = await message_id(desk)
    await move.archive(desk, message)
    act = await newest(owner)
    ended = await asyncio.gather(undo(owner, act.seq), undo(desk, act.seq), return_exceptions=True)
    assert sorted(type(each).__name__ for each in ended) == ["Conflict", "SeenMessage"]
    with pytest.raises(Conflict, match="undone already"):
        await undo(owner, act.seq)
    assert len([entry for entry in await log_of(owner) if entry.undoes and entry.phase == "end"]) == 1


async def test_what_others_did_to_the_labels_meanwhile_stays(either: World) -> None:
    owner, desk = await either.owner(), await either.assistant()
    message = await message_id(desk)
    await label(owner, message, add=["Alices"])
    await label(desk, message, add=["Bobs", "Bobs too"], remove=["Alices"])
    act = await newest(owner)
    await label(owner, message, add=["Later"], remove=["Bobs"])
    seen = await undo(desk, act.seq)
    assert seen.message.labels == {"Alices", "Later"}


async def test_where_none_of_it_is_left_nothing_is_done(either: World) -> None:
    owner, desk = await either.owner(), await either.assistant()
    message = await message_id(desk)
    await label(desk, message, add=["Bobs"])
    act = await newest(owner)
    await label(owner, message, remove=["bobs"])
    done = len(effects(either.sandbox))
    with pytest.raises(Conflict, match="labels have been changed"):
        await undo(desk, act.seq)
    assert len(effects(either.sandbox)) == done
    ends = [entry for entry in await log_of(owner) if entry.undoes]
    assert [(entry.phase, entry.outcome) for entry in ends] == [("begin", ""), ("end", "conflict")]
    # Nothing was undone, so it can be tried again when it makes sense again.
    await label(owner, message, add=["Bobs"])
    assert (await undo(desk, act.seq)).message.labels == set()


async def test_a_message_that_was_moved_since_stays_where_it_is(either: World) -> None:
    owner, desk = await either.owner(), await either.assistant()
    message = await message_id(desk)
    await move.archive(desk, message)
    act = await newest(owner)
    await move.trash(owner, message)
    there = state(either)
    with pytest.raises(Conflict, match="moved since"):
        await undo(desk, act.seq)
    assert state(either) == there


async def test_a_label_that_somebody_put_on_at_the_same_moment_is_not_taken_for_the_acts_own(either: World) -> None:
    owner, desk = await either.owner(), await either.assistant()
    message = await message_id(desk)
    await asyncio.gather(*(label(desk if number % 2 else owner, message, add=[f"L{number}"]) for number in range(6)))
    ends = [entry for entry in await log_of(owner) if entry.phase == "end" and entry.action == "label"]
    for entry in ends:
        assert len(set(entry.labels_after) - set(entry.labels_before)) == 1
        await undo(owner, entry.seq)
    assert (await label(owner, message, add=["Last"])).message.labels == {"Last"}


async def test_a_colleague_and_a_stranger_find_nothing_to_undo(either: World, charlie: Person) -> None:
    owner, desk = await either.owner(), await either.assistant()
    message = await message_id(desk)
    await move.archive(desk, message)
    bobs = await newest(owner)
    await label(owner, message, add=["Alices"])
    alices = await newest(owner)
    await make_grant(either.resources, either.mailbox, charlie, scopes=("label", "archive", "trash"))
    for who, seq in ((await desk_of(either.resources, charlie, either.mailbox), bobs.seq), (desk, alices.seq)):
        with pytest.raises(NotFound):
            await undo(who, seq)
    with pytest.raises(NotFound):
        await undo(owner, 10_000)


async def test_undo_needs_the_right_that_the_act_needed_as_it_stands_now(either: World) -> None:
    owner, desk = await either.owner(), await either.assistant()
    message = await message_id(desk)
    await move.archive(desk, message)
    act = await newest(owner)
    (grant,) = await grants.list_grants(owner)
    await grants.narrow(owner, grant.id, scopes=["mail.read", "label"], until=grant.expires_at)
    with pytest.raises(Denied) as refused:
        await undo(desk, act.seq)
    assert refused.value.reason == "scope_missing"
    await grants.revoke(owner, grant.id)
    with pytest.raises(AppError):
        await undo(desk, act.seq)
    denied = [entry for entry in await log_of(owner) if entry.decision == "deny"]
    assert [(entry.action, entry.reason) for entry in denied] == [
        ("unarchive", "scope_missing"),
        ("unarchive", "grant_revoked"),
    ]
    await undo(owner, act.seq)  # what somebody did whose access has ended, the owner still takes back


async def test_what_has_become_private_is_not_there_to_be_undone_by_an_assistant(either: World) -> None:
    owner, desk = await either.owner(), await either.assistant()
    message = await message_id(desk)
    await move.archive(desk, message)
    act = await newest(owner)
    await mark_sender(owner, CLIENT)
    before = state(either)
    with pytest.raises(NotFound):
        await undo(desk, act.seq)
    assert state(either) == before
    await undo(owner, act.seq)


async def test_only_a_finished_change_of_a_message_can_be_undone(either: World) -> None:
    owner, desk = await either.owner(), await either.assistant()
    message = await message_id(desk)
    await label(owner, message, add=["Same"])
    await label(desk, message, add=["same"])  # is there already
    await move.archive(desk, message)
    for entry in await log_of(owner):
        if entry.phase != "end" or entry.action in ("sender_rule",) or entry.labels_before == entry.labels_after:
            with pytest.raises(BadRequest, match="cannot be undone"):
                await undo(owner, entry.seq)


async def test_a_message_thrown_away_for_good_meanwhile_is_told_as_gone(world: World) -> None:
    await world.grant("archive")
    owner, desk = await world.owner(), await world.assistant()
    message = await message_id(desk)
    await move.archive(desk, message)
    act = await newest(owner)
    box = world.sandbox.mailbox(ALICE[0])
    box.remove(next(each for each in box.messages.values() if each.subject == TERRACE))
    with pytest.raises(MessageGone):
        await undo(owner, act.seq)


async def test_an_undo_whose_answer_got_lost_is_not_told_as_done_and_can_be_tried_again(world: World) -> None:
    owner = await world.owner()
    message = await message_id(owner)
    await label(owner, message, add=["Clients"])
    act = await newest(owner)
    fails(world.sandbox, Kind.BEFORE, "*/modify", times=5)
    with pytest.raises((NoAnswer, AppError)):
        await undo(owner, act.seq)
    world.sandbox.faults.replace([])
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        assert await undone(session, world.mailbox.id, [act.seq]) == frozenset()
    assert (await undo(owner, act.seq)).message.labels == set()


async def test_an_undo_that_died_holds_up_nobody_for_long(world: World) -> None:
    owner = await world.owner()
    message = await message_id(owner)
    await label(owner, message, add=["Clients"])
    act = await newest(owner)
    reached = asyncio.Event()

    async def hang(*_given: object, **_more: object) -> None:
        reached.set()
        await asyncio.Event().wait()

    dying = await world.owner()
    dying.provider.relabel = hang  # type: ignore[method-assign,assignment]
    task = asyncio.create_task(undo(dying, act.seq))
    await reached.wait()
    with pytest.raises(Conflict):
        await undo(owner, act.seq)
    clock.move(STILL_RUNNING)
    assert (await undo(owner, act.seq)).message.labels == set()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_letter_comes_back_into_the_very_folder_of_the_owners_own(either: World) -> None:
    """Where the provider has folders: in our words it lies in the archive, before and afterwards."""
    owner = await either.owner()
    message = await message_id(owner)
    if either.mailbox.provider == "graph":
        box = box_of(either)
        (item,) = [each for each in box.items.values() if each.subject == TERRACE]
        own = own_folder(box)
        box.move(item, own)
    else:
        await move.archive(owner, message)
    before = state(either)
    await move.trash(owner, message)
    seen = await undo(owner, (await newest(owner)).seq)
    assert (state(either), seen.message.folder) == (before, Folder.ARCHIVE)


async def test_a_folder_that_is_gone_leaves_the_letter_where_it_lies(
    resources: Resources, sandbox: Sandbox, alice: Person, bob: Person
) -> None:
    world = await outlook_world(resources, sandbox, alice, bob)
    owner, box = await world.owner(), box_of(world)
    message = await message_id(owner)
    (item,) = [each for each in box.items.values() if each.subject == TERRACE]
    own = own_folder(box)
    box.move(item, own)
    await move.trash(owner, message)
    act, there = await newest(owner), state(world)
    box.folders._by_id.pop(own.id)
    with pytest.raises(ProviderRefused, match="folder"):
        await undo(owner, act.seq)
    assert state(world) == there


async def test_right_after_an_act_its_undo_is_at_hand_and_no_other(either: World) -> None:
    owner, desk = await either.owner(), await either.assistant()
    message = await message_id(desk)
    assert await newest_to_undo(desk, message) is None
    await label(desk, message, add=["Clients"])
    first = (await newest(owner)).seq
    assert await newest_to_undo(desk, message) == first
    assert await newest_to_undo(owner, message) is None  # what Bob did last is not what Alice did last
    await undo(desk, first)
    redo = await newest_to_undo(desk, message)
    assert redo not in (None, first)
    assert await newest_to_undo(desk, uuid4()) is None
