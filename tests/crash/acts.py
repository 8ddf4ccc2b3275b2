"""What people do, in a process of its own that can be struck down: write, choose an hour, approve, take back."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.actions import approve, draft, schedule
from app.actions.desk import Desk
from app.actions.opening import open_resources
from app.actions.seats import open_desk
from app.errors import Conflict
from app.settings import load

TOO_LATE = 3  # the exit code of what was refused because it was too late, or done before


class Wish(NamedTuple):
    """What somebody does with which draft or send; the id stands for both, whichever the act is about."""

    act: str  # of ACTS
    person_id: UUID
    mailbox_id: UUID
    about: UUID
    text: str = ""
    at: datetime | None = None


async def _write(desk: Desk, wish: Wish) -> None:
    message_id = UUID(wish.text.partition(" ")[0])
    await draft.write_draft(desk, message_id, wish.text, draft_id=wish.about)


async def _schedule(desk: Desk, wish: Wish) -> None:
    if wish.at is None:
        await schedule.schedule_now(desk, wish.about)
    else:
        await schedule.schedule(desk, wish.about, wall_time=wish.at, zone="UTC")


async def _approve(desk: Desk, wish: Wish) -> None:
    shown = await approve.seen_for_approval(desk, wish.about)
    await approve.approve(desk, wish.about, sha256=shown.sha256)


async def _cancel(desk: Desk, wish: Wish) -> None:
    await schedule.cancel(desk, wish.about)


ACTS: dict[str, Callable[[Desk, Wish], Awaitable[None]]] = {
    "write": _write,
    "schedule": _schedule,
    "approve": _approve,
    "cancel": _cancel,
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
