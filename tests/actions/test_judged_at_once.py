"""Two who judge the same message at once: what one of them has found out is not forgotten by the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest

from app import clock
from app.access.visibility import THREAD, WHOLE
from app.actions import seeing
from app.actions.list_messages import list_messages
from app.actions.private import mark_sender
from app.actions.read import read
from app.errors import NotFound
from app.providers.base import Listing
from tests.actions.situations import World, known_messages, message_id, subjects
from tests.actions.test_whole_text import CODE, SHOP
from tests.people import ALICE, CLIENT, MOTHER, mail

ALL = Listing(folder=None, size=50)
OTHER = "x@elsewhere.example"


@pytest.fixture
async def thanks(world: World) -> UUID:
    """A letter with a code far below its beginning, which stands in lists until somebody reads it."""
    raw = mail(SHOP, "Thank you", CODE, message_id="<thanks@shop.example>")
    again = mail(CLIENT, "Re: Thank you", "Shall we order again?", answers="<thanks@shop.example>")
    for each in (raw, again):
        world.sandbox.mailbox(ALICE[0]).add(each, labels=("INBOX",), internal_date=clock.now(), unread=True)
    await world.grant("mail.read")
    found = await message_id(await world.assistant(), "Thank you")
    await mark_sender(await world.owner(), MOTHER)  # rules change, so that whoever looks next writes the row
    return found


@asynccontextmanager
async def slowly(monkeypatch: pytest.MonkeyPatch, slow: Coroutine[Any, Any, Any]) -> AsyncIterator[None]:
    """Have somebody judge what is there now, and write it down only after what happens inside."""
    judged, go = asyncio.Event(), asyncio.Event()
    remembered = seeing.remembered

    async def later(*given: Any) -> Any:
        if not judged.is_set():
            judged.set()
            await go.wait()
        return await remembered(*given)

    monkeypatch.setattr(seeing, "remembered", later)
    task = asyncio.create_task(slow)
    await judged.wait()
    yield
    go.set()
    await asyncio.gather(task, return_exceptions=True)


async def listed(world: World) -> set[str]:
    return set(subjects((await list_messages(await world.assistant(), ALL)).messages))


async def row(world: World, id_: UUID) -> Any:
    return next(each for each in await known_messages(world.resources, world.mailbox) if each.id == id_)


async def test_a_list_at_the_same_moment_does_not_forget_that_a_whole_text_opens_accounts(
    world: World, thanks: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, desk = await world.owner(), await world.assistant()
    async with slowly(monkeypatch, list_messages(desk, ALL)):
        await read(owner, thanks)
    assert (await row(world, thanks)).private == WHOLE
    assert not {"Thank you", "Re: Thank you"} & await listed(world)
    with pytest.raises(NotFound):
        await read(desk, thanks)


async def test_what_a_list_returns_is_what_stands_then(
    world: World, thanks: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = await world.owner()
    page = (await owner.provider.list_conversations(ALL)).threads
    letter = next(message for each in page for message in each.messages if message.subject == "Thank you")
    found: list[Any] = []

    async def learn() -> None:
        found.append(await seeing.learn(world.resources, world.mailbox, *page))

    async with slowly(monkeypatch, learn()):
        await read(owner, thanks)
    assert found[0][letter.id].private == WHOLE


async def test_rules_that_are_newer_stand_whoever_writes_last(
    world: World, thanks: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, desk = await world.owner(), await world.assistant()
    async with slowly(monkeypatch, list_messages(desk, ALL)):
        await mark_sender(owner, SHOP)
        await list_messages(owner, ALL)
    assert (await row(world, thanks)).private == "sender"
    assert "Thank you" not in await listed(world)


@pytest.mark.parametrize("cleared", [False, True])
async def test_who_reads_under_older_rules_has_read_it_all_the_same(
    world: World, thanks: UUID, monkeypatch: pytest.MonkeyPatch, *, cleared: bool
) -> None:
    """Rules change while somebody reads; if they show the sender's mail, they do so with its whole conversation."""
    owner = await world.owner()
    async with slowly(monkeypatch, read(owner, thanks)):
        await mark_sender(owner, SHOP if cleared else OTHER, private=not cleared)
        assert {"Thank you", "Re: Thank you"} <= await listed(world)
    assert (await row(world, thanks)).private == WHOLE
    seen = {"Thank you", "Re: Thank you"} & await listed(world)
    assert seen == ({"Thank you", "Re: Thank you"} if cleared else set())
    assert (await row(world, thanks)).private == ("" if cleared else WHOLE)


async def test_a_list_under_older_rules_hides_nothing_that_the_owner_shows_by_now(
    world: World, thanks: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, desk = await world.owner(), await world.assistant()
    await read(owner, thanks)
    await mark_sender(owner, OTHER)
    async with slowly(monkeypatch, list_messages(desk, ALL)):
        await mark_sender(owner, SHOP, private=False)
        assert {"Thank you", "Re: Thank you"} <= await listed(world)
    assert {"Thank you", "Re: Thank you"} <= await listed(world)


async def test_a_conversation_too_long_to_look_at_keeps_that_one_of_its_letters_opens_accounts(
    world: World, thanks: UUID
) -> None:
    owner = await world.owner()
    await read(owner, thanks)
    page = (await owner.provider.list_conversations(ALL)).threads
    long = next(each for each in page if any(message.subject == "Thank you" for message in each.messages))
    cut = type(long)(id=long.id, messages=long.messages, whole=False)
    known = await seeing.learn(world.resources, world.mailbox, cut)
    assert sorted(each.private for each in known.values()) == [THREAD, WHOLE]
