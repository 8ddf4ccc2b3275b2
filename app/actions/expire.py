"""A grant that comes to its end date ends by itself: what it has scheduled is held, and the owner is told once.

Every act and every send judges the end date anyway, by the database's clock. This makes the lists say so too, without
anybody looking.
"""

from __future__ import annotations

from functools import partial
from uuid import UUID

from sqlmodel import col, select

from app import clock
from app.access.decide import Actor
from app.access.happenings import Happening
from app.actions import freeze, tell
from app.actions.resources import Resources
from app.actions.turns import each_in_turn
from app.models.grant import Grant, GrantStatus
from app.models.mailbox import Mailbox

MOST_AT_ONCE = 100


async def expire(resources: Resources) -> int:
    """End the grants whose end date has come; return how many were found."""
    async with resources.db.transaction(role="deskhand_dispatch") as session:
        found = await session.execute(
            select(col(Grant.mailbox_id), col(Grant.id))
            .where(col(Grant.ended_at).is_(None), col(Grant.expires_at) <= clock.now())
            .order_by(col(Grant.expires_at))
            .limit(MOST_AT_ONCE)
        )
        over = [(row[0], row[1]) for row in found]
    await each_in_turn(over, partial(_expire, resources), "the end of a grant")
    return len(over)


async def _expire(resources: Resources, key: tuple[UUID, UUID]) -> None:
    mailbox_id, grant_id = key
    async with resources.db.transaction(mailbox=mailbox_id) as session:
        mailbox = await session.get_one(Mailbox, mailbox_id, with_for_update={"read": True})
        grant = await session.get_one(Grant, (mailbox_id, grant_id), with_for_update=True)
        if grant.ended_at is not None or not grant.over(clock.now()):
            return  # somebody else has been here, or the owner was faster
        grant.ended_at, grant.version = grant.expires_at, grant.version + 1
        held = await freeze.freeze(session, grant, because=freeze.EXPIRED)
        system = Actor.itself("worker")
        await freeze.note(
            session, system, Happening.EXPIRE, grant, subject_kind="grant", subject_id=grant.id, reason=freeze.EXPIRED
        )
        await freeze.note_under_way(session, system, Happening.EXPIRE, grant)
        if held or grant.status == GrantStatus.ACTIVE:
            await tell.ended(session, resources, mailbox, grant)
