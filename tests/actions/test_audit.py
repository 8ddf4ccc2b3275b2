"""The audit chain: nothing in it can be changed, left out, put in or put elsewhere without being found."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict

from app import clock
from app.actions import audit, grants
from app.actions.label import label
from app.actions.list_messages import list_messages
from app.actions.log import MOST_ENTRIES, read_log, verify
from app.actions.log_asked import Asked
from app.actions.move import archive
from app.actions.private import mark_sender, marked_senders, unmark_sender
from app.actions.private_labels import mark_label
from app.actions.saying import say
from app.db.embedded import Cluster
from app.errors import Denied, NotFound
from app.models.audit import AuditEntry
from app.providers.base import Listing
from tests.actions.situations import World, log_of, message_id
from tests.people import CLIENT, MOTHER


async def lengthened(world: World, entries: int) -> None:
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        for number in range(entries):
            await audit.append(
                session, world.mailbox.id, actor_kind="owner", surface="test", action="label", request_id=str(number)
            )


@asynccontextmanager
async def tampering(world: World, cluster: Cluster, url: str) -> AsyncIterator[psycopg.Connection]:
    """A raw connection of somebody who has the whole database server and switches its triggers off."""
    name = str(conninfo_to_dict(url)["dbname"])
    admin = cluster.url(str(conninfo_to_dict(cluster.admin_url)["user"]), name)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")
        yield connection


async def test_a_chain_that_nobody_touched_is_whole(world: World) -> None:
    await lengthened(world, 20)
    assert await verify(await world.owner()) is None


@pytest.mark.parametrize(
    ("tampered", "found_at"),
    [
        ("update audit_entry set outcome = 'done' where seq = 7", 7),
        ("update audit_entry set at = at + interval '1 microsecond' where seq = 7", 7),
        ("update audit_entry set labels_after = '{x}' where seq = 7", 7),
        ("update audit_entry set actor_id = null, hash = '\\x00' where seq = 7", 7),
        ("delete from audit_entry where seq = 7", 7),
        ("delete from audit_entry where seq = 1", 1),
        ("delete from audit_entry where seq = 12", 12),
        ("delete from audit_entry", 1),
        ("update audit_entry set seq = 100 where seq = 7; update audit_entry set seq = 7 where seq = 8;"
         "update audit_entry set seq = 8 where seq = 100", 7),
        ("insert into audit_entry select mailbox_id, 13, at, phase, begins, actor_kind, actor_id, surface, action,"
         " decision, reason, outcome, grant_id, grant_version, subject_kind, subject_id, provider_message,"
         " provider_thread, provider_draft, content_sha256, labels_before, labels_after, fence, request_id, prev_hash,"
         " hash from audit_entry where seq = 12", 13),
        ("update audit_head set seq = 11", 13),
    ],
)  # fmt: skip
async def test_whatever_is_changed_is_found(
    world: World, cluster: Cluster, database_url: str, tampered: str, found_at: int
) -> None:
    await lengthened(world, 11)
    async with tampering(world, cluster, database_url) as connection:
        connection.execute(tampered)  # type: ignore[call-overload]
    assert await verify(await world.owner()) == found_at


async def test_entries_written_at_once_stand_in_one_order(world: World) -> None:
    owner = await world.owner()
    messages = [await message_id(owner, subject) for subject in ("Terrace in March?", "Garden news", "Sunday lunch")]
    await asyncio.gather(*(label(owner, message, add=["A"]) for message in messages), archive(owner, messages[0]))
    entries = await log_of(owner)
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    begun = {entry.seq for entry in entries if entry.phase == "begin"}
    assert {entry.begins for entry in entries if entry.phase == "end"} == begun


async def test_each_mailbox_has_a_chain_of_its_own(world: World) -> None:
    await lengthened(world, 3)
    other = uuid4()
    async with world.resources.db.transaction(mailbox=other) as session:
        assert await audit.first_bad(session, other) is None
    assert [entry.seq for entry in await log_of(await world.owner())] == [1, 2, 3, 4]


async def test_the_owner_reads_her_log_in_parts_newest_first_and_by_person(world: World) -> None:
    await world.grant()
    await message_id(await world.assistant())
    await lengthened(world, MOST_ENTRIES + 5)
    owner = await world.owner()
    first = await read_log(owner)
    assert len(first.entries) == MOST_ENTRIES
    second = await read_log(owner, before=first.before)
    assert second.before is None
    seqs = [entry.seq for entry in (*first.entries, *second.entries)]
    assert seqs == sorted(seqs, reverse=True)
    assert seqs[-1] == 1
    bobs = await read_log(owner, Asked(actor_id=world.bob.id))
    assert [(entry.action, bobs.names[entry.actor_id or uuid4()]) for entry in bobs.entries] == [("list", "Bob Brun")]


async def test_an_assistant_reads_of_the_log_what_she_did_herself(world: World) -> None:
    await world.grant("label")
    owner, desk = await world.owner(), await world.assistant()
    message = await message_id(desk)
    await label(owner, message, add=["Alice was here"])
    await label(desk, message, add=["Bob was here"])
    seen = await read_log(desk)
    assert {entry.actor_id for entry in seen.entries} == {world.bob.id}
    assert {entry.action for entry in seen.entries} == {"list", "label", "own_log"}
    assert len(seen.entries) < len(await log_of(owner))
    assert say(seen.entries[0], seen.names, str) == "Bob Brun looked up their own acts in the log."
    assert (await read_log(desk, Asked(actor_id=world.alice.id))).entries == ()
    with pytest.raises(Denied):
        await verify(desk)


async def test_an_assistant_whose_access_is_paused_is_shown_nothing_not_even_that(world: World) -> None:
    given = await world.grant("label")
    owner, desk = await world.owner(), await world.assistant()
    await label(desk, await message_id(desk), add=["Bob was here"])
    await grants.pause(owner, given.id)
    with pytest.raises(Denied) as refused:
        await read_log(desk)
    assert refused.value.reason == "grant_paused"


@pytest.mark.parametrize("how", ["sender", "label"])
@pytest.mark.parametrize("looked", [False, True])
async def test_her_log_says_nothing_of_what_has_just_become_private(world: World, how: str, looked: bool) -> None:
    await world.grant()
    desk, owner = await world.assistant(), await world.owner()
    known = await message_id(desk)
    await label(desk, known, add=["Knee"])
    await (mark_sender(owner, CLIENT) if how == "sender" else mark_label(owner, "Knee"))
    if looked:
        await list_messages(desk, Listing(folder=None))
    entries = (await read_log(desk)).entries
    assert not [entry for entry in entries if "Knee" in (*entry.labels_after, *entry.labels_before)]
    assert not [entry for entry in entries if entry.subject_id == known]
    assert [entry for entry in await log_of(owner) if entry.subject_id == known]


async def test_what_another_rule_leaves_public_is_back_in_her_log_once_it_was_judged_anew(world: World) -> None:
    await world.grant()
    desk = await world.assistant()
    known = await message_id(desk)
    await label(desk, known, add=["Knee"])
    await mark_sender(await world.owner(), MOTHER)
    assert not (await read_log(desk, Asked(message_id=known))).entries
    await list_messages(desk, Listing(folder=None))
    assert {entry.action for entry in (await read_log(desk, Asked(message_id=known))).entries} == {"label"}


async def test_what_is_private_is_not_in_an_assistants_log_not_even_as_a_refusal(world: World) -> None:
    await world.grant("label", "mail.read")
    owner, desk = await world.owner(), await world.assistant()
    message = await message_id(desk, "Sunday lunch")
    await label(desk, message, add=["Family"])
    before = {entry.seq for entry in (await read_log(desk, Asked(message_id=message))).entries}
    assert len(before) == 2
    await mark_sender(owner, MOTHER)
    with pytest.raises(NotFound):
        await label(desk, message, add=["Again"])
    assert (await read_log(desk, Asked(message_id=message))).entries == ()
    assert not [entry for entry in (await read_log(desk)).entries if entry.reason == "private"]
    denied = [entry for entry in await log_of(owner) if entry.decision == "deny"]
    assert [(entry.action, entry.reason) for entry in denied] == [("label", "private")]
    (rule,) = await marked_senders(owner)
    await unmark_sender(owner, rule.id)
    await message_id(desk, "Sunday lunch")  # is there again, and what was refused meanwhile is still not told
    seen = (await read_log(desk, Asked(message_id=message))).entries
    assert {entry.seq for entry in seen} == before


async def test_an_act_that_was_broken_off_is_told_as_such(world: World) -> None:
    """The browser goes away in the middle: the act was begun, so the log says that its end is not known."""
    owner = await world.owner()
    message = await message_id(owner)
    reached = asyncio.Event()

    async def hang(*_given: object, **_more: object) -> None:
        reached.set()
        await asyncio.Event().wait()

    owner.provider.relabel = hang  # type: ignore[method-assign,assignment]
    task = asyncio.create_task(label(owner, message, add=["A"]))
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    entries = await log_of(owner)
    assert (entries[-1].phase, entries[-1].outcome) == ("end", "crashed")


def an_entry(**fields: object) -> AuditEntry:
    usual = {"decision": "allow", "reason": "", "outcome": "", "phase": "whole", "surface": "", "action": "a"}
    fixed = {"mailbox_id": MAILBOX, "seq": 1, "at": NOW, "prev_hash": bytes(32), "hash": b"", "actor_kind": "owner"}
    return AuditEntry(**(usual | fixed | fields))


MAILBOX, NOW = uuid4(), clock.now()
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=12)


@given(
    st.dictionaries(
        st.sampled_from(["reason", "outcome", "surface", "provider_message", "provider_thread", "request_id"]), texts
    ),
    st.dictionaries(
        st.sampled_from(["reason", "outcome", "surface", "provider_message", "provider_thread", "request_id"]), texts
    ),
)
def test_two_entries_have_one_digest_only_if_they_say_the_same(one: dict[str, str], other: dict[str, str]) -> None:
    assert (audit.digest(an_entry(**one)) == audit.digest(an_entry(**other))) == (one == other)


def test_a_digest_sees_the_microsecond_and_not_the_zone() -> None:
    moment = an_entry()
    assert audit.digest(moment) == audit.digest(an_entry(at=NOW.astimezone(tz=None)))
    assert audit.digest(moment) != audit.digest(an_entry(at=NOW + timedelta(microseconds=1)))


def test_the_digest_is_over_what_an_entry_says_and_over_nothing_else() -> None:
    """Written out, because it must never change: a column of a later version that says nothing changes no digest."""
    said = {"mailbox_id": str(MAILBOX), "seq": 1, "at": NOW.timestamp(), "prev_hash": "00" * 32, "actor_kind": "owner"}
    said |= {"decision": "allow", "phase": "whole", "action": "a", "labels_after": ["x"], "content_sha256": "0102"}
    entry = an_entry(labels_after=["x"], content_sha256=b"\1\2")
    assert audit.digest(entry) == hashlib.sha256(json.dumps(said, sort_keys=True).encode()).digest()
