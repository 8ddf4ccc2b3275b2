"""What `bench outbox` measures: copies of an approved reply leave as what the product has written itself."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import col, select

from app import clock
from app.actions.send import deliver
from app.models.draft import ScheduledSend, SendState
from tests.actions.situations import World
from tests.bench import postroom
from tests.bench.postroom import Postroom


async def due(room: Postroom) -> list[ScheduledSend]:
    found = []
    for pattern in room.patterns:
        mailbox_id = pattern.world.mailbox.id
        async with room.resources.db.transaction(mailbox=mailbox_id) as session:
            rows = select(ScheduledSend).where(col(ScheduledSend.mailbox_id) == mailbox_id)
            found += (await session.execute(rows.where(col(ScheduledSend.due_at) <= clock.now()))).scalars().all()
    return found


async def test_H5_copies_at_both_providers_leave_once_each_and_their_lateness_is_the_ledgers(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postroom, "MAILBOXES", 2)
    room = await Postroom.opened(world.resources, world.sandbox)
    planned = await room.plan(4, each_second=2)
    assert await due(room) == []
    clock.move(timedelta(seconds=20))
    sends = await due(room)
    ended = await asyncio.gather(*(deliver(world.resources, each.mailbox_id, each.id) for each in sends))
    assert [(each.state, each.reason) for each in ended] == [(SendState.SENT, "")] * 4
    late = await room.left(planned)
    assert len(late) == 4
    assert all(second > 0 for second in late)
    assert late[-1] - late[0] >= 1  # they were due half a second apart and left together


async def test_a_reply_that_leaves_twice_is_no_figure(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postroom, "MAILBOXES", 1)
    room = await Postroom.opened(world.resources, world.sandbox)
    planned = await room.plan(1)
    clock.move(timedelta(seconds=20))
    (send,) = await due(room)
    await deliver(world.resources, send.mailbox_id, send.id)
    world.sandbox.ledger.entries.append(world.sandbox.ledger.entries[-1])
    with pytest.raises(RuntimeError, match="left twice"):
        await room.left(planned)
