"""Hand-over notes are written: by an assistant of her own work, by a team's lead of a member's. The log has no word."""

from __future__ import annotations

from uuid import UUID, uuid5

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.acts import Act
from app.access.decide import Kind
from app.actions.desk import Desk
from app.actions.hand import About
from app.actions.handovers import COLUMN
from app.actions.members import member_of
from app.actions.seats import Leading
from app.actions.tokens import vault_if_kept, vault_of
from app.errors import BadRequest, Conflict, NotFound
from app.models.grant import GrantStatus
from app.models.handover import Handover

MOST = 10_000  # characters: what a colleague reads before she begins


async def write_handover(desk: Desk, text: str) -> None:
    """Keep an assistant's own notes in the place of those before; empty ones are thrown away. The owner has none."""
    if desk.actor.kind is not Kind.ASSISTANT or desk.actor.person_id is None:
        raise NotFound
    await _written(desk, Act.HANDOVER, About(), desk.actor.person_id, text)


async def write_lead_notes(leading: Leading, member_id: UUID, text: str) -> None:
    """Keep what a lead knows of a member's work, for whoever stands in for her.

    Raises NotFound for nobody of the team, Conflict for somebody who has no access here.
    """
    desk, access = leading
    member = await member_of(desk, access, member_id)
    if member.person is None or member.grant is None or member.grant.status == GrantStatus.REVOKED:
        raise Conflict("This person has no access here at the moment, so there is nothing to hand over.")
    await _written(desk, Act.LEAD_NOTES, About(access_id=access.id), member.person.id, text)


async def lead_notes(leading: Leading, member_id: UUID) -> str:
    """Return what this lead has written of a member's work, and nothing that the member has written herself."""
    desk, access = leading
    member = await member_of(desk, access, member_id)
    if member.person is None:
        return ""
    async with desk.resources.db.transaction(mailbox=access.mailbox_id) as session:
        rows = await session.execute(
            select(Handover)
            .where(col(Handover.mailbox_id) == access.mailbox_id, col(Handover.assistant_id) == member.person.id)
            .where(col(Handover.author_id) == desk.actor.person_id)
        )
        row, vault = rows.scalar_one_or_none(), await vault_if_kept(session, desk.resources, access.mailbox_id)
        return vault.unseal(COLUMN, row.id, row.words) if row and vault else ""


async def forget_handovers(session: AsyncSession, mailbox_id: UUID, person_id: UUID) -> int:
    """Delete the notes about a person's work at a mailbox, and those that she has written; return how many."""
    hers = (col(Handover.assistant_id) == person_id) | (col(Handover.author_id) == person_id)
    gone = await session.execute(
        delete(Handover).where(col(Handover.mailbox_id) == mailbox_id, hers).returning(col(Handover.id))
    )
    return len(gone.all())


async def _written(desk: Desk, act: Act, about: About, assistant_id: UUID, text: str) -> None:
    words, author_id = checked_notes(text), desk.actor.person_id
    # The same id whoever comes first: two presses at once write one row.
    row_id = uuid5(desk.mailbox.id, f"handover {assistant_id} {author_id}")

    async def keep(session: AsyncSession) -> None:
        if not words:
            mine = (col(Handover.mailbox_id) == desk.mailbox.id) & (col(Handover.id) == row_id)
            await session.execute(delete(Handover).where(mine))
            return
        vault = await vault_of(session, desk.resources, desk.mailbox.id)
        news = {"words": vault.seal(COLUMN, row_id, words), "written_at": clock.now()}
        whose = {"mailbox_id": desk.mailbox.id, "id": row_id, "assistant_id": assistant_id, "author_id": author_id}
        statement = insert(Handover).values(whose | news)
        await session.execute(statement.on_conflict_do_update(index_elements=["mailbox_id", "id"], set_=news))

    about.noted.update(subject_kind="handover", subject_id=row_id, reason="" if words else "emptied")
    async with desk.act(act, about, within=keep):
        pass


def checked_notes(text: str) -> str:
    """Return notes as they are kept; raise BadRequest for more than anybody reads before beginning."""
    plain = text.replace("\r\n", "\n").replace("\0", "").strip()
    if len(plain) > MOST:
        raise BadRequest("Hand-over notes have {most} characters at the most.", most=MOST)
    return plain
