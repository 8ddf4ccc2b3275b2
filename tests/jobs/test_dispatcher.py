"""The dispatcher: what is due is taken once, in one transaction with its job; what is lost is taken again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from app import clock
from app.actions import post, tell
from app.actions.settling import LEASE
from app.jobs import dispatcher
from app.jobs.dispatcher import MOST_AT_ONCE, dispatch
from app.jobs.engine import Engine, new_engine
from app.models.draft import SendState
from app.models.mailbox import Mailbox
from app.models.person import Person
from tests.actions.situations import World
from tests.jobs.rows import changed, jobs, waiting
from tests.notices.conftest import notices_of, with_mail
from tests.people import connected_mailbox

SECOND = timedelta(seconds=1)


@pytest.fixture
async def engine(world: World) -> AsyncIterator[Engine]:
    engine = new_engine(world.resources)
    async with engine.app.open_async(world.resources.db.pool):
        yield engine


async def test_H3_what_is_due_is_taken_once_and_what_is_not_waits(world: World, engine: Engine) -> None:
    due = await waiting(world.resources, world.mailbox, 2, -SECOND)
    later = await waiting(world.resources, world.mailbox, 1, timedelta(hours=1))
    assert await dispatch(world.resources.db, engine) == 2
    assert await dispatch(world.resources.db, engine) == 0
    wanted = [{"mailbox_id": str(world.mailbox.id), "send_id": str(send)} for send in due]
    assert await jobs(world.resources) == wanted  # ids, and nothing else
    clock.move(timedelta(hours=1) + SECOND)
    await dispatch(world.resources.db, engine)
    assert str(later[0]) in {job["send_id"] for job in await jobs(world.resources)}


async def test_a_row_whose_worker_fell_silent_is_taken_again_when_its_lease_is_over(
    world: World, engine: Engine
) -> None:
    await waiting(world.resources, world.mailbox, 1, -SECOND)
    assert await dispatch(world.resources.db, engine) == 1
    clock.move(LEASE - SECOND * 2)
    assert await dispatch(world.resources.db, engine) == 0
    clock.move(SECOND * 3)
    assert await dispatch(world.resources.db, engine) == 1


@pytest.mark.parametrize("state", list(SendState))
async def test_only_what_may_still_leave_is_taken(world: World, engine: Engine, state: SendState) -> None:
    (send,) = await waiting(world.resources, world.mailbox, 1, -SECOND)
    await changed(world.resources, world.mailbox, send, state=state)
    taken = await dispatch(world.resources.db, engine)
    assert taken == (state in (SendState.PREPARED, SendState.INTENT))


async def test_dispatchers_at_once_take_each_row_once(world: World, engine: Engine) -> None:
    await waiting(world.resources, world.mailbox, 40, -SECOND)
    taken = await asyncio.gather(*(dispatch(world.resources.db, engine) for _ in range(5)))
    assert sum(taken) == 40
    sends = [job["send_id"] for job in await jobs(world.resources)]
    assert len(sends) == len(set(sends)) == 40


async def test_a_flood_is_taken_in_parts_the_oldest_first(world: World, engine: Engine) -> None:
    ids = await waiting(world.resources, world.mailbox, MOST_AT_ONCE + 5, -SECOND * 10)
    assert await dispatch(world.resources.db, engine) == MOST_AT_ONCE
    assert [job["send_id"] for job in await jobs(world.resources)] == [str(send) for send in ids[:MOST_AT_ONCE]]
    assert await dispatch(world.resources.db, engine) == 5


async def test_a_row_is_marked_only_together_with_its_job(
    world: World, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await waiting(world.resources, world.mailbox, 1, -SECOND)

    async def broken(*_given: object) -> None:
        raise OSError("the job engine is away")

    monkeypatch.setattr(dispatcher, "_defer", broken)
    with pytest.raises(OSError, match="away"):
        await dispatch(world.resources.db, engine)
    monkeypatch.undo()
    assert await dispatch(world.resources.db, engine) == 1
    assert len(await jobs(world.resources)) == 1


async def test_the_rows_of_all_mailboxes_are_taken_and_nothing_more_is_seen_of_them(
    world: World, engine: Engine, charlie: Person
) -> None:
    world.sandbox.add_mailbox("charlie@practice.example")
    other: Mailbox = await connected_mailbox(world.resources, charlie)
    for mailbox in (world.mailbox, other):
        await waiting(world.resources, mailbox, 1, -SECOND)
    assert await dispatch(world.resources.db, engine) == 2
    assert {job["mailbox_id"] for job in await jobs(world.resources)} == {str(world.mailbox.id), str(other.id)}


async def test_notices_are_dispatched_beside_the_sends_and_by_ids_alone(world: World, engine: Engine) -> None:
    resources = with_mail(world.resources, "smtp://127.0.0.1:1")
    async with resources.db.transaction(person=world.bob.id) as session:
        await tell.admin_granted(session, resources, world.bob.id, provider="google")
    await waiting(world.resources, world.mailbox, 1, -SECOND)
    assert await dispatch(world.resources.db, engine) == 1
    (notice,) = await notices_of(resources, world.bob)
    assert {"person_id": str(world.bob.id), "notice_id": str(notice.id)} in await jobs(world.resources)
    assert len(await jobs(world.resources)) == 2
    clock.move(LEASE + SECOND)
    await dispatch(world.resources.db, engine)
    assert len(await jobs(world.resources)) == 3  # a mail server is given more time than a worker that is silent
    clock.move(post.LEASE)
    await dispatch(world.resources.db, engine)
    assert len(await jobs(world.resources)) == 5
