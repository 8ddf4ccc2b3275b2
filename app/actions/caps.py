"""How much of a day's number is used up under a grant: counted in the transaction that decides.

So no two get past it together. A number is not given back when the act fails afterwards: nobody can be sure that
nothing was done.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.acts import ACTS, Act
from app.actions.hand import About
from app.db.plain import one, run
from app.errors import BadRequest
from app.models.draft import USED_AN_APPROVAL, ScheduledSend, SendState
from app.models.grant import Grant, NeedsApproval
from app.models.mailbox import Mailbox
from app.rules.moments import wall_of

# Counted for those who look after a grant, against no number: that something was done on a day, and drafts.
USED, DRAFTS = "used", "drafts"
_ROW = """
insert into daily_count (mailbox_id, grant_id, day, counted, number)
values (%(mailbox_id)s, %(grant_id)s, %(day)s, %(counted)s, """
_FOUND = "on conflict (mailbox_id, grant_id, day, counted) do "
# Made if it is missing, and locked: two that begin the day at once would else both find nothing.
LOCKED = f"{_ROW} 0) {_FOUND} update set number = daily_count.number returning number"
NOTED = f"{_ROW} 1) {_FOUND} nothing"
ONE_MORE = """
insert into daily_count (mailbox_id, grant_id, day, counted, number)
select %(mailbox_id)s, %(grant_id)s, %(day)s, counted, 1 from unnest(%(counted)s::text[]) as counted
on conflict (mailbox_id, grant_id, day, counted) do update set number = daily_count.number + 1
  where excluded.counted <> 'used'
"""


def today(mailbox: Mailbox, grant: Grant | None) -> date:
    """Return which day it is where a grant's numbers are counted: by the zone of its hours, else of the mailbox."""
    hours = grant.conditions.hours if grant and grant.conditions else None
    try:
        return wall_of(clock.now(), hours.zone if hours else mailbox.zone).date()
    except BadRequest:  # a zone that is not known any more
        return clock.now().date()


async def used_on(session: AsyncSession, grant: Grant | None, act: Act, about: About, day: date) -> int | None:
    """Return how much was done on a day of what the act counts against, locked until the decision is committed."""
    counted = ACTS[act].counted
    if grant is None or counted is None:
        return None
    if _is_counted(about):
        return 0
    (number,) = await one(session, LOCKED, _of(grant, day) | {"counted": counted.value})
    return int(number)


async def count(session: AsyncSession, grant: Grant | None, act: Act, about: About, day: date) -> None:
    """Count an act that was allowed, on the day by which it was judged.

    A send is counted when it is begun first, not when it is tried again. That there was anything at all is noted once a
    day beside it: by that is known when a grant was used last.
    """
    if grant is None:
        return
    row, counted = _of(grant, day), ACTS[act].counted
    if counted is None or _is_counted(about):
        await run(session, NOTED, row | {"counted": USED})
    else:
        more = [USED, counted.value, *([DRAFTS] if act is Act.DRAFT else [])]
        await run(session, ONE_MORE, row | {"counted": more})


async def sent_before(session: AsyncSession, grant: Grant | None, act: Act) -> int | None:
    """Return how many replies have left under a grant with the owner's yes, where its wish for approval asks.

    "You approve the first replies" speaks of replies that she has approved: what left without her, under another wish
    or as a text approved before, has taught her nothing of this assistant.
    """
    if grant is None or not ACTS[act].leaves or grant.needs_approval != NeedsApproval.FIRST:
        return None
    found = await session.execute(
        select(func.count())
        .select_from(ScheduledSend)
        .where(col(ScheduledSend.mailbox_id) == grant.mailbox_id, col(ScheduledSend.grant_id) == grant.id)
        .where(col(ScheduledSend.state) == SendState.SENT, USED_AN_APPROVAL)
    )
    return found.scalar_one()


def _is_counted(about: About) -> bool:
    """Say whether this is another attempt at a send that has been counted already."""
    return about.send is not None and about.send.fence > 0


def _of(grant: Grant, day: date) -> dict[str, Any]:
    return {"mailbox_id": grant.mailbox_id, "grant_id": grant.id, "day": day}
