"""Sending: once, at its hour, exactly what was decided about; whatever is doubtful waits for a person."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from app import clock
from app.access.reasons import HELD
from app.actions import audit, grants, recording, schedule
from app.actions.decline import decline
from app.actions.discard import discard_draft
from app.actions.draft import edit_draft
from app.actions.errand import errand_of
from app.actions.patience import later
from app.actions.private import mark_sender
from app.actions.send import deliver
from app.actions.settling import COPY_SHOWS_UP, LEASE, settle
from app.errors import Conflict, DatabaseTrouble, NotFound, ProviderBusy
from app.models.draft import DraftState, SendState
from app.models.grant import NeedsApproval
from tests.actions.situations import (
    World,
    after_the_look,
    client_writes,
    delete_by_hand,
    edit_by_hand,
    effects,
    fails,
    in_an_hour,
    its_hour_comes,
    last,
    lease_is_over,
    log_of,
    sends,
    written,
)
from tests.people import ALICE, CLIENT


async def test_H3_H14_an_approved_reply_leaves_at_its_hour_and_only_once(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    assert (await ready.deliver()).state is SendState.PREPARED
    clock.move(timedelta(minutes=59))
    assert (await ready.deliver()).state is SendState.PREPARED
    assert sends(world.sandbox) == 0
    clock.move(timedelta(minutes=1))
    sent = await ready.deliver()
    assert (sent.state, sent.reason) == (SendState.SENT, "")
    for _ in range(3):
        lease_is_over()
        assert (await ready.deliver()).state is SendState.SENT
    (letter,) = world.sandbox.left
    assert letter.recipients == (CLIENT,)
    assert letter.message == sent.sent_id
    assert b"yes, in March." in world.sandbox.mailbox(ALICE[0]).raw(
        world.sandbox.mailbox(ALICE[0]).messages[letter.message]
    )
    assert await last(ready.owner) == [("begin", "send", "allow", ""), ("end", "send", "allow", "done")]
    assert world.sandbox.mailbox(ALICE[0]).drafts == {}


async def test_V50_the_letter_leaves_from_the_owners_address_in_her_conversation(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    await ready.deliver()
    box = world.sandbox.mailbox(ALICE[0])
    (effect,) = effects(world.sandbox, "send")
    sent = box.messages[effect.message]
    assert ALICE[0] in sent.sender
    assert [each.subject for each in box.thread(effect.thread)] == ["Terrace in March?", "Re: Terrace in March?"]
    begin, end = (await log_of(ready.owner))[-2:]
    assert (begin.actor_kind, begin.actor_id) == ("assistant", world.bob.id)
    assert (end.provider_sent, end.fence) == (effect.message, 1)
    assert begin.content_sha256 == ready.seen.sha256


async def test_C4_without_the_owners_yes_nothing_leaves(world: World) -> None:
    await world.grant()
    ready = await world.ready(yes=False)
    its_hour_comes()
    held = await ready.deliver()
    assert (held.state, held.reason) == (SendState.HELD, "approval_missing")
    assert sends(world.sandbox) == 0
    assert await last(ready.owner, 1) == [("whole", "send", "ask", "approval_needed")]


async def test_who_may_send_her_own_words_sends_them(world: World) -> None:
    await world.grant("reply.free", "schedule", needs_approval=NeedsApproval.NEVER)
    ready = await world.ready(yes=False)
    its_hour_comes()
    assert (await ready.deliver()).state is SendState.SENT


async def test_the_owner_sends_in_person_without_anybodys_yes(world: World) -> None:
    owner = await world.owner()
    seen = await written(owner, "Yes, in March. Alice")
    now = await schedule.schedule_now(owner, seen.row.id)
    assert (await deliver(world.resources, world.mailbox.id, now.id)).state is SendState.SENT
    assert sends(world.sandbox) == 1


async def test_an_unknown_row_and_one_of_another_mailbox_are_not_there(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    for mailbox_id, send_id in ((world.mailbox.id, uuid4()), (uuid4(), ready.send.id)):
        with pytest.raises(NotFound):
            await deliver(world.resources, mailbox_id, send_id)
    assert sends(world.sandbox) == 0


@pytest.mark.parametrize("how", ["revoked", "paused", "narrowed", "replaced"])
async def test_V4_what_was_scheduled_does_not_leave_once_the_grant_has_changed(world: World, how: str) -> None:
    given = await world.grant()
    ready = await world.ready()
    if how == "revoked":
        assert (await grants.revoke(ready.owner, given.id)).done
    elif how == "paused":
        assert (await grants.pause(ready.owner, given.id)).done
    elif how == "narrowed":
        await grants.narrow(ready.owner, given.id, scopes=["mail.read"], until=given.expires_at)
    else:
        await world.grant()
    held = await ready.now()
    assert (held.state, held.reason) == (SendState.HELD, "grant_paused" if how == "paused" else "grant_gone")
    its_hour_comes()
    assert (await ready.deliver()).state is SendState.HELD
    assert sends(world.sandbox) == 0


async def test_V4_a_grant_that_has_reached_its_end_sends_nothing_more(world: World) -> None:
    await world.grant(until=clock.now() + timedelta(minutes=30))
    ready = await world.ready()
    its_hour_comes()
    held = await ready.deliver()
    assert (held.state, held.reason) == (SendState.HELD, "grant_expired")
    assert sends(world.sandbox) == 0
    assert await last(ready.owner, 1) == [("whole", "send", "deny", "grant_expired")]


async def test_what_has_become_private_does_not_leave(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    await mark_sender(ready.owner, CLIENT)
    its_hour_comes()
    held = await ready.deliver()
    assert (held.state, held.reason) == (SendState.HELD, "private")
    assert sends(world.sandbox) == 0


async def test_a_draft_the_owner_edited_by_hand_waits_for_her(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    edit_by_hand(world.sandbox, ready.seen, b"in March", b"in April")
    its_hour_comes()
    held = await ready.deliver()
    assert (held.state, held.reason) == (SendState.HELD, "draft_edited")
    assert sends(world.sandbox) == 0
    newest = (await log_of(ready.owner))[-1]
    assert (newest.actor_kind, newest.action, newest.outcome) == ("system", "recover", "held")
    assert newest.reason == "draft_edited"
    assert newest.subject_id == ready.send.id


@pytest.mark.parametrize("person", [True, False], ids=["assistant", "owner"])
async def test_H3_a_new_message_in_the_conversation_holds_the_reply(world: World, person: bool) -> None:
    await world.grant()
    owner, desk = await world.owner(), await world.assistant()
    seen = await written(desk if person else owner)
    planned = await in_an_hour(desk if person else owner, seen)
    client_writes(world.sandbox)
    its_hour_comes()
    held = await deliver(world.resources, world.mailbox.id, planned.id)
    assert (held.state, held.reason) == (SendState.HELD, "thread_moved")
    assert sends(world.sandbox) == 0


async def test_a_message_dated_long_ago_is_news_too_if_it_came_since(world: World) -> None:
    """The provider's clock is not ours: what counts is what stood in the conversation, not when it says it came."""
    await world.grant()
    ready = await world.ready()
    client_writes(world.sandbox)
    box = world.sandbox.mailbox(ALICE[0])
    newest = max(box.messages.values(), key=lambda each: each.id)
    newest.date -= 3_600_000
    its_hour_comes()
    assert (await ready.deliver()).reason == "thread_moved"


