"""An access review: who may do what here, since when and until when, used when last, and what nobody uses ended."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.acts import Act
from app.actions.desk import Desk
from app.actions.grants import revoke
from app.actions.hand import About
from app.actions.usage import usage_of
from app.db.parts import Listed, Part
from app.errors import BadRequest
from app.locale.catalogues import N_
from app.models.grant import Grant, GrantStatus
from app.models.person import Person
from app.models.team import Team, TeamAccess

Remark = Literal["", "over", "expiring", "never_used", "unused"]
SOON, UNUSED = timedelta(days=14), timedelta(days=30)
CHANGED_MEANWHILE = N_("One of these has been used meanwhile or has ended, so that none was ended. Look again.")


@dataclass(frozen=True, kw_only=True)
class Reviewed:
    """One access that is not ended, with the day on which anything was done under it last."""

    grant: Grant
    person: Person
    team: str
    last_used: date | None = None

    @property
    def remark(self) -> Remark:
        """Return what speaks for looking at it: `over`, `expiring`, `never_used`, `unused`, or nothing."""
        now = clock.now()
        if now >= self.grant.expires_at:
            return "over"
        if self.unused:
            return "unused" if self.last_used else "never_used"
        return "expiring" if self.grant.expires_at <= now + SOON else ""

    @property
    def unused(self) -> bool:
        """Say whether nothing was done under it for 30 days, and it has stood as long."""
        since = (clock.now() - UNUSED).date()
        return max(self.grant.begins_at.date(), self.last_used or date.min) <= since


async def review(desk: Desk) -> list[Reviewed]:
    """Return every access to this mailbox that is not ended, the newest first; to its owner."""
    await desk.owner_only()
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        return await _with_usage(session, await _listed(desk).whole(session))


async def part_of_review(desk: Desk, *, size: int, after: str = "") -> Part[Reviewed]:
    """Return a part of the same list."""
    await desk.owner_only()
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        part = await _listed(desk).part(session, size=size, after=after)
        return Part(rows=await _with_usage(session, part.rows), after=part.after)


def _listed(desk: Desk) -> Listed[Reviewed]:
    wanted: Select[*tuple[Any, ...]] = (
        select(Grant, Person, col(Team.name).label("team"))
        .join(Person, col(Person.id) == col(Grant.assistant_id))
        .outerjoin(TeamAccess, col(TeamAccess.id) == col(Grant.access_id))
        .outerjoin(Team, col(Team.id) == col(TeamAccess.team_id))
        .where(col(Grant.mailbox_id) == desk.mailbox.id, col(Grant.status) != GrantStatus.REVOKED)
    )
    return Listed(
        wanted=wanted,
        by=(col(Grant.created_at), col(Grant.id)),
        falling=True,
        read=lambda row: Reviewed(grant=row.Grant, person=row.Person, team=row.team or ""),
    )


async def _with_usage(session: AsyncSession, listed: Sequence[Reviewed]) -> list[Reviewed]:
    usage = await usage_of(session, [each.grant.id for each in listed])
    return [replace(each, last_used=usage.last.get(each.grant.id)) for each in listed]


async def note_review(desk: Desk, ends: Collection[UUID] = ()) -> int:
    """Note that the owner has reviewed who has access, and end what she has ticked of what is not used.

    Returns how many were ended. Raises BadRequest for one that is not among the unused: that is ended by itself.
    """
    unused = {each.grant.id for each in await review(desk) if each.unused}
    if not set(ends) <= unused:
        raise BadRequest(CHANGED_MEANWHILE)
    async with desk.act(Act.REVIEW, About(noted={"subject_kind": "mailbox", "reason": "reviewed"})):
        for grant_id in ends:
            await revoke(desk, grant_id)
    return len(ends)
