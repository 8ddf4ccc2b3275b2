"""The drafts that wait in a mailbox."""

from __future__ import annotations

from sqlmodel import col, select

from app.access.decide import Kind
from app.actions.desk import Desk
from app.db.parts import Listed, Part
from app.models.draft import Draft as DraftRow
from app.models.draft import DraftState


async def open_drafts(desk: Desk) -> list[DraftRow]:
    """Return the drafts that wait here, newest first; an assistant sees those of her own grant."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        return await _listed(desk).whole(session)


async def part_of_drafts(desk: Desk, *, size: int, after: str = "") -> Part[DraftRow]:
    """Return a part of the same list."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        return await _listed(desk).part(session, size=size, after=after)


def _listed(desk: Desk) -> Listed[DraftRow]:
    wanted = select(DraftRow).where(col(DraftRow.mailbox_id) == desk.mailbox.id, col(DraftRow.state) == DraftState.OPEN)
    if desk.actor.kind is not Kind.OWNER:
        wanted = wanted.where(col(DraftRow.author_id) == desk.actor.person_id)
    return Listed(wanted=wanted, by=(col(DraftRow.created_at), col(DraftRow.id)), falling=True)
