"""What changes between a worker's look and its word is not lost: a consent, a yes, a grant, what a reply answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col

from app import clock
from app.actions import attempt, grants, send
from app.actions.approve import waiting_for_approval
from app.actions.connection_lost import lose
from app.actions.decline import decline
from app.actions.disconnect import disconnect
from app.actions.draft import edit_draft
from app.actions.schedule import cancel
from app.actions.send_back import send_back
from app.errors import Conflict, ProviderBusy
from app.models.draft import SendState
from app.models.grant import Grant, NeedsApproval
from app.models.mailbox import Connection
from app.providers.gmail import drafts
from tests.actions.situations import (
    REPLY,
    World,
    approved,
    client_writes,
    edit_by_hand,
    in_an_hour,
    its_hour_comes,
    lease_is_over,
    sends,
    written,
)
from tests.people import connected_mailbox

TRUSTED = ("mail.read", "label", "reply.free", "schedule")
FEWER = ("mail.read", "reply.free", "schedule")


def just_before(real: Callable[..., Awaitable[Any]], happens: Callable[[], Awaitable[object]]) -> Any:
    """Have something happen once, just before a call."""
    happened: list[bool] = []

    async def called(*given: Any, **more: Any) -> Any:
        if not happened:
            happened.append(True)
            await happens()
        return await real(*given, **more)

    return called


async def trusts(world: World) -> Grant:
    """Bob's replies leave without Alice's yes."""
    return await world.grant(*TRUSTED, needs_approval=NeedsApproval.NEVER)


async def narrowed(world: World, given: Grant) -> None:
    """Alice takes a right away that no reply needs."""
    never = NeedsApproval.NEVER
    await grants.narrow(await world.owner(), given.id, scopes=FEWER, until=given.expires_at, needs_approval=never)


async def paused_and_resumed(world: World, given: Grant) -> None:
    """Alice stops Bob and lets him go on."""
    await grants.pause(await world.owner(), given.id)
    await grants.resume(await world.owner(), given.id)


@pytest.mark.parametrize(("module", "call"), [(send, "look"), (drafts, "send")])
async def test_a_consent_that_is_renewed_while_a_worker_is_at_a_reply_loses_none(
    world: World, monkeypatch: pytest.MonkeyPatch, module: Any, call: str
) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    again = just_before(getattr(module, call), lambda: connected_mailbox(world.resources, world.alice))
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(module, call, again)
        assert (await ready.deliver()).state is SendState.PREPARED
    lease_is_over()
    assert (await ready.deliver()).state is SendState.SENT
    assert sends(world.sandbox) == 1


@pytest.mark.parametrize("change", [narrowed, paused_and_resumed])
async def test_a_consent_that_is_renewed_lets_nothing_go_on_that_a_change_of_the_grant_holds(
    world: World, monkeypatch: pytest.MonkeyPatch, change: Callable[[World, Grant], Awaitable[None]]
) -> None:
    given = await trusts(world)
    ready = await world.ready(yes=False)
    its_hour_comes()

    async def both() -> None:
        await connected_mailbox(world.resources, world.alice)
        await change(world, given)

    monkeypatch.setattr(drafts, "send", just_before(drafts.send, both))
    held = await ready.deliver()
    assert (held.state, held.reason, sends(world.sandbox)) == (SendState.HELD, "grant_gone", 0)


@pytest.mark.parametrize("lost", [False, True])
@pytest.mark.parametrize("what", ["narrowed", "paused and let go on", "disconnected"])
async def test_what_waits_for_a_lost_consent_is_held_by_whatever_holds_what_is_prepared(
    world: World, what: str, *, lost: bool
) -> None:
    given = await trusts(world)
    ready = await world.ready(yes=False)
    if lost:
        await _consent_ends(world)
        assert ((await ready.now()).state, (await ready.now()).reason) == (SendState.HELD, "mailbox_not_active")
    if what == "disconnected":
        await disconnect(await world.owner())
    else:
        await (narrowed if what == "narrowed" else paused_and_resumed)(world, given)
    if lost or what == "disconnected":
        await connected_mailbox(world.resources, world.alice)
    its_hour_comes()
    assert (await ready.deliver()).state is SendState.HELD
    assert sends(world.sandbox) == 0


@pytest.mark.parametrize("change", [narrowed, paused_and_resumed])
async def test_what_the_provider_would_not_take_while_its_grant_changed_is_held_with_the_rest(
    world: World, monkeypatch: pytest.MonkeyPatch, change: Callable[[World, Grant], Awaitable[None]]
) -> None:
    given = await trusts(world)
    ready = await world.ready(yes=False)
    its_hour_comes()

    async def busy(*_given: Any, **_more: Any) -> Any:
        await change(world, given)
        raise ProviderBusy(retry_after=10)

    monkeypatch.setattr(drafts, "send", busy)
    held = await ready.deliver()
    assert (held.state, held.reason) == (SendState.HELD, "grant_gone")


@pytest.mark.parametrize("why", ["approval_missing", "draft_edited"])
async def test_a_yes_between_a_refusal_and_its_note_counts(
    world: World, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    await world.grant()
    ready = await world.ready(yes=False)
    its_hour_comes()
    if why == "draft_edited":
        edit_by_hand(world.sandbox, ready.seen, b"in March", b"in April")
    place = attempt if why == "approval_missing" else send
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(place, "hold", just_before(place.hold, lambda: approved(ready.owner, ready.seen)))
        assert (await ready.deliver()).state is SendState.PREPARED
    lease_is_over()
    assert (await ready.deliver()).state is SendState.SENT


async def test_a_yes_to_an_answer_to_what_stood_there_before_is_asked_for_again(world: World) -> None:
    """Her yes left the hour open, so that no other hour voids it."""
    await world.grant()
    owner, desk = await world.owner(), await world.assistant()
    seen = await written(desk)
    await approved(owner, seen)
    planned = await in_an_hour(desk, seen)
    client_writes(world.sandbox, "Forget it, I have found somebody else.")
    its_hour_comes()
    assert (await world.deliver(planned)).reason == "thread_moved"
    assert [row.id for row, _send in await waiting_for_approval(owner)] == [seen.row.id]
    again = await in_an_hour(desk, seen)
    its_hour_comes()
    held = await world.deliver(again)
    assert (held.reason, sends(world.sandbox)) == ("approval_missing", 0)


async def test_what_is_held_by_nobody_any_more_takes_no_yes_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bob takes the hour back just before a worker would have held the reply for a new message."""
    await world.grant()
    owner, desk = await world.owner(), await world.assistant()
    seen = await written(desk)
    await approved(owner, seen)
    planned = await in_an_hour(desk, seen)
    client_writes(world.sandbox)
    its_hour_comes()
    monkeypatch.setattr(send, "hold", just_before(send.hold, lambda: cancel(desk, planned.id)))
    assert (await world.deliver(planned)).state is SendState.CANCELLED
    assert await waiting_for_approval(owner) == []


