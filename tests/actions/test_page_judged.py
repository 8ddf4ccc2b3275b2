"""A page of conversations is judged in one go, each conversation by itself."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from app.access.visibility import Verdict
from app.actions import known, seeing
from app.actions.list_messages import list_messages
from app.actions.private import mark_sender
from app.clock import now
from app.providers.base import Folder, Listing, Message
from tests.actions.outlook import outlook_world
from tests.actions.situations import TERRACE, World, client_writes, subjects
from tests.people import MOTHER


async def test_one_private_conversation_of_a_page_makes_no_other_private(world: World) -> None:
    await world.grant("mail.list")
    await mark_sender(await world.owner(), MOTHER)
    page = await list_messages(await world.assistant(), Listing())
    assert subjects(page.messages) == ["Garden news", TERRACE]


async def test_a_message_met_again_keeps_its_id(world: World) -> None:
    owner = await world.owner()
    first = await list_messages(owner, Listing())
    again = await list_messages(owner, Listing())
    assert len(first.messages) == 4
    assert [each.id for each in again.messages] == [each.id for each in first.messages]


async def test_a_page_is_remembered_by_one_statement_and_looked_at_again_by_none(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[object] = []
    ask = psycopg.AsyncConnection.execute

    async def noted(
        connection: psycopg.AsyncConnection, statement: Any, *given: Any, **more: Any
    ) -> psycopg.AsyncCursor:
        said.append(statement)
        return await ask(connection, statement, *given, **more)

    monkeypatch.setattr(psycopg.AsyncConnection, "execute", noted)
    for _ in range(2):
        assert len((await list_messages(await world.owner(), Listing())).messages) == 4
    assert said.count(known.REMEMBERED) == 1


@pytest.mark.parametrize("way", ["google", "microsoft"])
async def test_a_page_costs_one_call_and_one_for_each_conversation(world: World, way: str) -> None:
    client_writes(world.sandbox)  # two messages of five are one conversation
    if way == "microsoft":
        world = await outlook_world(world.resources, world.sandbox, world.alice, world.bob)
    await world.grant("mail.list")
    desk = await world.assistant()
    await list_messages(desk, Listing())  # tokens are fetched, labels and folders are learnt
    heard = len(world.sandbox.ledger.entries)
    await list_messages(desk, Listing())
    assert len(world.sandbox.ledger.since(heard)) == 1 + 4


def test_a_message_met_in_two_conversations_is_as_private_as_in_either() -> None:
    message = Message(id="m1", thread_id="t1", folder=Folder.INBOX, date=now())
    rows: dict[str, tuple[str, Verdict]] = {}
    for private in ("", "sender", ""):
        seeing._put(rows, message, Verdict(private))
    assert rows["m1"] == ("t1", Verdict("sender"))
