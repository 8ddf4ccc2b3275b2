"""A team's lead names somebody who stands in for a member: with that member's rights, from one day to another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from app import clock
from app.access.ceiling import Terms, fitted
from app.actions.ceilings import ceiling_of
from app.actions.desk import Desk
from app.actions.members import member_of
from app.actions.name_members import name_members
from app.actions.named import Naming
from app.actions.seats import Leading
from app.errors import BadRequest, Conflict
from app.models.grant import Grant, GrantStatus, Invitation
from app.models.person import Person


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Who stands in, as the lead calls her, and when; without `begins` from the moment on at which she may."""

    name: str
    until: datetime
    begins: datetime | None = None
    mail_to: str = ""


async def name_substitute(
    leading: Leading, absent_id: UUID, wanted: Standing, *, language: str, key: str = ""
) -> tuple[Invitation, str]:
    """Name somebody for an absent member's work; return her with her link's token, which is shown this once.

    She is given what the absent one has now, below the ceiling, and no day longer than `until`; the owner sees and may
    refuse her like any other member. Raises NotFound for nobody of the team, Conflict for a member who has no access
    herself, BadRequest for days that are none, Denied for an end above the ceiling.
    """
    desk, access = leading
    absent = await member_of(desk, access, absent_id)
    if absent.grant is None or absent.grant.status != GrantStatus.ACTIVE or absent.grant.over(clock.now()):
        raise Conflict("This member has no access at the moment, so nobody can stand in with it.")
    if (wanted.begins and wanted.begins.tzinfo is None) or (wanted.begins and wanted.begins >= wanted.until):
        raise BadRequest("The first day comes before the last one.")
    now = terms_now(absent.grant, access.access_until)
    left = fitted(now, ceiling_of(access))
    if left is None:
        raise Conflict("This member has no access at the moment, so nobody can stand in with it.")
    naming = Naming(
        name=wanted.name,
        scopes=tuple(left.scopes),
        until=wanted.until,
        mail_to=wanted.mail_to,
        begins=wanted.begins,
        stands_in_id=absent.row.id,
        copied=left,
    )
    ((row, token),) = await name_members(desk, access, [naming], language=language, key=key)
    return row, token


def terms_now(grant: Grant, until: datetime) -> Terms:
    """Return what a grant allows, until another moment."""
    return Terms(scopes=grant.scopes, needs_approval=grant.needs_approval, conditions=grant.conditions, until=until)


async def stood_in_for(desk: Desk, row: Invitation) -> Person | None:
    """Return for whom somebody was named to stand in; None for everybody else, and for whoever was erased since."""
    if row.stands_in_id is None:
        return None
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        rows = await session.execute(
            select(Person)
            .join(Invitation, col(Invitation.accepted_by) == col(Person.id))
            .where(col(Invitation.mailbox_id) == row.mailbox_id, col(Invitation.id) == row.stands_in_id)
        )
        return rows.scalar_one_or_none()
