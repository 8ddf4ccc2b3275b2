"""Replies leave when all concerned work: the owner's business, the assistant, the client. The ledger says when."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from app import clock
from app.actions import schedule
from app.actions.concerned import concerned_by
from app.actions.hours import end_hours, mailbox_hours, own_hours, set_hours, set_own_hours
from app.actions.send_now import send_now
from app.errors import BadRequest, Denied, EmergencyUnanswered, NoHurry, NotFound
from app.models.calendar import Calendar, DaysOff
from app.models.conditions import Span
from app.models.draft import ScheduledSend, SendState
from app.models.grant import NeedsApproval
from app.rules.moments import wall_of
from app.rules.placing import Answer
from tests.actions.situations import World, approved, log_of, sends, written
from tests.moments import it_is
from tests.people import CLIENT

ZONE = "America/Santiago"
OFFICE = tuple(Span(day=day, begins=time(9), ends=time(17, 30)) for day in range(5))
ALWAYS = tuple(Span(day=day, begins=time(), ends=time()) for day in range(7))
BUSINESS = Calendar(zone=ZONE, spans=OFFICE)
NO, YES = Answer(emergency=False), Answer(emergency=True, because="The flight is at six.")


def there(send: ScheduledSend) -> str:
    """Return when a reply leaves, by the clock in Santiago."""
    return f"{wall_of(send.due_at, ZONE):%a %H:%M}".lower()


async def test_H2_bob_says_that_it_is_no_emergency_before_a_reply_waits_for_the_morning(world: World) -> None:
    it_is("mon 22:40")
    await world.grant()
    owner, desk = await world.owner(), await world.assistant()
    await set_hours(owner, "", BUSINESS)
    seen = await written(desk)
    with pytest.raises(EmergencyUnanswered, match="12:00"):
        await send_now(desk, seen.row.id)
    assert await schedule.scheduled(desk) == []
    send = await send_now(desk, seen.row.id, answer=NO)
    assert (send.state, there(send), send.emergency) == (SendState.PREPARED, "tue 09:00", False)
    assert send.asked_at is not None
    assert sends(world.sandbox) == 0
    asked = [entry for entry in await log_of(owner) if entry.action == "schedule"]
    assert {entry.reason for entry in asked} == {"no_emergency"}


async def test_within_hours_nobody_is_asked_and_a_later_hour_out_of_them_is_moved(world: World) -> None:
    it_is("fri 10:00")
    await world.grant()
    desk = await world.assistant()
    await set_hours(await world.owner(), "", BUSINESS)
    seen = await written(desk)
    saturday = wall_of(clock.now() + timedelta(days=1), ZONE).replace(microsecond=0)
    send = await schedule.schedule(desk, seen.row.id, wall_time=saturday, zone=ZONE)
    assert (there(send), send.emergency) == ("mon 09:00", None)
    assert send.wall_time.time() == time(9)
    kept = await schedule.schedule(desk, seen.row.id, wall_time=saturday - timedelta(hours=23), zone=ZONE)
    assert (there(kept), kept.asked_at) == ("fri 11:00", None)


async def test_V10_out_of_hours_an_emergency_leaves_now_where_the_owner_lets_it_and_says_why(world: World) -> None:
    it_is("sat 12:00")
    await world.grant("reply.free", "schedule", needs_approval=NeedsApproval.NEVER)
    owner, desk = await world.owner(), await world.assistant()
    await set_hours(owner, "", BUSINESS)
    seen = await written(desk)
    with pytest.raises(NoHurry, match="12:00"):
        await send_now(desk, seen.row.id, answer=YES)
    await set_hours(owner, "", BUSINESS, may_hurry=True)
    with pytest.raises(BadRequest):
        await send_now(desk, seen.row.id, answer=Answer(emergency=True))
    send = await send_now(desk, seen.row.id, answer=YES)
    assert (send.state, send.emergency) == (SendState.SENT, True)
    assert b"flight" not in send.urgency  # sealed
    assert sends(world.sandbox) == 1


async def test_to_cry_emergency_within_hours_opens_no_way_out_of_them(world: World) -> None:
    it_is("mon 16:00")
    await world.grant()
    owner, desk = await world.owner(), await world.assistant()
    await set_hours(owner, "", BUSINESS)
    seen = await written(desk)
    send = await send_now(desk, seen.row.id, answer=YES)
    assert (send.state, send.reason, send.urgency) == (SendState.HELD, "approval_missing", b"")
    it_is("mon 23:00")
    await approved(owner, seen)
    assert (there(await world.deliver(send)), sends(world.sandbox)) == ("tue 09:00", 0)


async def test_V9_a_reply_waits_until_owner_assistant_and_client_all_work(world: World) -> None:
    it_is("tue 08:00", "UTC")
    await world.grant()
    owner, desk = await world.owner(), await world.assistant()
    await set_hours(owner, "", BUSINESS)  # from 12:00 UTC in summer there, 13:00 in winter
    await set_own_hours(world.resources, world.bob.id, Calendar(zone="Europe/Paris", spans=OFFICE))
    afternoon = Calendar(zone="UTC", spans=tuple(Span(day=day, begins=time(15), ends=time(18)) for day in range(5)))
    await set_hours(owner, CLIENT, afternoon)
    seen = await written(desk)
    send = await send_now(desk, seen.row.id, answer=NO)
    assert send.due_at.astimezone(UTC).hour == 15
    await set_hours(owner, "@" + CLIENT.partition("@")[2], Calendar(zone="UTC", spans=()))
    again = await send_now(desk, seen.row.id, answer=NO)
    assert again.due_at == send.due_at  # the client's own hours go before those of everybody there


async def test_a_client_with_hours_of_her_own_takes_no_colleague_out_of_the_domain_s(world: World) -> None:
    owner, domain = await world.owner(), "@" + CLIENT.partition("@")[2]
    await set_hours(owner, domain, Calendar(zone="UTC", spans=(Span(day=0, begins=time(9), ends=time(17)),)))
    await set_hours(owner, CLIENT, Calendar(zone="UTC", spans=ALWAYS))
    tuesday = datetime(2026, 12, 1, 10, tzinfo=UTC)
    for to, opens in ([CLIENT], True), (["dora" + domain], False), ([CLIENT, "dora" + domain], False):
        concerned = await concerned_by(world.resources, world.mailbox, world.bob.id, to)
        assert concerned.all_open(tuesday) is opens, to


async def test_H1_hours_that_change_while_a_reply_waits_are_kept_at_its_hour_and_the_yes_holds(world: World) -> None:
    it_is("mon 22:00")
    await world.grant()
    owner, desk = await world.owner(), await world.assistant()
    await set_hours(owner, "", BUSINESS)
    seen = await written(desk)
    send = await send_now(desk, seen.row.id, answer=NO)
    await approved(owner, seen)
    tuesday = wall_of(send.due_at, ZONE).date()
    await set_hours(owner, "", BUSINESS.model_copy(update={"days_off": (DaysOff(first=tuesday, last=tuesday),)}))
    it_is("tue 09:01")
    moved = await world.deliver(send)
    assert (moved.state, there(moved), moved.asked_at) == (SendState.PREPARED, "wed 09:00", send.asked_at)
    assert sends(world.sandbox) == 0
    it_is("wed 09:00")
    left = await world.deliver(send)
    assert left.state == SendState.SENT
    assert sends(world.sandbox) == 1
    assert "moved_to_hours" in {entry.reason for entry in await log_of(owner)}


async def test_a_yes_that_comes_late_does_not_break_the_hours(world: World) -> None:
    it_is("mon 16:00")
    await world.grant()
    owner, desk = await world.owner(), await world.assistant()
    await set_hours(owner, "", BUSINESS)
    seen = await written(desk)
    send = await send_now(desk, seen.row.id)
    assert (send.state, send.reason) == (SendState.HELD, "approval_missing")
    it_is("mon 23:00")
    await approved(owner, seen)
    moved = await world.deliver(send)
    assert (moved.state, there(moved)) == (SendState.PREPARED, "tue 09:00")
    it_is("tue 09:00")
    assert (await world.deliver(send)).state == SendState.SENT
    assert sends(world.sandbox) == 1


async def test_hours_in_which_nobody_ever_works_hold_a_reply_with_its_reason(world: World) -> None:
    it_is("mon 16:00")
    await world.grant("reply.free", "schedule", needs_approval=NeedsApproval.NEVER)
    owner, desk = await world.owner(), await world.assistant()
    seen = await written(desk)
    in_a_minute = wall_of(clock.now() + timedelta(minutes=1), ZONE)
    send = await schedule.schedule(desk, seen.row.id, wall_time=in_a_minute, zone=ZONE)
    await set_hours(owner, "", Calendar(zone=ZONE, spans=()))
    clock.move(timedelta(minutes=2))
    held = await world.deliver(send)
    assert (held.state, held.reason) == (SendState.HELD, "outside_hours")
    with pytest.raises(BadRequest):
        await send_now(desk, seen.row.id, answer=NO)


async def test_H9_the_owner_herself_is_bound_by_nobody_s_hours(world: World) -> None:
    it_is("sun 03:00")
    owner = await world.owner()
    await set_hours(owner, "", BUSINESS)
    seen = await written(owner)
    assert (await send_now(owner, seen.row.id)).state == SendState.SENT
    assert sends(world.sandbox) == 1


async def test_hours_are_the_owner_s_to_set_and_bob_sees_those_of_the_business_alone(world: World) -> None:
    await world.grant()
    owner, desk = await world.owner(), await world.assistant()
    with pytest.raises(Denied):
        await set_hours(desk, "", BUSINESS)
    await set_hours(owner, "", BUSINESS, may_hurry=True)
    kept = await set_hours(owner, f" {CLIENT.upper()} ", BUSINESS, may_hurry=True)
    assert [(row.sender, row.may_hurry) for row in await mailbox_hours(owner)] == [("", True), (CLIENT, False)]
    assert [row.sender for row in await mailbox_hours(desk)] == [""]
    with pytest.raises(Denied):
        await end_hours(desk, kept.id)
    await end_hours(owner, kept.id)
    with pytest.raises(NotFound):
        await end_hours(owner, kept.id)
    assert len(await mailbox_hours(owner)) == 1


@pytest.mark.parametrize("wrong", [{"zone": "Mars/Olympus"}, {"country": "XX"}, {"country": "FR", "region": "CT"}])
async def test_hours_of_nowhere_are_refused(world: World, wrong: dict[str, str]) -> None:
    owner = await world.owner()
    with pytest.raises(BadRequest):
        await set_hours(owner, "", BUSINESS.model_copy(update=wrong))
    with pytest.raises(BadRequest):
        await set_own_hours(world.resources, world.bob.id, BUSINESS.model_copy(update=wrong))
    assert await mailbox_hours(owner) == []


async def test_a_person_says_when_she_works_and_takes_it_back(world: World) -> None:
    assert await own_hours(world.resources, world.bob.id) is None
    await set_own_hours(world.resources, world.bob.id, BUSINESS)
    await set_own_hours(world.resources, world.bob.id, BUSINESS.model_copy(update={"country": "CL"}))
    kept = await own_hours(world.resources, world.bob.id)
    assert kept is not None
    assert kept.calendar.country == "CL"
    await set_own_hours(world.resources, world.bob.id, None)
    assert await own_hours(world.resources, world.bob.id) is None
