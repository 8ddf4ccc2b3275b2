"""A page of conversations is judged in one go, each conversation by itself."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from app.actions import seeing
from app.actions.list_messages import list_messages
from app.actions.private import mark_sender
from app.providers.base import Listing
from tests.actions.situations import TERRACE, World, subjects
from tests.people import MOTHER


async def test_one_private_conversation_of_a_page_makes_no_other_private(world: World) -> None:
    await world.grant("mail.list")
    await mark_sender(await world.owner(), MOTHER)
    page = await list_messages(await world.assistant(), Listing())
    assert subjects(page.messages) == ["Garden news", TERRACE]


async def test_a_page_of_more_rows_than_one_statement_takes_is_judged_whole(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seeing, "MOST_ROWS", 3)
    owner = await world.owner()
    first = await list_messages(owner, Listing())
    again = await list_messages(owner, Listing())
    assert len(first.messages) == 4
    assert [each.id for each in again.messages] == [each.id for each in first.messages]


async def test_a_page_is_remembered_by_one_statement(world: World) -> None:
    statements: list[str] = []
    engine = world.resources.db.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    await list_messages(await world.owner(), Listing())
    assert len([each for each in statements if each.startswith("INSERT INTO message ")]) == 1


def test_a_message_met_in_two_conversations_is_as_private_as_in_either() -> None:
    rows: dict[str, dict[str, object]] = {}
    for private in ("", "sender", ""):
        seeing._put(rows, {"provider_id": "m1", "private": private})
    assert rows["m1"]["private"] == "sender"