@pytest.mark.parametrize("how", ["an edit that fails", "the same words again"])
@pytest.mark.parametrize("said", ["sent back", "declined"])
async def test_words_that_the_owner_does_not_want_do_not_leave(
    world: World, monkeypatch: pytest.MonkeyPatch, how: str, said: str
) -> None:
    await trusts(world)
    ready = await world.ready(yes=False)
    if said == "declined":
        await decline(ready.owner, ready.seen.row.id)
    else:
        await send_back(ready.owner, ready.seen.row.id, "Not in March, please.")

    async def busy(*_given: Any, **_more: Any) -> Any:
        raise ProviderBusy

    with monkeypatch.context() as while_busy:
        if how == "an edit that fails":
            while_busy.setattr(drafts, "update", busy)
            with pytest.raises(ProviderBusy):
                await edit_draft(ready.desk, ready.seen.row.id, "Other words.")
        else:
            await edit_draft(ready.desk, ready.seen.row.id, REPLY)
    with pytest.raises(Conflict, match="anew first"):
        await in_an_hour(ready.desk, ready.seen)
    assert await waiting_for_approval(ready.owner) == []
    await edit_draft(ready.desk, ready.seen.row.id, "In April, then.")
    await in_an_hour(ready.desk, ready.seen)


async def test_a_no_to_what_she_has_approved_takes_that_back_and_she_is_asked_as_before(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    await decline(ready.owner, ready.seen.row.id)
    assert [row.id for row, _send in await waiting_for_approval(ready.owner)] == [ready.seen.row.id]
    await decline(ready.owner, ready.seen.row.id)
    assert await waiting_for_approval(ready.owner) == []
    await approved(ready.owner, ready.seen)
    planned = await in_an_hour(ready.desk, ready.seen)
    its_hour_comes()
    assert (await world.deliver(planned)).state is SendState.SENT


async def _consent_ends(world: World) -> None:
    over = {"ended_at": clock.now(), "refresh_token": b"", "access_token": b""}
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        await session.execute(update(Connection).where(col(Connection.mailbox_id) == world.mailbox.id).values(**over))
    await lose(world.resources, world.mailbox.id)
