"""Whatever fails while a letter is sent, it leaves once: the provider's ledger is the truth each story ends with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest

from app import clock
from app.actions import errand as errands
from app.actions import grants, schedule
from app.actions.disconnect import disconnect
from app.actions.draft import see_draft
from app.actions.errand import errand_of, retire
from app.actions.resources import Resources
from app.actions.send import deliver
from app.models.draft import ScheduledSend, SendState
from app.models.grant import NeedsApproval
from app.models.mailbox import Mailbox, MailboxState
from app.providers.allowed import allowed
from app.providers.transport import Transport
from app.sandbox.faults import Fault, Kind
from app.sandbox.server import running
from app.settings import Settings
from tests.actions.situations import (
    SEND,
    Ready,
    World,
    after_the_look,
    approved,
    client_writes,
    delete_by_hand,
    edit_by_hand,
    effects,
    fails,
    its_hour_comes,
    lease_is_over,
    log_of,
    sends,
)
from tests.people import ALICE, practice_settings


async def until_settled(ready: Ready, tries: int = 15) -> ScheduledSend:
    """Let workers come again and again until it is sent, held, or a person is asked."""
    for _ in range(tries):
        send = await ready.deliver()
        if send.state not in (SendState.PREPARED, SendState.INTENT):
            return send
        lease_is_over()
    raise AssertionError(f"it is still {send.state}")


@pytest.mark.parametrize("fault", [Kind.BEFORE, Kind.AFTER_EFFECT, Kind.RESET, Kind.TRUNCATE])
async def test_a_lost_answer_is_looked_into_and_the_letter_leaves_once(world: World, fault: Kind) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    fails(world.sandbox, fault)
    first = await ready.deliver()
    assert first.state is SendState.INTENT
    assert sends(world.sandbox) == (0 if fault is Kind.BEFORE else 1)
    assert (await until_settled(ready)).state is SendState.SENT
    assert sends(world.sandbox) == 1
    assert len([entry for entry in world.sandbox.ledger.entries if entry.path.endswith("/drafts/send")]) == (
        2 if fault is Kind.BEFORE else 1
    )


@pytest.mark.parametrize("fault", [Kind.STATUS_429, Kind.STATUS_503])
async def test_a_provider_that_says_later_is_asked_again_later(world: World, fault: Kind) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    fails(world.sandbox, fault, times=2, seconds=60)
    first = await ready.deliver()
    # A 503 to what sends may come from a gateway that does not know what was done behind it.
    assert first.state is (SendState.PREPARED if fault is Kind.STATUS_429 else SendState.INTENT)
    assert (await until_settled(ready)).state is SendState.SENT
    assert sends(world.sandbox) == 1


async def test_a_letter_is_put_off_for_as_long_as_the_provider_asks(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    fails(world.sandbox, Kind.STATUS_429, seconds=300)
    put_off = await ready.deliver()
    assert timedelta(seconds=295) < put_off.due_at - clock.now() <= timedelta(seconds=300)
    assert (put_off.reason, put_off.asked_at) == ("provider_busy", ready.send.due_at)
    asked = len(world.sandbox.ledger.entries)
    assert (await ready.deliver()).due_at == put_off.due_at
    assert len(world.sandbox.ledger.entries) == asked  # it is not asked before
    clock.move(timedelta(seconds=300))
    sent = await ready.deliver()
    assert (sent.state, sent.reason) == (SendState.SENT, "")
    assert sends(world.sandbox) == 1


@pytest.mark.parametrize("fault", [Kind.BEFORE, Kind.STATUS_429, Kind.STATUS_503, Kind.TRUNCATE])
async def test_a_failure_before_the_intent_leaves_everything_as_it_was(world: World, fault: Kind) -> None:
    """The draft or its conversation cannot be looked at right now: nothing is held for that."""
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    world.sandbox.faults.replace([Fault(method="GET", path="*", fault=fault, times=50, seconds=60)])
    waiting = await ready.deliver()
    assert (waiting.state, waiting.fence) == (SendState.PREPARED, 0)
    assert waiting.reason == ("provider_busy" if fault in (Kind.STATUS_429, Kind.STATUS_503) else "")
    world.sandbox.faults.replace([])
    lease_is_over()
    assert (await ready.deliver()).state is SendState.SENT
    assert sends(world.sandbox) == 1


@pytest.mark.parametrize("then", ["revoked", "paused", "expired", "edited", "moved"])
async def test_V4_an_unanswered_send_is_decided_about_anew_before_it_is_repeated(world: World, then: str) -> None:
    given = await world.grant(until=clock.now() + timedelta(hours=2))
    ready = await world.ready()
    its_hour_comes()
    fails(world.sandbox, Kind.BEFORE)
    assert (await ready.deliver()).state is SendState.INTENT
    if then == "revoked":
        assert (await grants.revoke(ready.owner, given.id)).in_flight == (ready.send.id,)
    elif then == "paused":
        assert not (await grants.pause(ready.owner, given.id)).done
    elif then == "expired":
        clock.move(timedelta(hours=2))
    elif then == "edited":
        edit_by_hand(world.sandbox, ready.seen, b"in March", b"in April")
    else:
        client_writes(world.sandbox)
    ended = await until_settled(ready)
    wanted = {"edited": "draft_edited", "moved": "thread_moved", "revoked": "grant_gone"}.get(then, f"grant_{then}")
    assert (ended.state, ended.reason) == (SendState.HELD, wanted)
    assert await grants.in_flight(ready.owner, given.id) == ()
    assert sends(world.sandbox) == 0


async def test_V4_a_worker_that_wakes_after_the_revocation_is_done_finds_nothing_to_send(world: World) -> None:
    """Between its intent and its call the worker's machine stood still; meanwhile the owner has revoked."""
    given = await world.grant()
    ready = await world.ready()
    its_hour_comes()
    fails(world.sandbox, Kind.BEFORE)
    await ready.deliver()
    assert not (await grants.revoke(ready.owner, given.id)).done
    lease_is_over()
    assert (await ready.deliver()).state is SendState.HELD
    assert await grants.in_flight(ready.owner, given.id) == ()
    late = await httpx2_post(world, ready.seen.draft.id)
    assert late.status_code == 404
    assert sends(world.sandbox) == 0
    (draft,) = world.sandbox.mailbox(ALICE[0]).drafts.values()
    assert draft.id != ready.seen.draft.id
    retired = [(each.phase, each.actor_kind) for each in await log_of(ready.owner) if each.action == "retire"]
    assert retired == [("begin", "system"), ("end", "system")]
    now = await see_draft(ready.owner, ready.seen.row.id)
    assert (now.draft.id, now.edited_by_hand, now.sha256) == (draft.id, False, ready.seen.sha256)


