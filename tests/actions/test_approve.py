"""The owner's yes: to exactly one text, recipient and hour, under the grant as it is, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import col, select

from app import clock
from app.actions import approve, grants, schedule
from app.actions.audit import MINUTE
from app.actions.decline import decline
from app.actions.discard import discard_draft
from app.actions.draft import edit_draft, see_draft
from app.actions.schedule import schedule_now
from app.actions.send import deliver
from app.errors import Conflict, Denied, MessageGone, NotFound
from app.models.draft import Approval, SendState
from app.models.grant import NeedsApproval
from app.models.person import Person
from tests.actions.outlook import outlook_world
from tests.actions.situations import (
    Ready,
    World,
    approved,
    client_writes,
    delete_by_hand,
    edit_by_hand,
    in_an_hour,
    its_hour_comes,
    last,
    lease_is_over,
    log_of,
    sends,
    written,
)
from tests.people import desk_of, make_grant


async def approvals(world: World) -> list[Approval]:
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        rows = await session.execute(select(Approval).order_by(col(Approval.approved_at)))
        return list(rows.scalars())


async def test_a_yes_names_the_text_the_hour_and_the_grant(world: World) -> None:
    given = await world.grant()
    ready = await world.ready()
    (yes,) = await approvals(world)
    assert yes.content_sha256 == ready.seen.sha256
    assert yes.due_at == ready.send.due_at
    assert (yes.grant_version, yes.approved_by, yes.ended_at) == (given.version, world.alice.id, None)
    assert await last(ready.owner) == [("begin", "approve", "allow", ""), ("end", "approve", "allow", "done")]


async def test_nobody_says_yes_to_her_own_words(world: World) -> None:
    """However wide the grant: approving is the owner's, and the attempt stands in her log."""
    await world.grant("reply.free", "schedule", "label")
    desk = await world.assistant()
    seen = await written(desk)
    for attempt in (
        approve.approve(desk, seen.row.id, sha256=seen.sha256),
        decline(desk, seen.row.id),
        approve.waiting_for_approval(desk),
    ):
        with pytest.raises(Denied) as refused:
            await attempt
        assert refused.value.reason == "owner_only"
    assert await approvals(world) == []
    # The second of a kind within a minute is counted.
    assert await last(await world.owner()) == [
        ("whole", "approve", "deny", "owner_only"),
        ("whole", "owner_page", "deny", "owner_only"),
    ]
    clock.move(MINUTE)
    (again,) = [entry for entry in await log_of(await world.owner()) if entry.times]
    assert (again.action, again.reason, again.times) == ("approve", "owner_only", 1)


async def test_another_assistant_does_not_even_learn_of_the_draft(world: World, charlie: Person) -> None:
    await world.grant()
    await make_grant(world.resources, world.mailbox, charlie)
    seen = await written(await world.assistant())
    charlies = await desk_of(world.resources, charlie, world.mailbox)
    with pytest.raises(NotFound):
        await approve.approve(charlies, seen.row.id, sha256=seen.sha256)


async def test_a_yes_to_what_the_mailbox_does_not_hold_any_more_is_refused(world: World) -> None:
    await world.grant()
    owner, seen = await world.owner(), await written(await world.assistant())
    edit_by_hand(world.sandbox, seen, b"in March", b"in April")
    with pytest.raises(Conflict, match="Read it again"):
        await approve.approve(owner, seen.row.id, sha256=seen.sha256)
    with pytest.raises(Conflict):
        await approve.approve(owner, seen.row.id, sha256=bytes(32))
    assert await approvals(world) == []


async def test_her_own_drafts_and_what_is_gone_need_no_yes(world: World) -> None:
    await world.grant()
    owner, desk = await world.owner(), await world.assistant()
    hers, his = await written(owner), await written(desk)
    with pytest.raises(Conflict):
        await approve.approve(owner, hers.row.id, sha256=hers.sha256)
    await discard_draft(desk, his.row.id)
    with pytest.raises(Conflict):
        await approve.approve(owner, his.row.id, sha256=his.sha256)
    assert await approve.waiting_for_approval(owner) == []


