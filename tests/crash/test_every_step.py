"""A real worker is struck down at each step of a reply's way, and another goes on: the letter leaves once.

Here are the steps that differ most, each at one provider or both; `./deskhand bench crash` strikes at all of them, at
both, a thousand times.
"""

from __future__ import annotations

import asyncio
import signal

import pytest

from app import clock
from app.actions import grants
from app.actions.hours import set_hours
from app.models.calendar import Calendar
from app.models.draft import SendState
from app.sandbox.ledger import Entry
from tests.actions.outlook import late_post
from tests.actions.situations import Ready, World, its_hour_comes, lease_is_over, log_of
from tests.actions.test_hours import OFFICE
from tests.crash.conftest import StartWorker
from tests.crash.judged import Ending, faults, letters
from tests.crash.nest import Forked, Strike
from tests.crash.points import POINTS, SENDING
from tests.jobs.rows import until
from tests.moments import it_is

pytestmark = pytest.mark.crash
PREPARED, INTENT, SENT, HELD = (SendState(word) for word in ("prepared", "intent", "sent", "held"))
# Where the worker dies, at which provider; what stands in the row then, and how many letters have left.
STRUCK = [
    ("job committed", "microsoft", PREPARED, 0),
    ("intent written, not committed", "google", PREPARED, 0),
    ("intent committed, nothing sent", "google", INTENT, 0),
    ("intent committed, nothing sent", "microsoft", INTENT, 0),
    ("before it is settled", "microsoft", INTENT, 1),
]


async def calls_of(world: World, ready: Ready) -> list[Entry]:
    """Return the calls by which the reply has left."""
    thread = ready.seen.draft.message.thread_id
    return letters(world.sandbox, world.mailbox.address, thread, world.mailbox.provider)


async def struck_down(worker: Forked) -> None:
    assert await asyncio.to_thread(worker.wait, 60) == -signal.SIGKILL


async def goes_on(start: StartWorker, ready: Ready, state: SendState) -> None:
    """Have another worker take it over until it has come so far, and end politely."""
    second = start()

    async def there() -> bool:
        return (await ready.now()).state is state

    await until(there, 60, 0.05)
    second.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(second.wait, 60) == 0


async def judged(world: World, ready: Ready) -> list[object]:
    calls = await calls_of(world, ready)
    return list(faults(Ending([await ready.now()], calls, await log_of(ready.owner))))


@pytest.mark.parametrize(("at", "way", "state", "sent"), STRUCK)
async def test_H5_R1_a_worker_struck_down_at_a_step_is_followed_by_one_that_sends_once(
    world: World, start: StartWorker, *, at: str, state: SendState, sent: int
) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    await struck_down(start(Strike(at)))
    assert ((await ready.now()).state, len(await calls_of(world, ready))) == (state, sent)
    lease_is_over()
    await goes_on(start, ready, SENT)
    assert len(await calls_of(world, ready)) == 1
    assert await judged(world, ready) == []


@pytest.mark.parametrize("at", ["put off, not committed", "put off"])
async def test_H1_a_worker_struck_down_while_it_puts_a_reply_off_is_no_early_letter_and_no_lost_one(
    world: World, start: StartWorker, at: str
) -> None:
    it_is("tue 10:00")
    await world.grant()
    ready = await world.ready()
    await set_hours(ready.owner, "", Calendar(zone="America/Santiago", spans=OFFICE))
    it_is("tue 20:00")
    await struck_down(start(Strike(at)))
    assert (await ready.now()).state is PREPARED
    lease_is_over()
    second = start()

    async def put_off() -> bool:
        return (await ready.now()).due_at > clock.now()

    await until(put_off, 60, 0.05)
    second.kill()
    assert await calls_of(world, ready) == []
    it_is("wed 09:01")
    await goes_on(start, ready, SENT)
    assert await judged(world, ready) == []
    moved = [entry for entry in await log_of(ready.owner) if entry.reason == "moved_to_hours"]
    assert len(moved) == 1


@pytest.mark.parametrize(
    ("at", "way"),
    [
        ("draft copied, the old one there", "google"),
        ("old draft gone, nothing noted", "microsoft"),
    ],
)
async def test_V4_two_workers_struck_down_one_after_the_other_leave_a_revoked_reply_out_of_reach(
    world: World, start: StartWorker, at: str
) -> None:
    """The first before its call, the second while it puts the draft out of the first one's reach."""
    given = await world.grant()
    ready = await world.ready()
    its_hour_comes()
    await struck_down(start(Strike("intent committed, nothing sent")))
    assert not (await grants.revoke(ready.owner, given.id)).done
    lease_is_over()
    await struck_down(start(Strike(at)))
    lease_is_over()
    await goes_on(start, ready, HELD)
    assert await grants.in_flight(ready.owner, given.id) == ()
    assert await calls_of(world, ready) == []
    assert await judged(world, ready) == []
    drafts = await left_in_drafts(world, ready)
    assert drafts == 1  # hers to throw away, and no second one beside it


@pytest.mark.parametrize("way", ["google", "microsoft"])
async def test_V4_a_worker_frozen_before_its_letter_sends_nothing_after_the_revocation_is_done(
    world: World, start: StartWorker
) -> None:
    """It stands still between its intent and its call; another puts the draft out of its reach; it wakes."""
    given = await world.grant()
    ready = await world.ready()
    its_hour_comes()
    frozen = start(Strike("intent committed, nothing sent", number=signal.SIGSTOP))

    async def begun() -> bool:
        return (await ready.now()).state is INTENT

    await until(begun, 60, 0.05)
    await stands_still(frozen)
    assert not (await grants.revoke(ready.owner, given.id)).done
    lease_is_over()
    assert (await ready.deliver()).state is HELD
    assert await grants.in_flight(ready.owner, given.id) == ()
    calls = len(world.sandbox.ledger.entries)
    frozen.send_signal(signal.SIGCONT)
    frozen.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(frozen.wait, 60) == 0
    assert world.sandbox.ledger.since(calls)  # it did try
    if world.mailbox.provider == "graph":  # as one does that stood still even later, its request ready
        assert (await late_post(world, ready.seen.draft.id)).status_code in (400, 404)
    assert await calls_of(world, ready) == []
    assert ((await ready.now()).state, (await ready.now()).reason) == (HELD, "grant_gone")
    retired = [entry for entry in await log_of(ready.owner) if (entry.phase, entry.action) == ("end", "retire")]
    assert [entry.outcome for entry in retired] == ["done"]


async def stands_still(worker: Forked) -> None:
    async def stopped() -> bool:
        return worker.stands_still()

    await until(stopped, 60, 0.02)


async def left_in_drafts(world: World, ready: Ready) -> int:
    thread = await ready.owner.provider.thread(ready.seen.draft.message.thread_id)
    return sum(message.private_id == ready.seen.row.private_id for message in thread.messages)


def test_each_point_is_a_step_of_the_program() -> None:
    """A renamed function would otherwise never be struck, and nobody would hear of it."""
    assert all(callable(step) for point in POINTS.values() for step in point.steps())
    assert len(SENDING) >= 14
