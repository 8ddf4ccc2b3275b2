"""Whatever fails at whichever call of a letter at Microsoft: one leaves, or a person is asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from app import clock
from app.actions import grants, watched
from app.actions.list_messages import list_messages
from app.actions.resources import Resources
from app.actions.schedule import send_of
from app.actions.send import deliver
from app.actions.settling import COPY_SHOWS_UP
from app.errors import MailboxDisconnected, NotFound
from app.models.draft import ScheduledSend, SendState
from app.models.mailbox import Mailbox, MailboxState
from app.models.notice import NoticeKind
from app.models.person import Person
from app.providers.base import Listing
from app.providers.transport import TRIES
from app.sandbox.faults import Fault, Kind
from app.sandbox.graph.arriving import deliver as arrive
from app.sandbox.sandbox import Sandbox
from tests.actions.outlook import (
    SEND,
    box_of,
    item_of,
    late_post,
    outlook_world,
    put_into,
    sessions_end,
)
from tests.actions.situations import (
    Ready,
    World,
    after_the_look,
    approved,
    fails,
    in_an_hour,
    its_hour_comes,
    lease_is_over,
    log_of,
    sends,
    written,
)
from tests.notices.conftest import notices_of
from tests.people import CLIENT, connected_mailbox, mail

KINDS = [Kind.BEFORE, Kind.AFTER_EFFECT, Kind.STATUS_429, Kind.STATUS_503, Kind.RESET, Kind.TRUNCATE]
OPEN = (SendState.PREPARED, SendState.INTENT)


@pytest.fixture
async def world(resources: Resources, sandbox: Sandbox, alice: Person, bob: Person) -> World:
    """Alice with a connected Outlook mailbox; nobody waits between two attempts."""

    async def at_once(_seconds: float) -> None:
        return

    resources.transport._sleep = at_once
    made = await outlook_world(resources, sandbox, alice, bob)
    await made.grant()
    return made


async def until_settled(ready: Ready, tries: int = 15) -> ScheduledSend:
    """Let workers come again and again until it is sent, held, or a person is asked."""
    for _ in range(tries):
        send = await ready.deliver()
        if send.state not in OPEN:
            return send
        lease_is_over()
    raise AssertionError(f"it is still {send.state}")


async def ready_about(world: World, subject: str) -> Ready:
    """Return an approved reply to a new letter of the client's, in a conversation of its own."""
    arrive(box_of(world), mail(CLIENT, subject, "When?"))
    owner, desk = await world.owner(), await world.assistant()
    seen = await written(desk, f"About {subject}: soon.", subject)
    planned = await in_an_hour(desk, seen)
    await approved(owner, seen)
    return Ready(owner, desk, seen, planned)


async def calls_of_a_send(world: World) -> list[tuple[str, str]]:
    """Return method and path of every call of a send at which nothing fails."""
    ready = await ready_about(world, "Nothing fails")
    its_hour_comes()
    before = len(world.sandbox.ledger.entries)
    assert (await ready.deliver()).state is SendState.SENT
    return [(entry.method, entry.path) for entry in world.sandbox.ledger.since(before)]


@pytest.mark.parametrize("kind", KINDS)
async def test_R1_whatever_fails_at_whichever_call_of_a_send_one_letter_leaves(world: World, kind: Kind) -> None:
    calls = await calls_of_a_send(world)
    assert [path.endswith("/send") for _, path in calls].count(True) == 1
    assert len(calls) >= 5
    for number in range(len(calls)):
        ready = await ready_about(world, f"Letter {number}")
        its_hour_comes()
        left = sends(world.sandbox)
        world.sandbox.faults.replace([Fault(path="*", after=number, times=TRIES, fault=kind, seconds=60)])
        ended = await until_settled(ready)
        assert (ended.state, ended.reason) == (SendState.SENT, ""), calls[number]
        assert sends(world.sandbox) == left + 1, calls[number]
        assert world.sandbox.left[-1].recipients == (CLIENT,)
    sent = [each for each in box_of(world).items.values() if each.folder.well_known == "sentitems"]
    assert len(sent) == len(calls) + 1
    begun = [each for each in await log_of(ready.owner) if (each.phase, each.action) == ("begin", "send")]
    assert len(begun) >= len(calls) + 1


