"""What is due and is taken by nobody is told to whoever runs the service; what waits for a reason is not."""

from __future__ import annotations

from datetime import timedelta

from app import clock
from app.actions.settling import LEASE
from app.cli.doctor import _outbox
from app.jobs.dispatcher import dispatch
from app.jobs.engine import new_engine
from app.jobs.late import GRACE, Late, late_notices, late_sends
from app.models.draft import SendState
from tests.actions.situations import World
from tests.jobs.rows import changed, waiting

SECOND = timedelta(seconds=1)


async def test_a_reply_that_is_due_and_is_taken_by_nobody_is_late_after_a_minute(world: World) -> None:
    db = world.resources.db
    (send, _other) = await waiting(world.resources, world.mailbox, 2)
    await waiting(world.resources, world.mailbox, 1, timedelta(hours=1))
    assert (await late_sends(db)).count == 0  # it has just become due
    clock.move(GRACE + SECOND)
    late = await late_sends(db)
    assert late.count == 2
    assert GRACE < late.by < 2 * GRACE
    await changed(world.resources, world.mailbox, send, state=SendState.HELD)  # a person is asked
    assert (await late_sends(db)).count == 1
    assert await late_notices(db) == Late(count=0, by=timedelta())


async def test_what_a_worker_has_taken_is_late_only_when_nobody_comes_for_it_again(world: World) -> None:
    db, engine = world.resources.db, new_engine(world.resources)
    await waiting(world.resources, world.mailbox, 1, -2 * GRACE)
    assert (await late_sends(db)).count == 1
    async with engine.app.open_async(db.pool):
        await dispatch(db, engine)
    assert (await late_sends(db)).count == 0
    clock.move(LEASE + GRACE + SECOND)
    assert (await late_sends(db)).count == 1


def test_the_doctor_says_how_many_are_late_and_what_to_look_at() -> None:
    assert _outbox(Late(count=0, by=timedelta()), "replies").good
    found = _outbox(Late(count=3, by=timedelta(minutes=12)), "replies")
    assert not found.good
    assert "3 that nobody takes, the oldest for 12 minutes" in found.said
    assert "deskhand worker" in found.said
