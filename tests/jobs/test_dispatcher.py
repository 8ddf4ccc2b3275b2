"""The dispatcher: what is due is taken once, in one transaction with its job; what is lost is taken again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import time, timedelta

import pytest

from app import clock
from app.actions import post, tell
from app.actions.hours import set_hours
from app.actions.list_messages import list_messages
from app.actions.settling import LEASE
from app.jobs import dispatcher
from app.jobs.dispatcher import SENDS_IN_HAND, dispatch
from app.jobs.engine import Engine, new_engine
from app.models.calendar import Calendar
from app.models.conditions import Span
from app.models.draft import SendState
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.providers.base import Listing
from tests.actions.situations import World, client_writes, effects
from tests.jobs.rows import changed, jobs, waiting
from tests.moments import it_is
from tests.notices.conftest import notices_of, with_mail
from tests.people import connected_mailbox

SECOND = timedelta(seconds=1)
OFFICE = tuple(Span(day=day, begins=time(9), ends=time(17, 30)) for day in range(5))


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


async def test_dispatchers_at_once_take_each_row_once_and_no_more_of_a_mailbox_than_one_alone(
    world: World, engine: Engine
) -> None:
    ids = await waiting(world.resources, world.mailbox, 40, -SECOND)
    taken = await asyncio.gather(*(dispatch(world.resources.db, engine) for _ in range(5)))
    assert sum(taken) == SENDS_IN_HAND
    sends = [job["send_id"] for job in await jobs(world.resources)]
    assert sends == [str(send) for send in ids[:SENDS_IN_HAND]]


async def test_H5_a_flood_of_one_mailbox_keeps_nobody_else_waiting(
    world: World, engine: Engine, charlie: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More of Charlie's are due since an hour than are looked at, when Alice's single one comes to its hour."""
    world.sandbox.add_mailbox("charlie@practice.example")
    other = await connected_mailbox(world.resources, charlie)
    flood = await waiting(world.resources, other, 40, -timedelta(hours=1))
    (single,) = await waiting(world.resources, world.mailbox, 1, -SECOND)
    monkeypatch.setattr(dispatcher, "MOST_SEEN", 10)
    assert await dispatch(world.resources.db, engine) == SENDS_IN_HAND + 1
    assert (await jobs(world.resources))[-1]["send_id"] == str(single)
    assert await dispatch(world.resources.db, engine) == 0
    await changed(world.resources, other, flood[0], state=SendState.SENT)  # one has ended, so there is room for another
    assert await dispatch(world.resources.db, engine) == 1
    assert (await jobs(world.resources))[-1]["send_id"] == str(flood[SENDS_IN_HAND])


async def test_everybodys_first_goes_before_anybodys_second(
    world: World, engine: Engine, charlie: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.sandbox.add_mailbox("charlie@practice.example")
    other = await connected_mailbox(world.resources, charlie)
    await waiting(world.resources, other, 3, -timedelta(hours=1))
    await waiting(world.resources, world.mailbox, 1, -SECOND)
    monkeypatch.setattr(dispatcher, "MOST_AT_ONCE", 2)
    assert await dispatch(world.resources.db, engine) == 2
    assert {job["mailbox_id"] for job in await jobs(world.resources)} == {str(world.mailbox.id), str(other.id)}


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


async def test_H13_mail_that_comes_at_night_is_welcome_and_no_machine_answers_it(world: World, engine: Engine) -> None:
    """Clara writes at eleven in the evening; Bob sees her letter, and by the morning there is nothing else."""
    await world.grant()
    await set_hours(await world.owner(), "", Calendar(zone="America/Santiago", spans=OFFICE))
    it_is("mon 23:00")
    client_writes(world.sandbox, "No hurry, whenever you open.")
    page = await list_messages(await world.assistant(), Listing())
    assert page.messages[0].message.snippet.startswith("No hurry")
    it_is("tue 09:00")
    assert await dispatch(world.resources.db, engine) == 0
    assert not world.sandbox.left
    assert not effects(world.sandbox)