async def httpx2_post(world: World, draft_id: str) -> httpx2.Response:
    """Send a draft as a worker does that has its token and its request ready."""
    token = world.resources.tokens.by_mailbox[world.mailbox.id].value
    return await world.resources.transport._client.post(
        f"{world.resources.settings.gmail_api_url}gmail/v1/users/me/drafts/send",
        json={"id": draft_id},
        headers={"authorization": f"Bearer {token}"},
    )


async def test_a_worker_faster_than_the_retiring_is_found_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    fails(world.sandbox, Kind.BEFORE)
    await ready.deliver()
    errand = await errand_of(world.resources, world.mailbox.id, ready.send.id)
    fails(world.sandbox, Kind.AFTER_EFFECT)  # wakes, sends, and hears no answer

    class Waking:
        """A mailbox in which the letter leaves between the copy and the deletion."""

        def __init__(self, provider: object) -> None:
            self.provider = provider

        def __getattr__(self, name: str) -> object:
            return getattr(self.provider, name)

        async def delete_draft(self, draft_id: str) -> None:
            if draft_id == ready.seen.draft.id:
                with pytest.raises((httpx2.HTTPError, OSError)):
                    await httpx2_post(world, draft_id)
            await self.provider.delete_draft(draft_id)  # type: ignore[attr-defined]

    opened = errands.open_desk_for_job

    async def waking(*given: object, **more: object) -> object:
        watcher = await opened(*given, **more)  # type: ignore[arg-type]
        return replace(watcher, provider=Waking(watcher.provider))  # type: ignore[arg-type]

    monkeypatch.setattr(errands, "open_desk_for_job", waking)
    sent = await retire(ready.desk, errand)
    monkeypatch.undo()
    assert sent is not None
    assert sends(world.sandbox) == 1
    assert world.sandbox.mailbox(ALICE[0]).drafts == {}
    lease_is_over()
    assert (await ready.deliver()).state is SendState.SENT


async def test_V4_revoking_is_not_done_while_the_draft_cannot_be_put_out_of_reach(world: World) -> None:
    given = await world.grant()
    ready = await world.ready()
    its_hour_comes()
    fails(world.sandbox, Kind.BEFORE)
    await ready.deliver()
    await grants.revoke(ready.owner, given.id)
    lease_is_over()
    world.sandbox.faults.replace([Fault(method="POST", path="*/drafts", fault=Kind.BEFORE, times=3)])
    assert (await ready.deliver()).state is SendState.INTENT
    assert await grants.in_flight(ready.owner, given.id) == (ready.send.id,)
    world.sandbox.faults.replace([])
    assert (await ready.deliver()).state is SendState.HELD
    assert sends(world.sandbox) == 0


