"""The last thing that happens to an erased owner's mailbox: its rows are deleted, and its own names nobody any more.

Its messages, labels and drafts stay where they are: they are in the mailbox, and that is its owner's alone.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, delete, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import clock
from app.access.acts import Act
from app.actions.desk import Desk
from app.actions.erasure_account import note_destroyed, note_mailbox
from app.actions.hand import About
from app.actions.on_its_way import begun
from app.models.audit import AuditHead
from app.models.conditions import UNBOUND
from app.models.grant import Grant
from app.models.mailbox import Mailbox
from app.models.register import Fate, of_mailboxes


async def wipe(desk: Desk, erasure_id: UUID) -> None:
    """Delete a mailbox's rows and empty its own, in one commit with the last act of its log."""
    unknown = [str(each.id) for each in await begun(desk)]

    async def forget(session: AsyncSession) -> None:
        # Whose mail an access was bound to stands in what was agreed, and there it stays as the other side's proof.
        bare = {"conditions": UNBOUND, "access_id": None, "member_id": None}
        await session.execute(update(Grant).where(col(Grant.mailbox_id) == desk.mailbox.id).values(**bare))
        counts = {
            entry.name: await _deleted(session, entry.table, desk.mailbox.id) for entry in of_mailboxes(Fate.DELETED)
        }
        mailbox = await session.get_one(Mailbox, desk.mailbox.id)  # locked with the decision
        await note_destroyed(session, erasure_id, counts)
        await note_mailbox(session, erasure_id, mailbox.id, provider=mailbox.provider, nobody_knows=unknown)
        mailbox.empty()

    async with desk.act(Act.ERASE, About(), within=forget):
        pass
    await note_end_of_log(desk, erasure_id)


async def note_end_of_log(desk: Desk, erasure_id: UUID) -> None:
    """Note where the mailbox's log ends, so that a later change of it shows."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        head = await session.get_one(AuditHead, desk.mailbox.id)
        said = {"log_entries": head.seq, "log_hash": head.hash, "erased_at": clock.now()}
        await note_mailbox(session, erasure_id, desk.mailbox.id, **said)


async def _deleted(session: AsyncSession, table: Any, mailbox_id: UUID) -> int:
    done: CursorResult[Any] = await session.execute(  # type: ignore[assignment] # a delete has a count
        delete(table).where(table.mailbox_id == mailbox_id)
    )
    return done.rowcount
