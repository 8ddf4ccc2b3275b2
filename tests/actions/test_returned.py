"""Sent is not delivered: what a mail system sends back is found, and told to those whose reply it was, once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app import clock
from app.actions.decline import decline
from app.actions.notices import list_notices
from app.actions.returned import LOOKS, look_for_returned, next_look
from app.actions.send_back import send_back
from app.locale.catalogues import language
from app.models.draft import SendState
from app.models.person import Person
from app.sandbox.gmail.arriving import deliver as arrive
from app.sandbox.graph.arriving import deliver as arrive_at_outlook
from tests.actions.situations import Ready, World, effects, fails, its_hour_comes, log_of, sends, written
from tests.people import ALICE, CLIENT

REPORT = 'multipart/report; report-type=delivery-status; boundary="b"'
FAILED = "Delivery Status Notification (Failure)"
DAEMON = "Mail Delivery Subsystem <mailer-daemon@mx.customer.example>"


@pytest.fixture
async def either(either: World) -> World:
    """Alice's mailbox at each of the two providers, with Bob who assists."""
    await either.grant()
    return either


async def left(world: World) -> Ready:
    """Return a reply of Bob's that has left."""
    ready = await world.ready()
    its_hour_comes()
    assert (await ready.deliver()).state is SendState.SENT
    return ready


async def name_of(ready: Ready) -> str:
    """Return the Message-ID of the copy of a reply that has left."""
    found = await ready.owner.provider.find_sent(ready.seen.row.private_id, ready.seen.draft.message.thread_id)
    assert found is not None
    return found.message_id


def comes_back(
    world: World, answers: str, *, subject: str = FAILED, kind: str = REPORT, sender: str = DAEMON, more: str = ""
) -> None:
    """Have a letter come that says something about the delivery of another."""
    raw = (
        f"From: {sender}\r\nTo: {ALICE[0]}\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n{more}"
        f"In-Reply-To: {answers}\r\nReferences: {answers}\r\nAuto-Submitted: auto-replied\r\n"
        f"Content-Type: {kind}\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nThe address does not exist.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.customer.example\r\n\r\n"
        "Action: failed\r\nStatus: 5.1.1\r\n--b--\r\n"
    ).encode()
    if world.mailbox.provider == "graph":
        arrive_at_outlook(world.sandbox.graph_mailbox(ALICE[0]), raw)
    else:
        arrive(world.sandbox.mailbox(ALICE[0]), raw)


async def looked(world: World, minutes: float = 3) -> None:
    """Let so much time pass, and have a worker look."""
    clock.move(timedelta(minutes=minutes))
    await look_for_returned(world.resources)


async def told(world: World, person: Person) -> list[str]:
    """Return the kinds of what a person has been told."""
    return [each.kind.value for each in await list_notices(world.resources, person.id, language("en"))]


async def test_a_reply_that_comes_back_is_shown_as_not_delivered_and_both_are_told_once(either: World) -> None:
    ready = await left(either)
    comes_back(either, await name_of(ready))
    await looked(either)
    now = await ready.now()
    assert (now.state, now.reason) == (SendState.SENT, "not_delivered")
    for _ in range(3):
        await looked(either, minutes=24 * 60)
    assert await told(either, either.alice) == ["returned"]
    assert await told(either, either.bob) == ["returned"]
    entries = [each for each in await log_of(ready.owner) if each.outcome == "returned"]
    assert [(each.action, each.reason) for each in entries] == [("recover", "not_delivered")]
    assert sends(either.sandbox) == 1  # nobody sends it again by himself


@pytest.mark.parametrize(
    "other",
    [
        {"subject": "Delivery Status Notification (Delay)"},
        {"kind": "text/plain", "sender": f"Clara <{CLIENT}>", "subject": "Re: Terrace in March?"},
        {"answers": "<another@letter.example>"},
    ],
    ids=["late", "an answer", "of another letter"],
)
async def test_what_is_no_failure_of_this_very_reply_is_none(either: World, other: dict[str, str]) -> None:
    ready = await left(either)
    answers = await name_of(ready)
    comes_back(either, **{"answers": answers} | other)
    await looked(either)
    assert (await ready.now()).reason == ""
    assert await told(either, either.bob) == []


async def test_google_says_it_by_a_header_of_its_own(world: World) -> None:
    await world.grant()
    ready = await left(world)
    comes_back(world, await name_of(ready), kind="text/plain", more=f"X-Failed-Recipients: {CLIENT}\r\n")
    await looked(world)
    assert (await ready.now()).reason == "not_delivered"


async def test_it_is_looked_for_for_three_days_and_a_provider_that_is_away_costs_one_look(either: World) -> None:
    ready = await left(either)
    name = await name_of(ready)
    fails(either.sandbox, "status_503", "*", times=20)
    await looked(either)
    either.sandbox.faults.replace([])
    comes_back(either, name)
    calls = len(either.sandbox.ledger.entries)
    await looked(either, minutes=1)
    assert len(either.sandbox.ledger.entries) == calls  # not its turn
    await looked(either, minutes=60)
    assert (await ready.now()).reason == "not_delivered"
    await looked(either, minutes=7 * 24 * 60)
    assert (await ready.now()).look_at is None


def test_the_looks_end_after_three_days() -> None:
    at = clock.now()
    assert [next_look(at, at + each) for each in LOOKS] == [*(at + each for each in LOOKS[1:]), None]
    assert next_look(at, at + timedelta(days=30)) is None


async def test_bob_is_told_that_a_draft_was_declined(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    await decline(ready.owner, ready.seen.row.id)  # a yes is taken back: she is asked as before
    assert await told(world, world.bob) == []
    await decline(ready.owner, ready.seen.row.id)
    assert await told(world, world.bob) == ["declined"]
    assert await told(world, world.alice) == []
    await decline(ready.owner, ready.seen.row.id)  # the same words, no news
    assert await told(world, world.bob) == ["declined"]
    own = await written(ready.owner, "Mine.")
    await decline(ready.owner, own.row.id)
    assert await told(world, world.alice) == []


async def test_V35_bob_is_told_of_a_draft_that_came_back_until_he_has_written_it_anew(world: World) -> None:
    await world.grant()
    owner, desk = await world.owner(), await world.assistant()
    seen = await written(desk)
    await send_back(owner, seen.row.id, "Warmer, please.")
    assert await told(world, world.bob) == ["sent_back"]
    assert await told(world, world.alice) == []
    assert effects(world.sandbox, "send") == []