async def test_R1_every_second_call_fails_and_one_letter_leaves_all_the_same(world: World) -> None:
    ready = await ready_about(world, "Bad line")
    its_hour_comes()
    plan = [Fault(path="*", after=number * 2, fault=KINDS[number % len(KINDS)], seconds=60) for number in range(24)]
    world.sandbox.faults.replace(plan)
    assert (await until_settled(ready, 40)).state is SendState.SENT
    assert sends(world.sandbox) == 1


async def test_R2_a_retired_draft_stays_retired_whatever_fails_while_it_is_put_out_of_reach(world: World) -> None:
    """Revoked while a worker is silent: each call of the retiring fails once, and nothing leaves before or after."""
    for number in range(14):
        given = await world.grant() if number else None
        ready = await ready_about(world, f"Retired {number}")
        its_hour_comes()
        fails(world.sandbox, Kind.BEFORE, SEND)
        assert (await ready.deliver()).state is SendState.INTENT
        grant_id = given.id if given else ready.send.grant_id
        assert grant_id is not None
        await grants.revoke(ready.owner, grant_id)
        lease_is_over()
        kind = KINDS[number % len(KINDS)]
        world.sandbox.faults.replace([Fault(path="*", after=number, times=TRIES, fault=kind, seconds=60)])
        ended = await until_settled(ready)
        # Where it failed half-way, the emptied or the deleted draft is what the next worker finds: a person is asked.
        held = {(SendState.HELD, "grant_gone"), (SendState.HELD, "draft_edited"), (SendState.NEEDS_HUMAN, "draft_gone")}
        assert (ended.state, ended.reason) in held, (number, kind)
        assert await grants.in_flight(ready.owner, grant_id) == ()
        kept = [each for each in box_of(world).items.values() if each.subject == f"RE: Retired {number}"]
        whole = [each for each in kept if each.draft and each.draft.to and each.folder.well_known == "drafts"]
        assert whole, (number, kind)
        world.sandbox.faults.replace([])
        assert (await late_post(world, ready.seen.draft.id)).status_code in (400, 404), (number, kind)
    assert sends(world.sandbox) == 0


async def test_R17_a_copy_that_shows_up_after_our_patience_is_asked_about_and_never_sent_again(world: World) -> None:
    ready = await world.ready()
    its_hour_comes()
    world.sandbox.modes.sent_lag = COPY_SHOWS_UP.total_seconds() * 3
    fails(world.sandbox, Kind.AFTER_EFFECT, SEND)
    ended = await until_settled(ready, 30)
    assert (ended.state, ended.reason) == (SendState.NEEDS_HUMAN, "draft_gone")
    clock.move(COPY_SHOWS_UP * 3)
    for _ in range(3):
        lease_is_over()
        assert (await ready.deliver()).state is SendState.NEEDS_HUMAN
    assert sends(world.sandbox) == 1
    told = await notices_of(world.resources, world.alice)
    assert [(each.kind, each.detail) for each in told] == [(NoticeKind.HELD, "draft_gone")]


async def test_R17_a_copy_that_shows_up_late_without_any_fault_is_no_second_letter(world: World) -> None:
    ready = await world.ready()
    its_hour_comes()
    world.sandbox.modes.sent_lag = 90
    for _ in range(4):
        assert (await ready.deliver()).state is SendState.SENT  # Graph's 202 is its yes
        lease_is_over()
    assert sends(world.sandbox) == 1


def edits(world: World, ready: Ready) -> None:
    draft = item_of(world, ready.seen).draft
    assert draft is not None
    draft.body = draft.body.replace("in March", "in May")
    box_of(world).touch(item_of(world, ready.seen))


def takes_the_recipient_off(world: World, ready: Ready) -> None:
    draft = item_of(world, ready.seen).draft
    assert draft is not None
    draft.to = ()  # type: ignore[assignment] - whatever holds them, it is empty now
    box_of(world).touch(item_of(world, ready.seen))


def throws_away(world: World, ready: Ready) -> None:
    put_into(world, ready.seen, "deleteditems")


def deletes_for_good(world: World, ready: Ready) -> None:
    box_of(world).remove(item_of(world, ready.seen))


HAND = {
    edits: (SendState.HELD, "draft_edited"),
    takes_the_recipient_off: (SendState.HELD, "draft_edited"),
    throws_away: (SendState.NEEDS_HUMAN, "draft_gone"),
    deletes_for_good: (SendState.NEEDS_HUMAN, "draft_gone"),
}


