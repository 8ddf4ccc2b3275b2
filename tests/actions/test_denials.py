"""Refusals over and over: the first is an entry, the others are a count that loses none, whatever dies."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import pytest

from app import clock
from app.actions import audit
from app.actions.denials import denied
from app.actions.desk import Desk
from app.actions.label import label
from app.actions.list_messages import labels
from app.actions.log import read_log, verify
from app.actions.log_asked import Asked
from app.actions.move import archive, trash
from app.actions.pending import pending
from app.actions.private import marked_senders
from app.actions.private_labels import private_labels
from app.actions.review import review
from app.actions.saying import say
from app.actions.teams import teams_at
from app.errors import Denied
from app.models.audit import AuditEntry
from app.models.person import Person
from tests.actions.situations import World, log_of, message_id
from tests.people import desk_of, make_grant

REFUSED = {"actor_kind": "assistant", "surface": "test", "action": "trash", "decision": "deny", "reason": "no_grant"}


async def tried(desk: Desk, message: UUID, times: int = 1) -> None:
    """Have somebody try to archive what she may not."""
    for _ in range(times):
        with pytest.raises(Denied):
            await archive(desk, message)


async def refusals(owner: Desk) -> list[AuditEntry]:
    """Return the entries of refusals, oldest first, when the minute is over."""
    clock.move(audit.MINUTE)
    return [entry for entry in await log_of(owner) if entry.decision == "deny"]


def told(entries: list[AuditEntry]) -> int:
    """Return how many refusals the entries tell of."""
    return sum(entry.times or 1 for entry in entries)


async def test_a_refusal_that_comes_again_within_a_minute_is_counted(world: World) -> None:
    await world.grant("label")
    owner, desk = await world.owner(), await world.assistant()
    message = await message_id(desk)
    await tried(desk, message, 5)
    first, again = await refusals(owner)
    assert (first.times, again.times, again.begins, again.since) == (None, 4, first.seq, first.at)
    for name in audit.REPEATED:
        assert getattr(first, name) == getattr(again, name), name
    said = say(again, {world.bob.id: "Bob"}, str)
    assert said.startswith("Bob wanted to archive a message. Refused.")
    assert said.endswith("Refused again within the same minute: 4 ×.")


async def test_thousands_of_refusals_are_a_few_entries_and_none_is_lost_from_the_count(world: World) -> None:
    owner, bob = await world.owner(), world.bob.id
    for _ in range(8):
        async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
            for _ in range(250):
                await denied(session, world.mailbox.id, to=None, actor_id=bob, **REFUSED)
    entries = await refusals(owner)
    assert told(entries) == 2_000
    assert len(entries) < 20  # two for each minute that this takes


async def test_each_person_act_and_reason_is_counted_by_itself(world: World, charlie: Person) -> None:
    await world.grant("label")
    await make_grant(world.resources, world.mailbox, charlie, scopes=("label",))
    owner, bob = await world.owner(), await world.assistant()
    charlies = await desk_of(world.resources, charlie, world.mailbox)
    message = await message_id(bob)
    for _ in range(3):  # in turn, so that no two of a kind follow each other
        for desk in (bob, charlies):
            for verb in (archive, trash):
                with pytest.raises(Denied):
                    await verb(desk, message)
    entries = await refusals(owner)
    assert len(entries) == 8
    assert sorted((str(each.actor_id), each.action) for each in entries if each.times == 2) == sorted(
        (str(person.id), action) for person in (world.bob, charlie) for action in ("archive", "trash")
    )


async def test_the_next_minute_begins_anew_and_tells_of_the_one_before_first(world: World) -> None:
    await world.grant("label")
    owner, desk = await world.owner(), await world.assistant()
    message = await message_id(desk)
    await tried(desk, message, 3)
    clock.move(audit.MINUTE)
    await tried(desk, message, 2)
    assert [entry.times for entry in await refusals(owner)] == [None, 2, None, 1]


async def test_any_other_entry_tells_what_is_over(world: World) -> None:
    await world.grant("label")
    owner, desk = await world.owner(), await world.assistant()
    message = await message_id(desk)
    await tried(desk, message, 3)
    await label(desk, message, add=["A"])  # within the minute: not yet
    clock.move(audit.MINUTE)
    await label(desk, message, add=["B"])
    order = [(entry.action, entry.times) for entry in await log_of(owner) if entry.phase != "begin"]
    assert order[-4:] == [("archive", None), ("label", None), ("archive", 2), ("label", None)]


async def test_refusals_at_once_are_all_counted(world: World) -> None:
    await world.grant("label")
    owner, desk = await world.owner(), await world.assistant()
    message = await message_id(desk)
    ended = await asyncio.gather(*(archive(desk, message) for _ in range(40)), return_exceptions=True)
    assert {type(each) for each in ended} == {Denied}
    entries = await refusals(owner)
    assert (len(entries), told(entries)) == (2, 40)


async def test_what_dies_half_way_is_neither_lost_nor_told_twice(world: World) -> None:
    """The count and the entry stand or fall with one transaction each; a crash between them leaves the count."""
    await world.grant("label")
    owner, desk = await world.owner(), await world.assistant()
    message = await message_id(desk)
    await tried(desk, message, 4)
    clock.move(audit.MINUTE)
    for _ in range(3):
        with suppress(ZeroDivisionError):
            async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
                await audit.tell_counted(session, await audit.head_locked(session, world.mailbox.id))
                raise ZeroDivisionError
    entries = await refusals(owner)
    assert (len(entries), told(entries)) == (2, 4)
    assert told(await refusals(owner)) == 4


async def test_a_refusal_alone_leaves_nothing_to_count(world: World) -> None:
    await world.grant("label")
    owner, desk = await world.owner(), await world.assistant()
    await tried(desk, await message_id(desk))
    assert [entry.times for entry in await refusals(owner)] == [None]
    clock.move(timedelta(hours=1))
    assert len(await refusals(owner)) == 1


async def test_only_what_was_refused_can_be_picked(world: World) -> None:
    await world.grant("label")
    owner, desk = await world.owner(), await world.assistant()
    await tried(desk, await message_id(desk), 2)
    clock.move(audit.MINUTE)
    found = (await read_log(owner, Asked(refused=True))).entries
    assert [(entry.action, entry.times) for entry in found] == [("archive", 1), ("archive", None)]
    mine = (await read_log(desk, Asked(refused=True))).entries
    assert [entry.seq for entry in mine] == [entry.seq for entry in found]


async def test_a_page_of_the_owners_that_an_assistant_tries_is_a_refusal_like_any_other(world: World) -> None:
    await world.grant("label")
    owner, desk = await world.owner(), await world.assistant()
    for look in (marked_senders, private_labels, pending, review, verify, labels, teams_at) * 2:
        with pytest.raises(Denied, match="owner"):
            await look(desk)
    first, again = await refusals(owner)
    assert (first.action, first.reason, first.actor_id) == ("owner_page", "owner_only", world.bob.id)
    assert told([first, again]) == 14
    assert say(first, {world.bob.id: "Bob"}, str).startswith("Bob wanted to open a page that is for the owner alone.")
    await marked_senders(owner)
    assert len(await refusals(owner)) == 2