async def test_a_draft_thrown_away_by_hand_is_no_letter_that_left(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    delete_by_hand(world.sandbox, ready.seen)
    its_hour_comes()
    lost = await ready.deliver()
    assert (lost.state, lost.reason) == (SendState.NEEDS_HUMAN, "draft_gone")
    assert sends(world.sandbox) == 0
    assert await last(ready.owner, 1) == [("whole", "recover", "allow", "needs_human")]


async def test_a_draft_the_owner_sent_by_hand_is_known_as_sent(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    async with ready.owner.resources.db.transaction(mailbox=world.mailbox.id):
        await ready.owner.provider.send_draft(ready.seen.draft.id)  # as her own mail program does
    its_hour_comes()
    sent = await ready.deliver()
    assert sent.state is SendState.SENT
    assert sends(world.sandbox) == 1


async def test_a_draft_made_unreadable_by_hand_waits_for_a_person(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(60))
    edit_by_hand(world.sandbox, ready.seen, b"Content-Type: text/plain", nested + b"Content-Type: text/plain")
    its_hour_comes()
    held = await ready.deliver()
    assert (held.state, held.reason) == (SendState.HELD, "draft_edited")


async def test_two_workers_on_one_row_send_one_letter(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    ended = await asyncio.gather(*(ready.deliver() for _ in range(6)))
    assert sends(world.sandbox) == 1
    assert (await ready.now()).state is SendState.SENT
    assert {send.state for send in ended} <= {SendState.SENT, SendState.INTENT}
    begun = [each for each in await log_of(ready.owner) if (each.phase, each.action) == ("begin", "send")]
    assert len(begun) == 1


@pytest.mark.parametrize("rival", ["cancel", "revoke", "edit", "discard", "decline"])
async def test_V4_whoever_is_first_wins_and_nothing_leaves_after_a_stop(world: World, rival: str) -> None:
    """A worker and a person at the same moment: either the letter left, or it was stopped; never both."""
    given = await world.grant()
    ready = await world.ready()
    its_hour_comes()
    stops = {
        "cancel": lambda: schedule.cancel(ready.desk, ready.send.id),
        "revoke": lambda: grants.revoke(ready.owner, given.id),
        "edit": lambda: edit_draft(ready.desk, ready.seen.row.id, "Not approved."),
        "discard": lambda: discard_draft(ready.desk, ready.seen.row.id),
        "decline": lambda: decline(ready.owner, ready.seen.row.id),
    }
    _, stopped = await asyncio.gather(ready.deliver(), stops[rival](), return_exceptions=True)
    lease_is_over()
    ended = await ready.deliver()
    left = sends(world.sandbox)
    assert left == (ended.state is SendState.SENT)
    if rival == "revoke":
        assert not (left and stopped.done and not stopped.in_flight and ended.state is not SendState.SENT)
    elif not isinstance(stopped, Exception):
        assert left == 0
    for letter in world.sandbox.left:
        raw = world.sandbox.mailbox(ALICE[0]).raw(world.sandbox.mailbox(ALICE[0]).messages[letter.message])
        assert b"Not approved." not in raw


async def test_a_worker_that_wakes_late_changes_nothing(world: World) -> None:
    """It wrote its intent, slept, and another one finished: its fence is old."""
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    fails(world.sandbox, "before")
    before = await ready.deliver()
    assert (before.state, before.fence) == (SendState.INTENT, 1)
    lease_is_over()
    done = await ready.deliver()
    assert (done.state, done.fence) == (SendState.SENT, 2)
    errand = await errand_of(world.resources, world.mailbox.id, ready.send.id)
    errand.send.state, errand.send.fence = SendState.INTENT, 0
    await settle(ready.desk, errand, SendState.HELD, "refused", fence=1)
    errand.send.state = SendState.PREPARED
    await later(ready.desk, errand, ProviderBusy(), fence=1)
    after = await ready.now()
    assert (after.state, after.fence, after.reason) == (SendState.SENT, 2, "")


async def test_a_row_on_its_way_is_left_alone_until_its_worker_has_been_silent_long_enough(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    fails(world.sandbox, "before")
    await ready.deliver()
    calls = len(world.sandbox.ledger.entries)
    clock.move(LEASE - timedelta(seconds=5))
    assert (await ready.deliver()).fence == 1
    assert len(world.sandbox.ledger.entries) == calls


async def test_a_letter_whose_answer_was_lost_and_whose_draft_is_gone_is_looked_for_and_then_asked_about(
    world: World,
) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    fails(world.sandbox, "before")
    assert (await ready.deliver()).state is SendState.INTENT
    delete_by_hand(world.sandbox, ready.seen)
    while clock.now() < (await ready.now()).intent_at + COPY_SHOWS_UP:
        assert (await ready.deliver()).state is SendState.INTENT
        lease_is_over()
    lost = await ready.deliver()
    assert (lost.state, lost.reason) == (SendState.NEEDS_HUMAN, "draft_gone")
    assert sends(world.sandbox) == 0


async def test_H5_a_reply_leaves_while_the_assistants_machine_is_off(world: World) -> None:
    """Only ids are left of what she did: no login, no desk, no token of hers is needed at the hour."""
    await world.grant()
    ready = await world.ready()
    mailbox_id, send_id = world.mailbox.id, ready.send.id
    world.resources.tokens.by_mailbox.clear()
    del ready
    clock.move(timedelta(hours=14))
    sent = await deliver(world.resources, mailbox_id, send_id)
    assert sent.state is SendState.SENT
    assert sends(world.sandbox) == 1


async def test_a_draft_that_changes_in_the_moment_of_sending_does_not_leave(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The assistant's edit comes between the worker's look and its decision: the yes was for other words."""
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    after_the_look(monkeypatch, lambda: edit_draft(ready.desk, ready.seen.row.id, "Not approved."))
    await ready.deliver()
    assert sends(world.sandbox) == 0
    monkeypatch.undo()
    assert (await ready.deliver()).state is SendState.HELD
    assert sends(world.sandbox) == 0


def looks(world: World, since: int) -> int:
    """Return how often the conversation was asked for."""
    return sum("/threads/" in entry.path for entry in world.sandbox.ledger.entries[since:])


@pytest.mark.parametrize(("seconds", "asked"), [(0, 1), (5, 1), (6, 2), (-1, 2)])
async def test_the_conversation_is_judged_as_it_was_seen_only_if_that_was_a_moment_ago(
    world: World, seconds: int, asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that sleeps between its look and its decision, or whose clock is set back, looks again."""
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    began = len(world.sandbox.ledger.entries)
    # What the clock does by itself meanwhile is left out.
    stopped = clock.now()
    monkeypatch.setattr(clock, "now", lambda: stopped)
    awake = stopped + timedelta(seconds=seconds)
    after_the_look(monkeypatch, lambda: monkeypatch.setattr(clock, "now", lambda: awake))
    assert (await ready.deliver()).state is SendState.SENT
    assert looks(world, began) == asked


async def test_what_became_private_while_a_worker_slept_does_not_leave(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    after_the_look(monkeypatch, lambda: mark_sender(ready.owner, CLIENT))
    await ready.deliver()
    assert sends(world.sandbox) == 0
    assert (await ready.now()).state is SendState.HELD


async def test_a_letter_of_which_the_log_cannot_say_that_it_left_is_looked_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How it ended and that it is sent are one transaction: neither is said without the other."""
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    append = audit.append

    async def full(session, mailbox_id, **entry):  # type: ignore[no-untyped-def]
        if entry["phase"] == "end":
            raise DatabaseTrouble
        return await append(session, mailbox_id, **entry)

    monkeypatch.setattr(recording.audit, "append", full)
    with pytest.raises(DatabaseTrouble):
        await ready.deliver()
    monkeypatch.undo()
    assert sends(world.sandbox) == 1
    assert (await ready.now()).state is SendState.INTENT
    lease_is_over()
    assert (await ready.deliver()).state is SendState.SENT
    assert sends(world.sandbox) == 1
    assert await last(ready.owner) == [("begin", "send", "allow", ""), ("whole", "recover", "allow", "done")]


async def test_whatever_holds_a_send_has_a_sentence(world: World) -> None:
    assert all(sentence.endswith(".") for sentence in HELD.values())
    assert {"approval_missing", "draft_edited", "draft_gone", "thread_moved", "private", "grant_gone"} <= set(HELD)


async def test_a_draft_sent_or_thrown_away_is_not_sent_again_by_an_old_row(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        row = await session.merge(ready.seen.row)
        row.close(DraftState.GONE)
    its_hour_comes()
    assert (await ready.deliver()).state is SendState.PREPARED
    assert sends(world.sandbox) == 0
    with pytest.raises(Conflict):
        await in_an_hour(ready.desk, ready.seen)
