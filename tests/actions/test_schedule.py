"""The hour at which a reply leaves: set, changed, taken back, and told to whom it concerns."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from app import clock
from app.actions import schedule
from app.actions.approve import waiting_for_approval
from app.actions.discard import discard_draft
from app.actions.draft import edit_draft, see_draft
from app.errors import BadRequest, Conflict, Denied, NotFound
from app.models.draft import SendState
from app.models.person import Person
from tests.actions.situations import (
    HOUR,
    World,
    approved,
    at,
    edit_by_hand,
    in_an_hour,
    its_hour_comes,
    last,
    lease_is_over,
    sends,
    written,
)
from tests.people import desk_of, make_grant


async def test_H3_a_reply_waits_for_its_hour_in_its_zone(world: World) -> None:
    await world.grant()
    desk = await world.assistant()
    seen = await written(desk)
    nine = at(f"{clock.now() + timedelta(days=2):%Y-%m-%d}T09:00")
    planned = await schedule.schedule(desk, seen.row.id, wall_time=nine, zone="America/Santiago")
    assert planned.due_at == nine.replace(tzinfo=UTC) + timedelta(hours=3)
    assert (planned.wall_time, planned.zone, planned.state) == (nine, "America/Santiago", SendState.PREPARED)
    assert [send.id for send in await schedule.scheduled(desk)] == [planned.id]
    assert await last(await world.owner()) == [("begin", "schedule", "allow", ""), ("end", "schedule", "allow", "done")]
    assert sends(world.sandbox) == 0


async def test_V1_who_may_draft_may_not_choose_the_hour(world: World) -> None:
    await world.grant("draft")
    desk = await world.assistant()
    seen = await written(desk)
    with pytest.raises(Denied) as refused:
        await in_an_hour(desk, seen)
    assert refused.value.reason == "scope_missing"
    assert await schedule.scheduled(await world.owner()) == []


@pytest.mark.parametrize(
    ("hours", "zone", "why"),
    [(-1, "UTC", "past"), (24 * 367, "UTC", "year"), (1, "Mars/Olympus", "time zone"), (1, "", "time zone")],
)
async def test_an_impossible_hour_is_refused_in_one_sentence(world: World, hours: int, zone: str, why: str) -> None:
    owner = await world.owner()
    seen = await written(owner)
    wall = (clock.now() + hours * HOUR).replace(tzinfo=None)
    with pytest.raises(BadRequest, match=why):
        await schedule.schedule(owner, seen.row.id, wall_time=wall, zone=zone)
    assert await schedule.scheduled(owner) == []


async def test_another_hour_replaces_the_first_and_the_yes_for_it_is_void(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    later = await in_an_hour(ready.desk, ready.seen, hours=2)
    first = await ready.now()
    assert (first.state, first.reason) == (SendState.CANCELLED, "rescheduled")
    assert [send.id for send in await schedule.scheduled(ready.owner)] == [later.id]
    assert [row.id for row, _ in await waiting_for_approval(ready.owner)] == [ready.seen.row.id]
    its_hour_comes()
    assert (await ready.deliver()).state is SendState.CANCELLED
    assert sends(world.sandbox) == 0


async def test_a_yes_that_left_the_hour_open_covers_any_hour(world: World) -> None:
    await world.grant()
    desk, owner = await world.assistant(), await world.owner()
    seen = await written(desk)
    await approved(owner, seen)
    await in_an_hour(desk, seen)
    await in_an_hour(desk, seen, hours=3)
    assert await waiting_for_approval(owner) == []


async def test_what_was_scheduled_is_taken_back_and_the_draft_stays(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    taken_back = await schedule.cancel(ready.desk, ready.send.id)
    assert (taken_back.state, taken_back.reason) == (SendState.CANCELLED, "cancelled")
    assert taken_back.ended_at is not None
    its_hour_comes()
    await ready.deliver()
    assert sends(world.sandbox) == 0
    assert (await see_draft(ready.desk, ready.seen.row.id)).draft.text
    assert [send.id for send in await schedule.scheduled(ready.desk, ended=True)] == [ready.send.id]
    with pytest.raises(Conflict):
        await schedule.cancel(ready.desk, ready.send.id)


async def test_the_owner_takes_back_whatever_was_scheduled(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    assert (await schedule.cancel(ready.owner, ready.send.id)).state is SendState.CANCELLED


async def test_an_assistant_sees_and_stops_her_own_hours_alone(world: World, charlie: Person) -> None:
    await world.grant()
    await make_grant(world.resources, world.mailbox, charlie)
    ready = await world.ready()
    charlies = await desk_of(world.resources, charlie, world.mailbox)
    assert await schedule.scheduled(charlies) == []
    for attempt in (schedule.send_of(charlies, ready.send.id), schedule.cancel(charlies, ready.send.id)):
        with pytest.raises(NotFound):
            await attempt
    assert (await ready.now()).state is SendState.PREPARED


async def test_what_the_owner_has_scheduled_in_person_no_assistant_moves_or_stops(world: World) -> None:
    """She has taken this draft over: its words may still be proposed anew, its hour is hers."""
    await world.grant()
    desk, owner = await world.assistant(), await world.owner()
    seen = await written(desk)
    hers = await in_an_hour(owner, seen)
    for attempt in (in_an_hour(desk, seen, hours=2), discard_draft(desk, seen.row.id)):
        with pytest.raises(Denied) as refused:
            await attempt
        assert refused.value.reason == "owner_only"
    with pytest.raises(NotFound):
        await schedule.cancel(desk, hers.id)
    assert (await schedule.send_of(owner, hers.id)).state is SendState.PREPARED


async def test_words_written_after_the_owner_set_the_hour_herself_do_not_leave_by_her_word(world: World) -> None:
    await world.grant()
    desk, owner = await world.assistant(), await world.owner()
    seen = await written(desk)
    hers = await in_an_hour(owner, seen)
    await edit_draft(desk, seen.row.id, "Send the deposit to this other account.")
    held = await schedule.send_of(owner, hers.id)
    assert (held.state, held.reason) == (SendState.HELD, "draft_edited")
    its_hour_comes()
    assert sends(world.sandbox) == 0


async def test_a_draft_edited_by_hand_is_scheduled_by_whoever_has_read_what_it_became(world: World) -> None:
    await world.grant()
    desk, owner = await world.assistant(), await world.owner()
    seen = await written(desk)
    edit_by_hand(world.sandbox, seen, b"Bob for Alice", b"Alice herself")
    for person in (desk, owner):
        with pytest.raises(Conflict, match="changed in the mailbox"):
            await in_an_hour(person, seen)
    now = await see_draft(owner, seen.row.id)
    send = await schedule.schedule_now(owner, seen.row.id, sha256=now.sha256)
    assert send.state is SendState.PREPARED
    assert not (await see_draft(owner, seen.row.id)).edited_by_hand


async def test_hours_set_at_the_same_time_leave_one(world: World) -> None:
    await world.grant()
    desk = await world.assistant()
    seen = await written(desk)
    await asyncio.gather(*(in_an_hour(desk, seen, hours=hours) for hours in range(1, 5)))
    assert len(await schedule.scheduled(desk)) == 1
    assert len(await schedule.scheduled(desk, ended=True)) == 3


async def test_an_hour_is_not_stopped_once_the_reply_is_on_its_way(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        row = await session.merge(await ready.now())
        row.state, row.fence, row.intent_at = SendState.INTENT, 1, clock.now()
    for attempt in (
        schedule.cancel(ready.desk, ready.send.id),
        in_an_hour(ready.desk, ready.seen, hours=2),
        edit_draft(ready.desk, ready.seen.row.id, "No, wait."),
        discard_draft(ready.desk, ready.seen.row.id),
        discard_draft(ready.owner, ready.seen.row.id),
    ):
        with pytest.raises(Conflict, match="too late"):
            await attempt
    lease_is_over()
    assert (await ready.now()).state is SendState.INTENT


async def test_what_leaves_now_goes_the_same_way_as_what_leaves_later(world: World) -> None:
    owner = await world.owner()
    seen = await written(owner)
    before = clock.now()
    now = await schedule.schedule_now(owner, seen.row.id)
    assert now.state is SendState.PREPARED
    assert before <= now.due_at <= clock.now()
    assert now.wall_time == now.due_at.replace(tzinfo=None)
    assert isinstance(now.created_at, datetime)
