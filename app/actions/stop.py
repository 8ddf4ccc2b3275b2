"""Stop everything now: every assistant at one mailbox of an owner's, or at all of them, paused in one act."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.acts import Act
from app.actions import freeze, grants
from app.actions.desk import Desk
from app.actions.ended import Ended, ended_by, grouped
from app.actions.hand import About
from app.actions.mailboxes import own_desks
from app.actions.resources import Resources
from app.errors import Conflict, NotFound
from app.models.grant import Grant, GrantStatus

KIND, PAUSED = "stop", "paused"


async def stop_here(desk: Desk, stop_id: UUID) -> bool:
    """Pause every assistant at this mailbox in one transaction; return whether there was one to pause.

    What they have scheduled is held, approvals are void. The chain names each grant, so that the same ones can be let
    go on together.
    """

    async def change(session: AsyncSession) -> None:
        found = await session.execute(
            select(Grant)
            .where(col(Grant.mailbox_id) == desk.mailbox.id, col(Grant.status) == GrantStatus.ACTIVE)
            .where(col(Grant.expires_at) > clock.now())
            .order_by(col(Grant.id))
            .with_for_update()
        )
        live = found.scalars().all()
        if not live:
            raise Conflict
        for grant in live:
            await freeze.end(session, grant, GrantStatus.PAUSED)
            await freeze.note(
                session, desk.actor, Act.STOP, grant, reason=PAUSED, subject_kind=KIND, subject_id=stop_id
            )
            await freeze.note_under_way(session, desk.actor, Act.STOP, grant)

    about = About(noted={"subject_kind": KIND, "subject_id": stop_id})
    try:
        async with desk.act(Act.STOP, about, within=change):
            return True
    except Conflict:
        return False


async def stop_all(resources: Resources, owner_id: UUID, *, only: UUID | None = None, surface: str) -> UUID | None:
    """Stop every assistant at all mailboxes of an owner's (or at one); return the stop's id, None if nobody was live.

    Each mailbox is stopped for itself: one that cannot be reached keeps no other from it, and is told of afterwards by
    its error; to ask again stops what is left. Raises NotFound for a mailbox that is not hers.
    """
    own = await own_desks(resources, owner_id, surface=surface)
    desks = [desk for mailbox_id, desk in own.items() if only in (None, mailbox_id)]
    if only and not desks:
        raise NotFound
    stop_id = uuid4()
    outcomes = await asyncio.gather(*(stop_here(desk, stop_id) for desk in desks), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
    return stop_id if any(outcomes) else None


async def stop_of(resources: Resources, owner_id: UUID, stop_id: UUID) -> list[Ended]:
    """Return what a stop of this owner's has paused, as it stands now; raise NotFound if there is no such stop."""
    found = await ended_by(resources, owner_id, Act.STOP, stop_id)
    if not found:
        raise NotFound
    return found


async def stops(resources: Resources, owner_id: UUID) -> dict[UUID, list[Ended]]:
    """Return an owner's stops by their ids, the newest first, each with what it paused."""
    return grouped(await ended_by(resources, owner_id, Act.STOP))


async def go_on(resources: Resources, owner_id: UUID, stop_id: UUID, *, surface: str) -> int:
    """Let everybody go on whom this stop has paused and nobody has touched since; return how many."""
    waiting = [each for each in await stop_of(resources, owner_id, stop_id) if each.unchanged]
    desks, resumed = await own_desks(resources, owner_id, surface=surface), 0
    for each in waiting:
        try:
            await grants.resume(desks[each.mailbox.id], each.grant.id, as_of=each.entry.grant_version)
            resumed += 1
        except Conflict:
            pass  # changed just now: that word counts, not this one
    return resumed