@pytest.mark.parametrize("hand", HAND)
@pytest.mark.parametrize("begun", [False, True])
async def test_R16_what_the_owner_does_with_a_draft_in_outlook_comes_first(
    world: World, hand: Callable[[World, Ready], None], begun: bool
) -> None:
    """Also where a worker has tried to send it, and nobody knows whether it did."""
    ready = await world.ready()
    its_hour_comes()
    if begun:
        fails(world.sandbox, Kind.BEFORE, SEND)
        assert (await ready.deliver()).state is SendState.INTENT
        lease_is_over()
    hand(world, ready)
    ended = await until_settled(ready)
    assert (ended.state, ended.reason) == HAND[hand]
    assert sends(world.sandbox) == 0
    told = await notices_of(world.resources, world.alice)
    assert [(each.kind, each.detail) for each in told] == [(NoticeKind.HELD, ended.reason)]


async def test_R16_a_draft_that_the_owner_has_filed_elsewhere_leaves_once_all_the_same(world: World) -> None:
    """Its immutable id finds it, and where it lies says nothing of its words."""
    ready = await world.ready()
    put_into(world, ready.seen, "archive")
    its_hour_comes()
    fails(world.sandbox, Kind.AFTER_EFFECT, SEND)
    assert (await until_settled(ready)).state is SendState.SENT
    assert sends(world.sandbox) == 1


async def test_R16_a_draft_that_the_owner_sends_herself_counts_as_sent(world: World) -> None:
    ready = await world.ready()
    assert (await late_post(world, ready.seen.draft.id)).status_code == 202
    its_hour_comes()
    assert (await until_settled(ready)).state is SendState.SENT
    assert sends(world.sandbox) == 1


