"""What people do, in a process of its own that can be struck down: write, choose an hour, approve, take back, edit."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from app import clock
from app.actions import approve, draft, schedule
from app.actions.decline import decline
from app.actions.desk import Desk
from app.actions.draft import see_draft
from app.actions.opening import open_resources
from app.actions.seats import open_desk
from app.actions.send_back import send_back
from app.errors import Conflict
from app.settings import load

TOO_LATE = 3  # the exit code of what was refused because it was too late, or done before
WORDS = "Yes, in March."


class Wish(NamedTuple):
    """What somebody does (one of ACTS) with which draft, or which send where it is taken back.

    `message_id` is the message that a new draft answers; `minutes` is how soon it is to leave (0: now).
    """

    act: str
    person_id: UUID
    mailbox_id: UUID
    about: UUID
    message_id: UUID | None = None
    minutes: int = 0


async def _write(desk: Desk, wish: Wish) -> None:
    assert wish.message_id
    await draft.write_draft(desk, wish.message_id, WORDS, draft_id=wish.about)


async def _schedule(desk: Desk, wish: Wish) -> None:
    if not wish.minutes:
        await schedule.schedule_now(desk, wish.about)
        return
    hour = (clock.now() + timedelta(minutes=wish.minutes)).replace(tzinfo=None)
    await schedule.schedule(desk, wish.about, wall_time=hour, zone="UTC")


async def _approve(desk: Desk, wish: Wish) -> None:
    shown = await see_draft(desk, wish.about)
    await approve.approve(desk, wish.about, sha256=shown.sha256)


async def _cancel(desk: Desk, wish: Wish) -> None:
    await schedule.cancel(desk, wish.about)


async def _edit(desk: Desk, wish: Wish) -> None:
    await draft.edit_draft(desk, wish.about, "No, in April.")


async def _send_back(desk: Desk, wish: Wish) -> None:
    await send_back(desk, wish.about, "Say April.")


async def _decline(desk: Desk, wish: Wish) -> None:
    await decline(desk, wish.about)


ACTS: dict[str, Callable[[Desk, Wish], Awaitable[None]]] = {
    "write": _write,
    "schedule": _schedule,
    "approve": _approve,
    "cancel": _cancel,
    "edit": _edit,
    "send_back": _send_back,
    "decline": _decline,
}


def do(wish: Wish) -> None:
    """Do it as the process of the pages would; this process ends with TOO_LATE if it was."""
    sys.exit(asyncio.run(_done(wish)))


async def _done(wish: Wish) -> int:
    settings = load(_env_file=None)
    async with open_resources(settings, settings.database_url.get_secret_value(), pool_size=2) as resources:
        desk = await open_desk(resources, wish.person_id, wish.mailbox_id, surface="console")
        try:
            await ACTS[wish.act](desk, wish)
        except Conflict:
            return TOO_LATE
    return 0
