"""The invitations that wait, for whoever is to take them or for the owner's word."""

from __future__ import annotations

from sqlalchemy import and_, or_
from sqlmodel import col, select

from app import clock
from app.actions.desk import Desk
from app.db.parts import Listed, Part
from app.models.grant import Invitation, InvitationState
from app.models.person import Person

Waiting = tuple[Invitation, Person | None]


async def pending(desk: Desk) -> list[Waiting]:
    """Return what is offered or waits for the owner's word, with who accepted."""
    await desk.owner_only()
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        return await _listed(desk).whole(session)


async def part_of_pending(desk: Desk, *, size: int, after: str = "") -> Part[Waiting]:
    """Return a part of the same list, newest first."""
    await desk.owner_only()
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        return await _listed(desk).part(session, size=size, after=after)


def _listed(desk: Desk) -> Listed[Waiting]:
    state, ends = col(Invitation.state), col(Invitation.expires_at)
    waits = or_(state == InvitationState.ACCEPTED, and_(state == InvitationState.OPEN, ends > clock.now()))
    wanted = select(Invitation, Person).outerjoin(Person, col(Person.id) == col(Invitation.accepted_by))
    return Listed(
        wanted=wanted.where(col(Invitation.mailbox_id) == desk.mailbox.id, waits),
        by=(col(Invitation.created_at), col(Invitation.id)),
        falling=True,
        read=lambda row: (row.Invitation, row.Person),
    )
