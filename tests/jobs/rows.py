"""Rows that wait for their hour, without the letters: for what dispatches by ids alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text, update
from sqlmodel import col, select

from app import clock
from app.actions.resources import Resources
from app.models.draft import Draft, ScheduledSend, SendState
from app.models.mailbox import KnownMessage, Mailbox


async def waiting(resources: Resources, mailbox: Mailbox, count: int, due_in: timedelta = timedelta()) -> list[UUID]:
    """Put rows that are due then into a mailbox; their drafts are nowhere."""
    async with resources.db.transaction(mailbox=mailbox.id) as session:
        now, ids = clock.now(), {"mailbox_id": mailbox.id}
        message = KnownMessage(
            **ids, provider_id=uuid4().hex, thread_id="t", private="", senders_version=1, seen_at=now
        )
        session.add(message)
        await session.flush()
        sends = []
        for number in range(count):
            draft = Draft(
                **ids, message_id=message.id, author_id=mailbox.owner_id, private_id="x", created_at=now, updated_at=now
            )
            session.add(draft)
            await session.flush()
            due_at = now + due_in + timedelta(milliseconds=number)
            send = ScheduledSend(
                **ids, draft_id=draft.id, scheduled_by=mailbox.owner_id, wall_time=due_at.replace(tzinfo=None),
                zone="UTC", due_at=due_at, created_at=now,
            )  # fmt: skip
            session.add(send)
            sends.append(send.id)
        return sends


async def changed(resources: Resources, mailbox: Mailbox, send_id: UUID, **values: Any) -> None:
    """Change a row."""
    async with resources.db.transaction(mailbox=mailbox.id) as session:
        await session.execute(update(ScheduledSend).where(col(ScheduledSend.id) == send_id).values(**values))


async def states(resources: Resources, mailbox: Mailbox) -> set[SendState]:
    """Return the states of all rows of a mailbox."""
    async with resources.db.transaction(mailbox=mailbox.id) as session:
        return set((await session.execute(select(ScheduledSend.state))).scalars())


async def jobs(resources: Resources) -> list[dict[str, str]]:
    """Return the arguments of the jobs that wait or are worked on."""
    async with resources.db.transaction() as session:
        rows = await session.execute(text("select args from procrastinate_jobs order by id"))
        return list(rows.scalars())


async def until(condition: Callable[[], Awaitable[object]], seconds: float = 30, every: float = 0.02) -> None:
    """Wait for a condition, looking again and again."""
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - what is waited for happens in other processes too
            await asyncio.sleep(every)
