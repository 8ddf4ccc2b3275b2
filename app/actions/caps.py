"""How much of a day's number is used up under a grant: counted in the transaction that decides.

So no two get past it together. A number is not given back when the act fails afterwards: nobody can be sure that
nothing was done.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.acts import ACTS, Act
from app.actions.hand import About
from app.errors import BadRequest
from app.models.draft import ScheduledSend, SendState
from app.models.grant import DailyCount, Grant, NeedsApproval
from app.models.mailbox import Mailbox
from app.rules.moments import wall_of

# Counted for those who look after a grant, against no number: that something was done on a day, and drafts.
USED, DRAFTS = "used", "drafts"


async def used_today(
    session: AsyncSession, mailbox: Mailbox, grant: Grant | None, act: Act, about: About
) -> int | None:
    """Return how much was done today of what the act counts against, locked until the decision is committed."""
    counted = ACTS[act].counted
    if grant is None or counted is None:
        return None
    if _is_counted(about):
        return 0
    key = _key(mailbox, grant, counted.value)
    # Made if it is missing, and locked: two that begin the day at once would else both find nothing.
    row = insert(DailyCount).values(**key, number=0)
    locked = row.on_conflict_do_update(index_elements=list(key), set_={"number": col(DailyCount.number)})
    return (await session.execute(locked.returning(col(DailyCount.number)))).scalar_one()


async def count(session: AsyncSession, mailbox: Mailbox, grant: Grant | None, act: Act, about: About) -> None:
    """Count an act that was allowed; a send is counted when it is begun first, not when it is tried again.

    That there was one at all is noted once a day beside it: by that is known when a grant was used last.
    """
    counted = ACTS[act].counted
    if grant is not None:
        used = _key(mailbox, grant, USED)
        await session.execute(insert(DailyCount).values(**used, number=1).on_conflict_do_nothing())
    if grant is None or counted is None or _is_counted(about):
        return
    key = _key(mailbox, grant, counted.value)
    await session.execute(  # locked with the decision
        update(DailyCount)
        .where(*(col(getattr(DailyCount, name)) == value for name, value in key.items()))
        .values(number=col(DailyCount.number) + 1)
        .execution_options(synchronize_session=False)
    )
    if act is Act.DRAFT:
        drafts = {**_key(mailbox, grant, DRAFTS), "number": 1}
        more = {"number": col(DailyCount.number) + 1}
        key_columns = ["mailbox_id", "grant_id", "day", "counted"]
        await session.execute(
            insert(DailyCount).values(**drafts).on_conflict_do_update(index_elements=key_columns, set_=more)
        )


async def sent_before(session: AsyncSession, grant: Grant | None, act: Act) -> int | None:
    """Return how many replies have left under a grant, where its wish for approval asks."""
    if grant is None or not ACTS[act].leaves or grant.needs_approval != NeedsApproval.FIRST:
        return None
    found = await session.execute(
        select(func.count())
        .select_from(ScheduledSend)
        .where(col(ScheduledSend.mailbox_id) == grant.mailbox_id, col(ScheduledSend.grant_id) == grant.id)
        .where(col(ScheduledSend.state) == SendState.SENT)
    )
    return found.scalar_one()


def _is_counted(about: About) -> bool:
    """Say whether this is another attempt at a send that has been counted already."""
    return about.send is not None and about.send.fence > 0


def _key(mailbox: Mailbox, grant: Grant, counted: str) -> dict[str, Any]:
    return {"mailbox_id": mailbox.id, "grant_id": grant.id, "day": _day(mailbox, grant), "counted": counted}


def _day(mailbox: Mailbox, grant: Grant) -> date:
    hours = grant.conditions.hours if grant.conditions else None
    try:
        return wall_of(clock.now(), hours.zone if hours else mailbox.zone).date()
    except BadRequest:  # a zone that is not known any more
        return clock.now().date()
