"""A mailbox sends no more than it may: what does not fit waits by itself, and leaves once. The ledger says when."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import time, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from app import clock
from app.actions import schedule
from app.actions.desk import Desk
from app.actions.draft import see_draft
from app.actions.hours import set_hours
from app.actions.places import limits_of
from app.actions.resources import Resources
from app.actions.saying import say
from app.actions.send_now import send_now
from app.actions.sending_limit import sending_limit, set_sending_limit
from app.errors import BadRequest, Denied
from app.models.calendar import Calendar
from app.models.conditions import Span
from app.models.draft import ScheduledSend, SendState
from app.models.mailbox import Mailbox
from app.models.notice import Notice
from app.models.person import Person
from app.sandbox.faults import Kind
from app.sandbox.graph.content import Recipient
from app.sandbox.sandbox import Left, Sandbox
from tests.actions.outlook import item_of, outlook_world
from tests.actions.situations import TERRACE, World, fails, in_an_hour, its_hour_comes, log_of, sends, written
from tests.jobs.rows import changed, waiting
from tests.moments import it_is
from tests.people import ALICE

DAY, SECOND = timedelta(hours=24), timedelta(seconds=1)
SUBJECTS = (TERRACE, "Sunday lunch", "Garden news")


async def all_planned(desk: Desk) -> list[ScheduledSend]:
    """Have a reply to each of three leave in an hour, one after the other, and let that hour come."""
    planned = [await in_an_hour(desk, await written(desk, subject=each)) for each in SUBJECTS]
    for number, send in enumerate(planned):
        await changed(desk.resources, desk.mailbox, send.id, due_at=send.due_at + number * SECOND)
    its_hour_comes()
    return planned


async def have_left(world: World, count: int) -> None:
    """Note letters that have left at this moment, without sending them."""
    for send in await waiting(world.resources, world.mailbox, count, -SECOND):
        values = {"state": SendState.SENT, "fence": 1, "place_at": clock.now(), "recipients": 1}
        await changed(world.resources, world.mailbox, send, **values)


async def delivered(world: World, planned: list[ScheduledSend]) -> list[tuple[str, str]]:
    """Let a worker come to each, and return how they stand."""
    rows = [await world.deliver(each) for each in planned]
    return [(row.state.value, row.reason) for row in rows]


async def test_I8_what_does_not_fit_into_the_day_waits_by_itself_and_leaves_a_day_later(world: World) -> None:
    owner = await world.owner()
    await set_sending_limit(owner, 1)
    planned = await all_planned(owner)
    waits = (SendState.PREPARED.value, "sending_limit")
    assert await delivered(world, planned) == [("sent", ""), waits, waits]
    first, second, third = [await schedule.send_of(owner, each.id) for each in planned]
    assert first.place_at is not None
    assert second.due_at == first.place_at + DAY
    assert third.due_at == second.due_at + DAY  # each has an hour of its own, in the order in which they were to leave
    assert second.asked_at == planned[1].due_at + SECOND
    clock.move(DAY)
    assert await delivered(world, planned) == [("sent", ""), ("sent", ""), waits]
    clock.move(DAY)
    assert (await world.deliver(third)).state is SendState.SENT
    assert sends(world.sandbox) == 3
    at = [left.at for left in world.sandbox.left]
    assert min(later - earlier for earlier, later in pairwise(at)) >= DAY - SECOND
    said = [say(entry, {}, str) for entry in await log_of(owner)]
    assert sum("moved a reply to the next hour at which it fits" in each for each in said) == 2


async def test_two_workers_do_not_pass_the_limit_together(world: World) -> None:
    owner = await world.owner()
    await set_sending_limit(owner, 1)
    planned = await all_planned(owner)
    for day in range(1, 4):
        await asyncio.gather(*(world.deliver(each) for each in planned))
        assert sends(world.sandbox) == day
        clock.move(DAY + SECOND * 10)


async def test_a_reply_that_is_tried_again_is_not_counted_twice(world: World) -> None:
    owner = await world.owner()
    await set_sending_limit(owner, 1)
    first, second, _third = await all_planned(owner)
    fails(world.sandbox, Kind.STATUS_429, seconds=60)
    assert (await world.deliver(first)).reason == "provider_busy"
    clock.move(61 * SECOND)
    assert (await world.deliver(second)).reason == "sending_limit"  # whatever became of the first: it has the place
    assert (await world.deliver(first)).state is SendState.SENT
    assert sends(world.sandbox) == 1
    assert (await sending_limit(owner)).used == 1


async def test_one_that_was_taken_back_gives_its_place_to_the_next(world: World) -> None:
    owner = await world.owner()
    await set_sending_limit(owner, 1)
    planned = await all_planned(owner)
    await delivered(world, planned[:2])
    await schedule.cancel(owner, planned[1].id)
    third = await world.deliver(planned[2])
    assert third.due_at < clock.now() + DAY


async def test_the_new_hour_keeps_to_the_hours_of_business_and_the_yes_holds_for_it(world: World) -> None:
    it_is("mon 16:00", "UTC")
    await world.grant()
    owner = await world.owner()
    open_days = {0: time(18), 2: time(17)}  # on Mondays and Wednesdays
    spans = tuple(Span(day=day, begins=time(9), ends=ends) for day, ends in open_days.items())
    ready = await world.ready()
    its_hour_comes()
    await set_hours(owner, "", Calendar(zone="UTC", spans=spans))
    await set_sending_limit(owner, 1)
    await have_left(world, 1)
    moved = await ready.deliver()
    assert (moved.state, moved.reason) == (SendState.PREPARED, "sending_limit")
    assert f"{moved.due_at:%a %H:%M}" == "Wed 09:00"
    assert moved.due_at > clock.now() + DAY
    it_is("wed 09:00", "UTC")
    assert (await ready.deliver()).state is SendState.SENT
    assert sends(world.sandbox) == 1


async def test_the_number_is_the_owners_to_lower_and_never_to_raise(world: World) -> None:
    await world.grant()
    owner, desk = await world.owner(), await world.assistant()
    standing = await sending_limit(owner)
    assert (standing.limits.per_day, standing.limits.own, standing.used) == (1600, None, 0)  # a Workspace address
    for number in (0, -1, 1601):
        with pytest.raises(BadRequest):
            await set_sending_limit(owner, number)
    for refused in (sending_limit(desk), set_sending_limit(desk, 5)):
        with pytest.raises(Denied):
            await refused
    await set_sending_limit(owner, 20)
    assert (await sending_limit(owner)).limits.per_day == 20
    await set_sending_limit(owner, None)
    assert (await sending_limit(owner)).limits.per_day == 1600
    acts = [(each.action, each.reason) for each in await log_of(owner) if each.action == "sending_limit"]
    assert ("sending_limit", "removed") in acts


@pytest.fixture
async def at_outlook(resources: Resources, sandbox: Sandbox, alice: Person, bob: Person) -> World:
    return await outlook_world(resources, sandbox, alice, bob)


async def notices_about_sends(world: World) -> int:
    async with world.resources.db.transaction(person=world.alice.id) as session:
        return (await session.execute(select(func.count()).select_from(Notice))).scalar_one()


async def test_thirty_in_a_minute_leave_an_outlook_mailbox_and_the_next_one_waits_for_the_minute(
    at_outlook: World,
) -> None:
    owner = await at_outlook.owner()
    (planned, *_others) = await all_planned(owner)
    await have_left(at_outlook, 30)
    put_off = await at_outlook.deliver(planned)
    assert put_off.reason == "sending_limit"
    assert timedelta() < put_off.due_at - clock.now() <= 60 * SECOND
    clock.move(60 * SECOND)
    assert (await at_outlook.deliver(planned)).state is SendState.SENT
    assert sends(at_outlook.sandbox) == 1


async def test_what_outlook_lets_nobody_send_any_more_waits_with_its_whole_mailbox_and_leaves_once(
    at_outlook: World,
) -> None:
    """Alice herself has written to ten thousand today, of which Deskhand knows nothing."""
    owner, sandbox = await at_outlook.owner(), at_outlook.sandbox
    sandbox.modes.sending_limits = True
    planned = await all_planned(owner)
    crowd = tuple(f"{number}@list.example" for number in range(10_000))
    sandbox.left.append(Left(n=0, at=clock.now(), mailbox=ALICE[0], message="", recipients=crowd))
    refused = await at_outlook.deliver(planned[0])
    assert (refused.state, refused.reason, refused.fence) == (SendState.PREPARED, "provider_limit", 1)
    assert refused.due_at > clock.now() + timedelta(minutes=50)
    asked = len(sandbox.ledger.entries)
    waits = ("prepared", "provider_limit")
    assert await delivered(at_outlook, planned) == [waits, waits, waits]
    assert len(sandbox.ledger.entries) == asked  # nobody else asks what was answered just now
    clock.move(DAY)
    sandbox.left.clear()
    assert await delivered(at_outlook, planned) == [("sent", "")] * 3
    assert len(sandbox.left) == 3
    assert await notices_about_sends(at_outlook) == 0  # nobody has to do anything
    said = [say(entry, {}, str) for entry in await log_of(owner)]
    assert any("let this mailbox send nothing more" in each for each in said)


async def test_a_letter_to_more_people_than_a_day_lets_out_is_held(at_outlook: World) -> None:
    owner = await at_outlook.owner()
    await set_sending_limit(owner, 1)
    seen = await written(owner)
    item = item_of(at_outlook, seen)
    assert item.draft is not None
    item.draft = replace(item.draft, cc=(Recipient("partner@customer.example", "Pia"),))
    shown = await see_draft(owner, seen.row.id)
    held = await send_now(owner, seen.row.id, sha256=shown.sha256)
    assert (held.state, held.reason) == (SendState.HELD, "over_limit")
    assert sends(at_outlook.sandbox) == 0


@pytest.mark.parametrize(
    ("account", "day", "ours", "minute"),
    [
        ("gmail 1 alice@gmail.com", 500, 400, None),
        ("gmail 1 alice@amsel.example", 2000, 1600, None),
        ("graph a-tenant/1 alice@amsel.example", 10_000, 8000, 30),
        ("graph 9188040d-6c67-4c5b-b112-36a304b66dad/1 alice@outlook.com", 300, 240, 10),
    ],
)
async def test_every_kind_of_account_has_its_numbers_and_a_fifth_of_the_day_is_the_owners(
    world: World, account: str, day: int, ours: int, minute: int | None
) -> None:
    provider, subject, address = account.split()
    kept = {name: getattr(world.mailbox, name) for name in Mailbox.model_fields}
    mailbox = Mailbox(**kept | {"provider": provider, "provider_subject": subject, "address": address})
    async with world.resources.db.transaction(mailbox=mailbox.id) as session:
        limits = await limits_of(session, mailbox)
    assert (limits.of_kind.per_day, limits.per_day, limits.of_kind.per_minute) == (day, ours, minute)