async def test_after_an_unanswered_send_the_log_says_how_it_ended(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    fails(world.sandbox, Kind.AFTER_EFFECT)
    await ready.deliver()
    lease_is_over()
    sent = await ready.deliver()
    begin, end, found = (await log_of(ready.owner))[-3:]
    assert (begin.phase, begin.action) == ("begin", "send")
    assert (end.phase, end.outcome) == ("end", "no_answer")
    assert (found.action, found.outcome, found.provider_sent) == ("recover", "done", sent.sent_id)
    assert found.subject_id == ready.send.id


async def test_a_consent_that_has_ended_holds_the_letters_and_says_so_once(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    world.sandbox.grants.end_all(ALICE[0])
    its_hour_comes()
    held = await ready.deliver()
    assert (held.state, held.reason) == (SendState.HELD, "mailbox_not_active")
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        assert (await session.get_one(Mailbox, world.mailbox.id)).state is MailboxState.NEEDS_RECONNECT
    asked = len(world.sandbox.ledger.entries)
    lease_is_over()
    assert (await ready.deliver()).state is SendState.HELD
    assert len(world.sandbox.ledger.entries) == asked
    assert sends(world.sandbox) == 0


async def test_a_consent_that_ends_while_a_letter_is_on_its_way_leaves_it_open_until_somebody_can_look(
    world: World,
) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    fails(world.sandbox, Kind.AFTER_EFFECT)
    await ready.deliver()
    world.sandbox.grants.end_all(ALICE[0])
    world.resources.tokens.by_mailbox.clear()
    lease_is_over()
    assert (await ready.deliver()).state is SendState.INTENT
    assert (await ready.deliver()).state is SendState.INTENT
    assert sends(world.sandbox) == 1


async def test_disconnecting_holds_what_was_scheduled(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    await disconnect(ready.owner)
    held = await ready.now()
    assert (held.state, held.reason) == (SendState.HELD, "disconnected")
    its_hour_comes()
    assert (await ready.deliver()).state is SendState.HELD
    assert sends(world.sandbox) == 0


async def test_what_gmail_refuses_is_held_with_its_reason(world: World) -> None:
    """The owner has emptied the recipient line by hand, and has approved that by mistake."""
    await world.grant("reply.free", "schedule", needs_approval=NeedsApproval.NEVER)
    ready = await world.ready(yes=False)
    edit_by_hand(world.sandbox, ready.seen, b"To: ", b"X-To: ")
    await approved(ready.owner, ready.seen)
    its_hour_comes()
    held = await ready.deliver()
    assert (held.state, held.reason) == (SendState.HELD, "refused")
    assert sends(world.sandbox) == 0
    end = (await log_of(ready.owner))[-1]
    assert (end.phase, end.outcome) == ("end", "invalid_message")


async def test_a_draft_gone_in_the_very_moment_is_waited_for_not_guessed_about(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()

    def gone() -> None:
        if ready.seen.draft.id in world.sandbox.mailbox(ALICE[0]).drafts:
            delete_by_hand(world.sandbox, ready.seen)

    after_the_look(monkeypatch, gone)
    assert (await ready.deliver()).state is SendState.INTENT
    monkeypatch.undo()
    ended = await until_settled(ready)
    assert (ended.state, ended.reason) == (SendState.NEEDS_HUMAN, "draft_gone")
    assert sends(world.sandbox) == 0


@pytest.fixture
async def over_sockets(world: World, settings: Settings) -> AsyncIterator[Resources]:
    """Resources that reach the practice server through real sockets and wait for a moment only."""
    async with running(world.sandbox) as origin, httpx2.AsyncClient() as client:
        here = practice_settings(settings.data_dir, origin)
        transport = Transport(client, allowed(here), read_seconds=0.3)
        yield replace(world.resources, settings=here, transport=transport)


@pytest.mark.parametrize("fault", [Kind.HANG, Kind.RESET, Kind.TRUNCATE, Kind.AFTER_EFFECT])
async def test_over_real_sockets_a_lost_answer_is_no_second_letter(
    world: World, over_sockets: Resources, fault: Kind
) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    fails(world.sandbox, fault, SEND, seconds=5)
    first = await deliver(over_sockets, world.mailbox.id, ready.send.id)
    assert first.state is SendState.INTENT
    assert sends(world.sandbox) == 1
    lease_is_over()
    sent = await deliver(over_sockets, world.mailbox.id, ready.send.id)
    assert sent.state is SendState.SENT
    assert sends(world.sandbox) == 1
    assert len(effects(world.sandbox, "send")) == 1
    assert (await schedule.send_of(ready.owner, ready.send.id)).sent_id == world.sandbox.left[0].message
