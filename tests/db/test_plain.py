"""Objects of plain statements are what a session would have read, and in no session."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import inspect, text
from sqlmodel import SQLModel

from app.db.plain import Detached, one
from app.models.conditions import Conditions
from app.models.grant import Grant
from app.models.mailbox import Mailbox
from tests.actions.situations import World

STRANGE = {"mailbox": "state = 'asleep'", "grants": 'conditions = \'{"moon": "full"}\''}
BOUND = Conditions(senders=frozenset({"@customer.example"}), changes_a_day=5)


@pytest.mark.parametrize("strange", [False, True], ids=["of today", "of a later version"])
async def test_they_are_what_a_session_reads(world: World, strange: bool) -> None:
    given = await world.grant(conditions=BOUND)
    for model, key in ((Mailbox, world.mailbox.id), (Grant, (world.mailbox.id, given.id))):
        kind: Any = model
        async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
            if strange:
                await session.execute(text(f"update {kind.__tablename__} set {STRANGE[kind.__tablename__]}"))
            read = await session.get_one(kind, key)
            made = Detached(kind)
            found = made.made(await one(session, f"{made.select} where id = %(id)s", {"id": read.id}))
            assert fields(found) == fields(read)
            assert not inspect(found).session
            await session.rollback()


def fields(row: SQLModel) -> dict[str, Any]:
    return {name: getattr(row, name) for name in type(row).model_fields}
