"""Other words that are on their way into a draft never leave by a decision about those that stand there still."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from app import clock
from app.actions.draft import EDITING, SeenDraft, edit_draft, see_draft
from app.actions.make_key import make_key
from app.actions.schedule import schedule
from app.actions.seats import open_desk_with_key
from app.errors import Conflict, ProviderBusy
from app.models.draft import SendState
from app.models.grant import NeedsApproval
from app.providers.gmail import drafts as gmail_drafts
from app.providers.graph import drafts as graph_drafts
from tests.actions.outlook import world_at
from tests.actions.situations import HOUR, World, approved, in_an_hour, its_hour_comes, lease_is_over, sends, written

OTHER = "Dear Clara,\n\nplease pay to the account XX00 0000."
Going = Callable[[], Awaitable[None]]


@pytest.fixture(params=["gmail", "outlook"])
async def place(request: pytest.FixtureRequest, world: World) -> World:
    """Alice's mailbox at either provider."""
    if request.param == "gmail":
        return world
    return await world_at("outlook", world.resources, world.sandbox, world.alice, world.bob)


@asynccontextmanager
async def on_their_way(
    monkeypatch: pytest.MonkeyPatch, edit: Callable[[], Awaitable[SeenDraft]]
) -> AsyncIterator[asyncio.Task[SeenDraft]]:
    """Begin an edit and have its words arrive at the end only."""
    begun, goes_on = asyncio.Event(), asyncio.Event()

    def slowly(update: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def slow(*given: Any, **more: Any) -> Any:
            begun.set()
            await goes_on.wait()
            return await update(*given, **more)

        return slow

    for module in (gmail_drafts, graph_drafts):
        monkeypatch.setattr(module, "update", slowly(module.update))
    under_way = asyncio.ensure_future(edit())
    await begun.wait()
    yield under_way
    goes_on.set()
    await asyncio.wait([under_way])


async def in_hour(world: World, seen: SeenDraft) -> Any:
    """Alice sets the hour of the words that she has read."""
    shown = await see_draft(await world.owner(), seen.row.id)
    when = (clock.now() + HOUR).replace(tzinfo=None, microsecond=0)
    return await schedule(await world.owner(), seen.row.id, wall_time=when, zone="UTC", sha256=shown.sha256)


async def test_the_owners_hour_is_for_the_words_that_she_has_read(
    place: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await place.grant("draft")
    desk = await place.assistant()
    seen = await written(desk)
    async with on_their_way(monkeypatch, lambda: edit_draft(desk, seen.row.id, OTHER)) as edit:
        with pytest.raises(Conflict, match="other words"):
            await in_hour(place, seen)
    assert (await edit).draft.text.startswith("Dear Clara")
    planned = await in_hour(place, seen)  # now she has read the others
    its_hour_comes()
    assert (await place.deliver(planned)).state is SendState.SENT


async def test_I9_her_yes_is_to_the_words_that_she_has_read(place: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await place.grant()
    desk = await place.assistant()
    seen = await written(desk)
    planned = await in_an_hour(desk, seen)
    its_hour_comes()
    assert (await place.deliver(planned)).reason == "approval_missing"
    async with on_their_way(monkeypatch, lambda: edit_draft(desk, seen.row.id, OTHER)):
        with pytest.raises(Conflict, match="other words"):
            await approved(await place.owner(), seen)
    assert (await place.deliver(planned)).state is SendState.HELD
    assert sends(place.sandbox) == 0


async def test_nothing_is_sent_while_other_words_are_on_their_way(
    place: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await place.grant("mail.read", "reply.free", "schedule", needs_approval=NeedsApproval.NEVER)
    ready = await place.ready(yes=False)
    its_hour_comes()
    async with on_their_way(monkeypatch, lambda: edit_draft(ready.desk, ready.seen.row.id, OTHER)):
        assert (await ready.deliver()).state is SendState.PREPARED
        assert sends(place.sandbox) == 0
    lease_is_over()
    assert (await ready.deliver()).state is SendState.SENT  # her own hour, her own words


async def test_the_words_of_a_program_do_not_leave_at_its_persons_hour(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.grant("mail.read", "reply.free", "schedule", needs_approval=NeedsApproval.NEVER)
    desk = await world.assistant()
    _key, secret = await make_key(desk, name="robot", scopes=["mail.read", "draft"], until=clock.now() + 5 * HOUR)
    program = await open_desk_with_key(world.resources, secret)
    seen = await written(desk)
    async with on_their_way(monkeypatch, lambda: edit_draft(program, seen.row.id, OTHER)):
        with pytest.raises(Conflict, match="other words"):
            await in_an_hour(desk, seen)


async def test_of_two_edits_at_once_one_is_told_to_look_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.grant()
    desk = await world.assistant()
    seen = await written(desk)
    async with on_their_way(monkeypatch, lambda: edit_draft(desk, seen.row.id, OTHER)) as edit:
        with pytest.raises(Conflict, match="other words"):
            await edit_draft(await world.owner(), seen.row.id, "Mine.")
    assert (await edit).row.editing_until is None


async def test_an_edit_that_the_provider_refuses_is_waited_for_no_longer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.grant()
    desk = await world.assistant()
    seen = await written(desk)

    async def busy(*_given: Any, **_more: Any) -> Any:
        raise ProviderBusy

    with monkeypatch.context() as while_busy:
        while_busy.setattr(gmail_drafts, "update", busy)
        with pytest.raises(ProviderBusy):
            await edit_draft(desk, seen.row.id, OTHER)
    await approved(await world.owner(), seen)


async def test_words_that_arrive_when_nobody_waits_for_them_any_more_are_somebody_elses(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that was stopped for longer than an edit may take wakes up: what it writes counts as edited by hand."""
    await world.grant("draft")
    desk = await world.assistant()
    seen = await written(desk)
    async with on_their_way(monkeypatch, lambda: edit_draft(desk, seen.row.id, OTHER)) as edit:
        clock.move(EDITING + timedelta(seconds=1))
        planned = await in_hour(world, seen)
        its_hour_comes()
    with pytest.raises(Conflict):
        await edit
    held = await world.deliver(planned)
    assert (held.state, held.reason, sends(world.sandbox)) == (SendState.HELD, "draft_edited", 0)
