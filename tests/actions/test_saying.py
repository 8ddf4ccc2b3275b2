"""The log as sentences: each act told as what it was, to a person who was not there."""

from __future__ import annotations

from uuid import uuid4

import pytest

from app import clock
from app.access.acts import ACTS, Act
from app.access.happenings import Happening
from app.access.reasons import HELD, REASONS
from app.actions import grants, move
from app.actions.decline import decline
from app.actions.label import label
from app.actions.log import read_log
from app.actions.log_kinds import KINDS, NAMED, OTHER
from app.actions.saying import changed_labels, say, together
from app.actions.sayings import SAYINGS
from app.errors import Denied
from app.models.audit import AuditEntry
from app.sandbox.faults import Kind
from tests.actions.situations import (
    World,
    client_writes,
    fails,
    its_hour_comes,
    lease_is_over,
    log_of,
    message_id,
)

ANN = uuid4()


def entry(**fields: object) -> AuditEntry:
    usual = {
        "decision": "allow",
        "reason": "",
        "outcome": "",
        "phase": "whole",
        "surface": "",
        "actor_kind": "assistant",
    }
    fixed = {"mailbox_id": uuid4(), "seq": 1, "at": clock.now(), "prev_hash": b"", "hash": b"", "actor_id": ANN}
    return AuditEntry(**(usual | fixed | fields))


def told(**fields: object) -> str:
    return say(entry(**fields), {ANN: "Ann"}, str)


@pytest.mark.parametrize("act", list(Act))
def test_every_act_has_a_sentence_of_its_own(act: Act) -> None:
    done, wanted = told(action=act.value, outcome="done"), told(action=act.value, decision="deny", reason="no_grant")
    assert "did something" not in done + wanted
    assert done != wanted
    assert done.endswith(".")
    assert "{" not in done + wanted


def test_nobody_has_sentences_for_what_does_not_exist() -> None:
    by_itself = {"connect", "connection_lost", "expire", "restored"}
    assert {key.partition(" ")[0] for key in SAYINGS} <= {act.value for act in Act} | by_itself


@pytest.mark.parametrize("reason", REASONS)
def test_a_refusal_gives_its_reason(reason: str) -> None:
    sentence = told(action="label", decision="deny", reason=reason)
    assert sentence.startswith("Ann wanted to change the labels of a message. Refused. ")
    assert sentence.endswith(REASONS[reason])


@pytest.mark.parametrize("reason", HELD)
def test_what_was_held_is_told_with_its_reason(reason: str) -> None:
    sentence = told(action="recover", actor_kind="system", actor_id=None, reason=reason, outcome="held")
    assert sentence == f"Deskhand found out how a reply had ended. {HELD[reason]}"


def test_an_end_nobody_foresaw_is_still_a_sentence() -> None:
    assert told(action="trash", phase="end", outcome="unheard_of").endswith("It did not work.")
    assert told(action="from_a_later_version", outcome="done") == "Ann did something here (from_a_later_version)."
    assert told(action="label", phase="begin").endswith("It was allowed.")
    assert told(action="send", decision="ask", reason="approval_needed").endswith("It waits for the owner's approval.")


def test_somebody_without_a_name_is_told_by_her_part() -> None:
    for kind, who in (("owner", "The owner"), ("assistant", "An assistant"), ("system", "Deskhand")):
        assert say(entry(action="archive", outcome="done", actor_kind=kind), {}, str) == f"{who} archived a message."


def test_labels_are_told_by_what_changed() -> None:
    assert changed_labels(entry(action="label", labels_before=["A", "B"], labels_after=["B", "C"])) == "+C −A"


def test_hostile_names_stay_names() -> None:
    assert say(entry(action="trash", outcome="done"), {ANN: "{labels}{0.__class__}"}, str) == (
        "{labels}{0.__class__} put a message into the trash."
    )


async def sentences(world: World, count: int) -> list[str]:
    owner = await world.owner()
    page = await read_log(owner)
    return [say(each, page.names, str) for each in together(page.entries)][count - 1 :: -1]


async def test_V4_a_whole_story_is_read_in_order(world: World) -> None:
    given = await world.grant("label", "schedule")
    ready = await world.ready()
    message = await message_id(ready.desk)
    await label(ready.desk, message, add=["Clients"])
    with pytest.raises(Denied):
        await move.trash(ready.desk, message)
    await decline(ready.owner, ready.seen.row.id)
    await grants.pause(ready.owner, given.id)
    await grants.resume(ready.owner, given.id)
    await grants.narrow(ready.owner, given.id, scopes=["label"], until=given.expires_at)
    await grants.revoke(ready.owner, given.id)
    assert await sentences(world, 7) == [
        "Bob Brun changed the labels of a message: +Clients.",
        "Bob Brun wanted to put a message into the trash. Refused. "
        "Your access does not cover this. The owner can add it.",
        "Alice Amsel declined a draft.",
        "Alice Amsel paused an access.",
        "Alice Amsel resumed an access.",
        "Alice Amsel narrowed an access.",
        "Alice Amsel ended an access.",
    ]
    assert len(together(await log_of(ready.owner))) < len(await log_of(ready.owner))


async def test_how_letters_ended_is_told(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    fails(world.sandbox, Kind.AFTER_EFFECT)
    await ready.deliver()
    lease_is_over()
    await ready.deliver()
    second = await world.ready()
    client_writes(world.sandbox)
    its_hour_comes()
    await second.deliver()
    story = await sentences(world, 20)
    assert [line for line in story if "reply" in line and "hour" not in line and "draft of" not in line] == [
        "The reply of Bob Brun was about to leave. The mail provider did not answer, so it was looked into afterwards.",
        "Deskhand found out how a reply had ended.",
        f"Deskhand found out how a reply had ended. {HELD['thread_moved']}",
    ]
    assert ACTS[Act.RECOVER].looks


def test_an_entry_names_the_one_it_undid_unless_it_did_not_work() -> None:
    usual: dict[str, object] = {"action": "unarchive", "phase": "end", "undoes": 12}
    assert told(**usual, outcome="done").endswith("This undid entry 12.")
    assert "12" not in told(**usual, outcome="conflict")
    assert "12" not in told(**usual | {"phase": "begin"})


def test_what_was_refused_again_is_told_with_how_often() -> None:
    said = told(action="trash", decision="deny", reason="scope_missing", times=9_999)
    assert said == (
        "Ann wanted to put a message into the trash. Refused. Your access does not cover this. The owner can add it. "
        "Refused again within the same minute: 9999 ×."
    )


def test_every_act_is_of_one_kind() -> None:
    listed = [action for kind in KINDS.values() for action in kind.actions]
    assert len(listed) == len(set(listed)) == len(NAMED)
    assert {*Act, *Happening} - set(listed) == {Act.EXPORT, Act.EXPORT_LOG, Act.ERASE}
    assert not KINDS[OTHER].actions


def test_whoever_looks_for_who_may_do_what_finds_a_stop_a_key_and_a_lost_connection() -> None:
    assert {Act.STOP, Act.MAKE_KEY, Act.NAME_MEMBER, Happening.CONNECTION_LOST} < KINDS["access"].actions


def test_every_saying_is_of_an_act_or_of_what_happens() -> None:
    assert {said.partition(" ")[0] for said in SAYINGS} <= {*Act, *Happening}
