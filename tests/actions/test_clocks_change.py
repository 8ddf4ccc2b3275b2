"""The night on which clocks change, and clocks that are set: each reply leaves once, at the hour on its wall."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app import clock
from app.actions import postpone, schedule
from app.actions.asked_hour import Hour
from app.actions.desk import Desk
from app.actions.mailboxes import set_zone
from app.errors import BadRequest
from app.models.draft import ScheduledSend, SendState
from app.rules.moments import moment_of, wall_of
from app.sandbox.sandbox import Sandbox
from tests.actions.situations import TERRACE, World, at, log_of, sends, written
from tests.rules.test_hours_everywhere import changes

STEP = timedelta(minutes=15)
HOUR = timedelta(hours=1)
ZONES = ["America/Santiago", "Australia/Lord_Howe"]


@dataclass(frozen=True)
class Night:
    """A night on which hours are skipped in a zone, or come twice."""

    zone: str
    change: datetime  # the moment
    width: timedelta


@pytest.fixture
def night(sandbox: Sandbox, request: pytest.FixtureRequest) -> Night:
    """The next such night, two hours before it: `skips` or `twice`, in a zone. Asked for before the world begins."""
    kind, zone = request.param
    change, width = next_change(zone, skips=kind == "skips")
    clock.move(change - 2 * HOUR - clock.now())
    return Night(zone, change, width)


def next_change(zone: str, *, skips: bool) -> tuple[datetime, timedelta]:
    there = ZoneInfo(zone)
    for change in changes(zone):
        before, after = ((change + step).astimezone(there).utcoffset() for step in (-STEP, STEP))
        assert before is not None
        assert after is not None
        if change > clock.now() + 4 * HOUR and (after > before) is skips:
            return change, abs(after - before)
    raise AssertionError(f"{zone} has no such night")


async def planned_at(owner: Desk, subject: str, wall: datetime, zone: str, fold: int = 0) -> ScheduledSend:
    seen = await written(owner, subject=subject)
    return await schedule.schedule(owner, seen.row.id, wall_time=wall, zone=zone, fold=fold)


async def left_at(world: World, planned: list[ScheduledSend], until: datetime) -> list[datetime]:
    """Let the night pass, with a worker at each reply every few minutes; return when each has left, by the ledger."""
    found: dict[str, datetime] = {}
    while clock.now() < until:
        clock.move(STEP)
        for send in planned:
            before = sends(world.sandbox)
            ended = await world.deliver(send)
            if sends(world.sandbox) > before:
                assert ended.state is SendState.SENT
                assert str(send.id) not in found, "it left twice"
                found[str(send.id)] = world.sandbox.left[-1].at
    return [found[str(send.id)] for send in planned]


@pytest.mark.parametrize("night", [("skips", zone) for zone in ZONES], indirect=True, ids=ZONES)
async def test_R14_a_reply_for_an_hour_that_is_skipped_leaves_once_behind_the_gap(night: Night, world: World) -> None:
    zone, change, gap = night.zone, night.change, night.width
    owner = await world.owner()
    skipped = wall_of(change, zone) - gap / 2  # no clock there shows it
    walls = [skipped - gap, skipped, skipped + gap]
    planned = [
        await planned_at(owner, subject, wall, zone)
        for subject, wall in zip((TERRACE, "Sunday lunch", "Garden news"), walls, strict=True)
    ]
    assert [send.due_at - change for send in planned] == [-gap / 2, gap / 2, gap / 2]
    left = await left_at(world, planned, change + HOUR + STEP)
    assert all(timedelta(0) <= moment - send.due_at < 2 * STEP for moment, send in zip(left, planned, strict=True))
    assert sends(world.sandbox) == 3


@pytest.mark.parametrize("night", [("twice", zone) for zone in ZONES], indirect=True, ids=ZONES)
async def test_R14_a_reply_for_an_hour_that_comes_twice_leaves_in_the_first_unless_the_second_was_asked_for(
    night: Night, world: World
) -> None:
    zone, change, twice = night.zone, night.change, night.width
    owner = await world.owner()
    wall = wall_of(change, zone) + twice / 2
    planned = [
        await planned_at(owner, subject, wall, zone, fold) for subject, fold in ((TERRACE, 0), ("Sunday lunch", 1))
    ]
    assert [send.due_at - change for send in planned] == [-twice / 2, twice / 2]
    left = await left_at(world, planned, change + HOUR + STEP)
    assert all(timedelta(0) <= moment - send.due_at < 2 * STEP for moment, send in zip(left, planned, strict=True))
    assert sends(world.sandbox) == 2


async def test_R14_an_owner_who_moves_to_another_zone_changes_no_hour_that_was_asked_for(world: World) -> None:
    owner = await world.owner()
    nine = at(f"{clock.now() + timedelta(days=2):%Y-%m-%d}T09:00")
    send = await planned_at(owner, TERRACE, nine, "America/Santiago")
    await set_zone(owner, "Asia/Kathmandu")
    assert [entry.action for entry in (await log_of(owner))[-2:]] == ["zone", "zone"]
    with pytest.raises(BadRequest):
        await set_zone(owner, "Narnia")
    clock.move(moment_of(nine, "Asia/Kathmandu") + HOUR - clock.now())
    assert (await world.deliver(send)).state is SendState.PREPARED
    assert (await left_at(world, [send], send.due_at + HOUR))[0] >= send.due_at
    assert sends(world.sandbox) == 1


@pytest.mark.parametrize(("later", "leaves"), [(HOUR, HOUR), (-HOUR, timedelta(0))])
async def test_R14_new_rules_of_a_zone_move_no_reply_to_before_its_hour_and_send_none_twice(
    world: World, monkeypatch: pytest.MonkeyPatch, *, later: timedelta, leaves: timedelta
) -> None:
    """A government does away with a change of the clocks: what was to leave at nine leaves at nine, or just behind."""
    await world.grant()
    ready = await world.ready()
    old_rules: Callable[..., datetime] = moment_of
    monkeypatch.setattr(postpone, "moment_of", lambda *wall, fold: old_rules(*wall, fold=fold) + later)
    monkeypatch.setattr(postpone, "hour_of", lambda moment, _zone: hour_by_new_rules(ready.send, moment))
    left = await left_at(world, [ready.send], ready.send.due_at + 3 * HOUR)
    assert timedelta(0) <= left[0] - ready.send.due_at - leaves < 2 * STEP
    assert sends(world.sandbox) == 1
    now = await ready.now()
    assert (now.state, now.wall_time, now.asked_at) == (SendState.SENT, ready.send.wall_time, None)
    moved = [entry for entry in await log_of(ready.owner) if entry.reason == "clocks_changed"]
    assert len(moved) == (leaves > timedelta(0))


def hour_by_new_rules(send: ScheduledSend, moment: datetime) -> Hour:
    return Hour(wall_time=send.wall_time, zone=send.zone, fold=send.fold, due_at=moment.astimezone(UTC))
