"""Hand-over notes, opened for those who may read them: their author, whoever stands in for her, and the owner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from app.access.acts import Act
from app.access.decide import Kind
from app.actions.desk import Desk
from app.actions.locked import newest_grant
from app.actions.tokens import vault_if_kept
from app.db.parts import Listed, Part
from app.models.grant import Grant, Invitation
from app.models.handover import Handover
from app.models.person import Person

COLUMN = "handover.words"


@dataclass(frozen=True, kw_only=True)
class Handed:
    """Notes about an assistant's work here, with their words; `author` is herself or her team's lead."""

    id: UUID
    assistant: Person
    author: Person
    text: str
    written_at: datetime


async def part_of_handovers(desk: Desk, *, size: int, after: str = "") -> Part[Handed]:
    """Return a part of the notes that whoever sits here may read: the owner all, an assistant hers and those handed
    over to her.
    """
    async with desk.act(Act.SEE_HANDOVER) as hand, desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        part = await _listed(desk, await _absent(session, hand.grant)).part(session, size=size, after=after)
        return Part(rows=await _opened(session, desk, part.rows), after=part.after)


async def handed_over(desk: Desk) -> list[Handed]:
    """Return the notes about whomever this assistant stands in for, which is what she reads first; mostly none."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        stands_in = await _own_absent(session, desk)
    if stands_in is None:
        return []
    return [each for each in await _all(desk) if each.assistant.id == stands_in]


async def own_handover(desk: Desk) -> str:
    """Return an assistant's own notes, empty if she keeps none."""
    return next((each.text for each in await _all(desk) if each.author.id == desk.actor.person_id), "")


async def handovers_about(desk: Desk, assistant_id: UUID) -> list[Handed]:
    """Return the notes about one assistant to the owner."""
    await desk.owner_only()
    return [each for each in await _all(desk) if each.assistant.id == assistant_id]


async def _all(desk: Desk) -> list[Handed]:
    async with desk.act(Act.SEE_HANDOVER) as hand, desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        rows = await _listed(desk, await _absent(session, hand.grant)).whole(session)
        return await _opened(session, desk, rows)


def _listed(desk: Desk, stands_in_for: UUID | None) -> Listed[tuple[Handover, Person, Person]]:
    assistant, author = aliased(Person), aliased(Person)
    wanted = (
        select(Handover, assistant, author)
        .join(assistant, col(assistant.id) == col(Handover.assistant_id))
        .join(author, col(author.id) == col(Handover.author_id))
        .where(col(Handover.mailbox_id) == desk.mailbox.id)
    )
    if desk.actor.kind is not Kind.OWNER:
        mine = (col(Handover.assistant_id) == desk.actor.person_id) & (col(Handover.author_id) == desk.actor.person_id)
        wanted = wanted.where(or_(mine, col(Handover.assistant_id) == stands_in_for) if stands_in_for else mine)
    return Listed(
        wanted=wanted,
        by=(col(Handover.written_at), col(Handover.id)),
        falling=True,
        read=_three,
    )


def _three(row: Any) -> tuple[Handover, Person, Person]:
    notes, assistant, author = row[:3]
    return notes, assistant, author


async def _opened(session: AsyncSession, desk: Desk, rows: list[tuple[Handover, Person, Person]]) -> list[Handed]:
    vault = await vault_if_kept(session, desk.resources, desk.mailbox.id)
    if vault is None:  # destroyed with the connection: nobody can read them any more
        return []
    return [
        Handed(
            id=row.id,
            assistant=assistant,
            author=author,
            text=vault.unseal(COLUMN, row.id, row.words),
            written_at=row.written_at,
        )
        for row, assistant, author in rows
    ]


async def _absent(session: AsyncSession, grant: Grant | None) -> UUID | None:
    """Return for whom the holder of a grant stands in; None for a grant of its own."""
    if grant is None or grant.member_id is None:
        return None
    absent, named = aliased(Invitation), select(Invitation.stands_in_id)
    named = named.where(col(Invitation.mailbox_id) == grant.mailbox_id, col(Invitation.id) == grant.member_id)
    rows = await session.execute(
        select(absent.accepted_by).where(
            col(absent.mailbox_id) == grant.mailbox_id, col(absent.id) == named.scalar_subquery()
        )
    )
    return rows.scalar_one_or_none()


async def _own_absent(session: AsyncSession, desk: Desk) -> UUID | None:
    return await _absent(session, await newest_grant(session, desk.actor, desk.mailbox.id, locked=False))