async def test_R16_a_draft_thrown_away_in_the_very_moment_does_not_leave_from_the_trash(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = await world.ready()
    its_hour_comes()
    after_the_look(monkeypatch, lambda: throws_away(world, ready))
    assert (await ready.deliver()).state is SendState.INTENT
    monkeypatch.undo()
    ended = await until_settled(ready)
    assert (ended.state, ended.reason) == (SendState.NEEDS_HUMAN, "draft_gone")
    assert sends(world.sandbox) == 0


async def test_R4_a_letter_is_put_off_for_as_long_as_microsoft_asks(world: World) -> None:
    ready = await world.ready()
    its_hour_comes()
    fails(world.sandbox, Kind.STATUS_429, SEND, seconds=300)
    put_off = await ready.deliver()
    assert put_off.state is SendState.PREPARED
    assert timedelta(seconds=290) < put_off.due_at - clock.now() <= timedelta(seconds=300)
    assert put_off.reason == "provider_busy"
    assert (await until_settled(ready)).state is SendState.SENT
    assert sends(world.sandbox) == 1


async def state_of(world: World) -> MailboxState:
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        return (await session.get_one(Mailbox, world.mailbox.id)).state


async def reconnects_told(world: World) -> int:
    """Return how often Alice was told to connect again, and that nothing else was told."""
    told = await notices_of(world.resources, world.alice)
    assert {each.kind for each in told} <= {NoticeKind.RECONNECT}
    lost = [each for each in await log_of(await world.owner()) if each.action == "connection_lost"]
    assert len(lost) == len(told)
    return len(told)


@pytest.mark.parametrize("when", ["before it is looked at", "in the moment of sending"])
async def test_R6_microsoft_trusts_the_session_no_more_and_the_owner_is_told_once(
    world: World, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """Continuous access evaluation: even a fresh token is refused, while refreshing goes on working."""
    ready, coming = await world.ready(), await ready_about(world, "Tomorrow")
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        row = await session.get_one(ScheduledSend, (world.mailbox.id, coming.send.id))
        row.due_at += timedelta(days=1)
    its_hour_comes()
    week = timedelta(days=7)
    if when == "before it is looked at":
        sessions_end(world.sandbox, until=week)
    else:
        after_the_look(monkeypatch, lambda: sessions_end(world.sandbox, until=week))
    ended = await ready.deliver()
    monkeypatch.undo()
    assert (ended.state, ended.reason) == (SendState.HELD, "mailbox_not_active")
    assert await state_of(world) is MailboxState.NEEDS_RECONNECT
    waiting = await send_of(ready.owner, coming.send.id)
    assert (waiting.state, waiting.reason) == (SendState.HELD, "mailbox_not_active")
    asked = len(world.sandbox.ledger.entries)
    for _ in range(3):
        lease_is_over()
        await ready.deliver()
    assert len(world.sandbox.ledger.entries) == asked
    assert (await reconnects_told(world), sends(world.sandbox)) == (1, 0)

    world.sandbox.modes.continuous_access = False
    await connected_mailbox(world.resources, world.alice, way="microsoft")
    assert await state_of(world) is MailboxState.ACTIVE
    assert ((await ready.now()).state, (await ready.now()).reason) == (SendState.HELD, "hour_passed")
    assert (await send_of(ready.owner, coming.send.id)).state is SendState.PREPARED
    await approved(await world.owner(), ready.seen)
    assert (await ready.deliver()).state is SendState.SENT
    clock.move(timedelta(days=1))
    assert sends(world.sandbox) == 1


async def test_R6_a_session_that_ends_while_nobody_knows_whether_a_letter_left_leaves_it_open(world: World) -> None:
    ready = await world.ready()
    its_hour_comes()
    fails(world.sandbox, Kind.AFTER_EFFECT, SEND)
    assert (await ready.deliver()).state is SendState.INTENT
    lease_is_over()
    sessions_end(world.sandbox, until=timedelta(days=1))
    assert (await ready.deliver()).state is SendState.INTENT
    assert await state_of(world) is MailboxState.NEEDS_RECONNECT
    world.sandbox.modes.continuous_access = False
    await connected_mailbox(world.resources, world.alice, way="microsoft")
    lease_is_over()
    assert (await ready.deliver()).state is SendState.SENT
    assert (await reconnects_told(world), sends(world.sandbox)) == (1, 1)


async def test_R6_a_session_that_ends_is_noted_whoever_meets_it_first(world: World) -> None:
    """An assistant's list meets it: she is told of no token, the owner is told to connect again."""

    sessions_end(world.sandbox, until=timedelta(days=1))
    with pytest.raises(MailboxDisconnected) as met:
        await list_messages(await world.assistant(), Listing())
    assert met.value.sentence() == "The connection to this mailbox has ended. Its owner has to connect it again."
    assert await state_of(world) is MailboxState.NEEDS_RECONNECT
    assert await reconnects_told(world) == 1


async def test_R6_a_session_that_ends_costs_one_fresh_token_where_that_one_is_taken(world: World) -> None:
    ready = await world.ready()
    its_hour_comes()
    await (await world.owner()).provider.address()
    sessions_end(world.sandbox)
    clock.move(timedelta(seconds=1))
    before = refreshes(world)
    assert (await ready.deliver()).state is SendState.SENT
    assert (refreshes(world), await state_of(world)) == (before + 1, MailboxState.ACTIVE)
    assert (await reconnects_told(world), sends(world.sandbox)) == (0, 1)


def refreshes(world: World) -> int:
    return sum(str(entry.operation).endswith("refresh_token") for entry in world.sandbox.ledger.entries)


async def test_R6_an_old_refusal_does_not_end_a_consent_that_was_given_meanwhile(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second 401 is on its way while Alice connects again: what has just begun to work goes on working."""

    ready = await world.ready()
    its_hour_comes()
    noted = watched.is_over

    async def after_reconnecting(*given: object) -> bool:
        world.sandbox.modes.continuous_access = False
        await connected_mailbox(world.resources, world.alice, way="microsoft")
        return await noted(*given)  # type: ignore[arg-type]

    sessions_end(world.sandbox, until=timedelta(days=1))
    monkeypatch.setattr(watched, "is_over", after_reconnecting)
    assert (await ready.deliver()).state is SendState.PREPARED
    monkeypatch.undo()
    assert await state_of(world) is MailboxState.ACTIVE
    lease_is_over()
    assert (await ready.deliver()).state is SendState.SENT
    assert (await reconnects_told(world), sends(world.sandbox)) == (0, 1)


async def test_nothing_of_it_is_left_to_a_worker_that_comes_for_it_with_a_foreign_mailbox(world: World) -> None:
    """Ids of a job are a hint: the send of one mailbox is none of another."""

    ready = await world.ready()
    elsewhere = await connected_mailbox(world.resources, world.alice)
    its_hour_comes()
    with pytest.raises(NotFound):
        await deliver(world.resources, elsewhere.id, ready.send.id)
    assert sends(world.sandbox) == 0
