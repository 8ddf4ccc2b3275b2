"""A lead's access review: whom she has named, where, for what and until when, used when last; never what was done."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app.access.acts import Act
from app.actions.hand import About
from app.actions.members import remove_member
from app.actions.resources import Resources
from app.actions.review import CHANGED_MEANWHILE, Reviewed
from app.actions.seats import open_lead_desk
from app.actions.usage import usage_of
from app.db.parts import Listed, Part
from app.errors import BadRequest
from app.models.grant import Grant, GrantStatus
from app.models.person import Person
from app.models.team import Team, TeamAccess


@dataclass(frozen=True, kw_only=True)
class ReviewedMember(Reviewed):
    """One member's access that is not ended, with the team's at that mailbox."""

    access: TeamAccess


async def led_review(resources: Resources, lead_id: UUID) -> list[ReviewedMember]:
    """Return every access that a lead has led to and that is not ended, over all mailboxes, the newest first."""
    async with resources.db.transaction(person=lead_id) as session:
        return await _with_usage(session, await _listed(lead_id).whole(session))


async def part_of_led_review(
    resources: Resources, lead_id: UUID, *, size: int, after: str = ""
) -> Part[ReviewedMember]:
    """Return a part of the same list."""
    async with resources.db.transaction(person=lead_id) as session:
        part = await _listed(lead_id).part(session, size=size, after=after)
        return Part(rows=await _with_usage(session, part.rows), after=part.after)


async def note_led_review(
    resources: Resources, lead_id: UUID, ends: Collection[UUID] = (), *, surface: str, request_id: str = ""
) -> int:
    """Note in each mailbox's log that its team's lead has looked through, and remove whom she has ticked of the unused.

    `ends` are grants' ids. Returns how many were ended; raises BadRequest for one that is not among the unused.
    """
    seen = await led_review(resources, lead_id)
    if not set(ends) <= {each.grant.id for each in seen if each.unused}:
        raise BadRequest(CHANGED_MEANWHILE)
    for access_id in dict.fromkeys(each.access.id for each in seen):
        desk, access = await open_lead_desk(resources, lead_id, access_id, surface=surface, request_id=request_id)
        noted = {"subject_kind": "team", "subject_id": access_id, "reason": "reviewed"}
        ticked = [each.grant.member_id for each in seen if each.access.id == access_id and each.grant.id in ends]
        async with desk.act(Act.REVIEW, About(access_id=access_id, noted=noted)):
            for member_id in filter(None, ticked):
                await remove_member(desk, access, member_id)
    return len(set(ends))


def _listed(lead_id: UUID) -> Listed[ReviewedMember]:
    at = (col(TeamAccess.mailbox_id) == col(Grant.mailbox_id)) & (col(TeamAccess.id) == col(Grant.access_id))
    wanted: Select[*tuple[Any, ...]] = (
        select(Grant, Person, Team, TeamAccess)
        .join(Person, col(Person.id) == col(Grant.assistant_id))
        .join(TeamAccess, at)
        .join(Team, col(Team.id) == col(TeamAccess.team_id))
        .where(col(Grant.lead_id) == lead_id, col(Grant.status) != GrantStatus.REVOKED)
    )
    return Listed(
        wanted=wanted,
        by=(col(Grant.created_at), col(Grant.id)),
        falling=True,
        read=lambda row: ReviewedMember(grant=row.Grant, person=row.Person, team=row.Team.name, access=row.TeamAccess),
    )


async def _with_usage(session: AsyncSession, listed: Sequence[ReviewedMember]) -> list[ReviewedMember]:
    usage = await usage_of(session, [each.grant.id for each in listed])
    return [replace(each, last_used=usage.last.get(each.grant.id)) for each in listed]