async def test_the_owner_sees_what_waits_for_her_with_its_hour(world: World) -> None:
    await world.grant()
    owner, desk = await world.owner(), await world.assistant()
    first, second = await written(desk), await written(desk, "And one more thing.")
    planned = await in_an_hour(desk, second)
    waiting = await approve.waiting_for_approval(owner)
    assert [(row.id, send.id if send else None) for row, send in waiting] == [
        (first.row.id, None),
        (second.row.id, planned.id),
    ]
    await approved(owner, second)
    assert [row.id for row, _ in await approve.waiting_for_approval(owner)] == [first.row.id]


async def test_no_yes_brings_back_what_an_ended_access_left(world: World) -> None:
    given = await world.grant()
    owner, seen = await world.owner(), await written(await world.assistant())
    await grants.revoke(owner, given.id)
    assert await approve.waiting_for_approval(owner) == []
    with pytest.raises(Conflict, match="has ended"):
        await approve.approve(owner, seen.row.id, sha256=seen.sha256)
    assert await approvals(world) == []


async def test_no_means_no_and_the_draft_stays(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    await decline(ready.owner, ready.seen.row.id)
    stopped = await ready.now()
    assert (stopped.state, stopped.reason) == (SendState.CANCELLED, "declined")
    its_hour_comes()
    await ready.deliver()
    assert sends(world.sandbox) == 0
    assert world.sandbox.mailbox("alice@practice.example").drafts
    (yes,) = await approvals(world)
    assert yes.ended_by == "declined"
    assert (await last(ready.owner, 1)) == [("end", "approve", "allow", "done")]


async def test_it_is_too_late_to_decline_what_is_on_its_way(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        row = await session.merge(await ready.now())
        row.state = SendState.INTENT
    with pytest.raises(Conflict, match="too late"):
        await decline(ready.owner, ready.seen.row.id)
    (yes,) = await approvals(world)
    assert yes.ended_at is None


async def held_at_its_hour(world: World, reason: str) -> Ready:
    ready = await world.ready(yes=reason != "approval_missing")
    if reason == "draft_edited":
        edit_by_hand(world.sandbox, ready.seen, b"in March", b"in April")
    elif reason == "thread_moved":
        client_writes(world.sandbox)
    its_hour_comes()
    held = await ready.deliver()
    assert (held.state, held.reason) == (SendState.HELD, reason)
    assert sends(world.sandbox) == 0
    return ready


@pytest.mark.parametrize("reason", ["approval_missing", "draft_edited", "thread_moved"])
async def test_what_was_held_for_want_of_a_decision_leaves_once_she_has_decided(world: World, reason: str) -> None:
    await world.grant()
    ready = await held_at_its_hour(world, reason)
    await approved(ready.owner, ready.seen)
    assert (await ready.now()).state is SendState.PREPARED
    assert (await ready.deliver()).state is SendState.SENT
    assert sends(world.sandbox) == 1


@pytest.mark.parametrize("reason", ["draft_edited", "thread_moved"])
async def test_a_message_that_comes_after_her_decision_holds_it_again(world: World, reason: str) -> None:
    await world.grant()
    ready = await held_at_its_hour(world, reason)
    await approved(ready.owner, ready.seen)
    client_writes(world.sandbox, "One more thing.")
    held = await ready.deliver()
    assert (held.state, held.reason) == (SendState.HELD, "thread_moved")
    assert sends(world.sandbox) == 0


async def test_the_assistant_told_that_the_conversation_moved_may_set_the_hour_again(world: World) -> None:
    await world.grant("reply.free", "schedule", needs_approval=NeedsApproval.NEVER)
    ready = await world.ready(yes=False)
    client_writes(world.sandbox)
    its_hour_comes()
    assert (await ready.deliver()).reason == "thread_moved"
    again = await in_an_hour(ready.desk, ready.seen)
    clock.move(timedelta(hours=1))
    sent = await schedule.send_of(ready.owner, again.id)
    assert sent.state is SendState.PREPARED
    from_then = await deliver(world.resources, world.mailbox.id, again.id)
    assert from_then.state is SendState.SENT


async def test_a_yes_is_used_once(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    assert (await ready.deliver()).state is SendState.SENT
    (yes,) = await approvals(world)
    assert yes.ended_by == ready.send.used_mark
    again = await written(ready.desk)
    planned = await in_an_hour(ready.desk, again)
    its_hour_comes()
    held = await deliver(world.resources, world.mailbox.id, planned.id)
    assert (held.state, held.reason) == (SendState.HELD, "approval_missing")
    assert sends(world.sandbox) == 1


@pytest.mark.parametrize("change", ["edit", "hour", "pause", "narrow", "new grant"])
async def test_a_yes_holds_for_nothing_else_than_what_it_was_given_for(world: World, change: str) -> None:
    given = await world.grant()
    ready = await world.ready()
    due = ready.send
    if change == "edit":
        await edit_draft(ready.desk, ready.seen.row.id, "Other words.")
    elif change == "hour":
        due = await in_an_hour(ready.desk, ready.seen, hours=1.001)
    elif change == "pause":
        await grants.pause(ready.owner, given.id)
        await grants.resume(ready.owner, given.id)
    elif change == "narrow":
        await grants.narrow(ready.owner, given.id, scopes=["schedule"], until=given.expires_at)
    else:
        await world.grant()
    its_hour_comes()
    lease_is_over()
    held = await deliver(world.resources, world.mailbox.id, due.id)
    wanted = {"edit": "approval_missing", "hour": "approval_missing", "pause": "grant_paused"}.get(change, "grant_gone")
    assert (held.state, held.reason) == (SendState.HELD, wanted)
    assert sends(world.sandbox) == 0
    assert [yes for yes in await approvals(world) if yes.ended_at is None] == []


async def test_what_was_given_during_a_pause_does_not_hold_after_it(world: World) -> None:
    given = await world.grant()
    owner, desk = await world.owner(), await world.assistant()
    seen = await written(desk)
    await grants.pause(owner, given.id)
    await approved(owner, seen)
    await grants.resume(owner, given.id)
    assert [row.id for row, _ in await approve.waiting_for_approval(owner)] == [seen.row.id]


async def test_a_no_to_what_has_left_is_told_to_be_too_late(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    assert (await world.deliver(ready.send)).state is SendState.SENT
    with pytest.raises(Conflict, match="too late"):
        await decline(ready.owner, ready.seen.row.id)
    assert sends(world.sandbox) == 1


@pytest.mark.parametrize("way", ["google", "microsoft"])
async def test_whoever_comes_to_what_has_left_is_told_so(world: World, way: str) -> None:
    if way == "microsoft":
        world = await outlook_world(world.resources, world.sandbox, world.alice, world.bob)
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    assert (await world.deliver(ready.send)).state is SendState.SENT
    about, left = ready.seen.row.id, pytest.raises(Conflict, match="has left already")
    with left:  # she presses the button again whose answer she never got
        await approve.approve(ready.owner, about, sha256=ready.seen.sha256)
    with left:
        await see_draft(ready.owner, about)
    assistant = await world.assistant()
    for again in (edit_draft(assistant, about, "No."), schedule_now(assistant, about)):
        with left:
            await again
    assert sends(world.sandbox) == 1


async def test_a_draft_thrown_away_in_the_mailbox_has_not_left(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    delete_by_hand(world.sandbox, ready.seen)
    with pytest.raises(MessageGone):
        await see_draft(ready.owner, ready.seen.row.id)
