"""A reply over which its job stumbles again and again is set aside and shown, and everything else goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import col, select

from app import clock
from app.actions import schedule, set_aside
from app.actions import send as sending
from app.actions.errand import Errand, Found
from app.actions.set_aside import MOST_CRASHES
from app.errors import NoAnswer
from app.jobs.engine import Engine, new_engine
from app.models.draft import SendState
from app.models.notice import Notice, NoticeKind
from app.sandbox.faults import Kind
from tests.actions.situations import (
    Ready,
    World,
    delete_by_hand,
    fails,
    in_an_hour,
    its_hour_comes,
    lease_is_over,
    sends,
    written,
)


@pytest.fixture
def poisoned(monkeypatch: pytest.MonkeyPatch) -> set[object]:
    """Give ids of sends at whose sight the code breaks, as nobody has foreseen."""
    looked, poison = sending.look, set()

    async def look(desk: object, errand: Errand) -> Found:
        if errand.send.id in poison:
            raise RuntimeError("nobody has foreseen this")
        return await looked(desk, errand)  # type: ignore[arg-type]

    monkeypatch.setattr(sending, "look", look)
    return poison


async def begun(world: World, fault: Kind) -> tuple[Engine, Ready]:
    """Have a worker begin to send a reply of Bob's, and get no answer."""
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    fails(world.sandbox, fault)
    engine = new_engine(world.resources)
    await engine.deliver(mailbox_id=str(world.mailbox.id), send_id=str(ready.send.id))
    return engine, ready


async def come(engine: Engine, ready: Ready, times: int) -> None:
    """Have a worker come to a reply so many times, whenever its lease is over."""
    for _ in range(times):
        with pytest.raises(RuntimeError):
            await engine.deliver(mailbox_id=str(ready.send.mailbox_id), send_id=str(ready.send.id))
        lease_is_over()


async def told(world: World) -> list[str]:
    async with world.resources.db.transaction(person=world.alice.id) as session:
        rows = await session.execute(select(Notice.detail).where(col(Notice.kind) == NoticeKind.HELD))
        return list(rows.scalars())


async def test_what_crashes_again_and_again_is_set_aside_and_told_once_while_others_leave(
    world: World, poisoned: set[object]
) -> None:
    await world.grant()
    ready = await world.ready()
    other = await in_an_hour(ready.owner, await written(ready.owner, subject="Garden news"))
    poisoned.add(ready.send.id)
    its_hour_comes()
    engine = new_engine(world.resources)
    await come(engine, ready, MOST_CRASHES - 1)
    assert ((await ready.now()).state, (await ready.now()).crashes) == (SendState.PREPARED, MOST_CRASHES - 1)
    assert await told(world) == []
    await come(engine, ready, 1)
    aside = await ready.now()
    assert (aside.state, aside.reason) == (SendState.NEEDS_HUMAN, "crashed")
    for _ in range(2):  # a job that was queued before does nothing any more
        await engine.deliver(mailbox_id=str(world.mailbox.id), send_id=str(ready.send.id))
    assert await told(world) == ["crashed"]
    await engine.deliver(mailbox_id=str(world.mailbox.id), send_id=str(other.id))
    assert sends(world.sandbox) == 1
    poisoned.clear()  # somebody has mended it, and Bob sets its hour again
    again = await in_an_hour(ready.desk, ready.seen)
    its_hour_comes()
    assert (await world.deliver(again)).state in (SendState.SENT, SendState.HELD)
    assert (await schedule.send_of(ready.owner, again.id)).crashes == 0


async def test_one_that_was_begun_is_put_beyond_reach_before_it_is_set_aside(
    world: World, poisoned: set[object]
) -> None:
    engine, ready = await begun(world, Kind.BEFORE)
    assert (await ready.now()).state is SendState.INTENT
    poisoned.add(ready.send.id)
    lease_is_over()
    await come(engine, ready, MOST_CRASHES)
    aside = await ready.now()
    assert (aside.state, aside.reason) == (SendState.NEEDS_HUMAN, "crashed")
    (draft,) = world.sandbox.mailbox("alice@practice.example").drafts.values()
    assert draft.id != ready.seen.draft.id  # a worker that wakes up now finds nothing to send
    assert sends(world.sandbox) == 0


async def test_one_that_had_left_is_found_to_have_left(world: World, poisoned: set[object]) -> None:
    engine, ready = await begun(world, Kind.AFTER_EFFECT)
    poisoned.add(ready.send.id)
    lease_is_over()
    await come(engine, ready, MOST_CRASHES)
    assert (await ready.now()).state is SendState.SENT
    assert sends(world.sandbox) == 1


async def test_one_that_cannot_be_put_beyond_reach_stays_on_its_way_and_rests(
    world: World, poisoned: set[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, ready = await begun(world, Kind.BEFORE)
    poisoned.add(ready.send.id)
    lease_is_over()

    async def silent(*_given: object) -> None:
        raise NoAnswer

    monkeypatch.setattr(set_aside, "retire", silent)
    await come(engine, ready, MOST_CRASHES)
    stays = await ready.now()
    assert stays.state is SendState.INTENT
    assert stays.dispatched_at is not None
    assert stays.dispatched_at > clock.now() + timedelta(minutes=50)
    assert await told(world) == []


async def test_one_that_is_nowhere_is_asked_about_the_next_time(world: World, poisoned: set[object]) -> None:
    engine, ready = await begun(world, Kind.BEFORE)
    poisoned.add(ready.send.id)
    delete_by_hand(world.sandbox, ready.seen)
    lease_is_over()
    await come(engine, ready, MOST_CRASHES)
    assert (await ready.now()).state is SendState.INTENT
    await come(engine, ready, 1)
    assert ((await ready.now()).state, (await ready.now()).reason) == (SendState.NEEDS_HUMAN, "draft_gone")
    assert sends(world.sandbox) == 0
