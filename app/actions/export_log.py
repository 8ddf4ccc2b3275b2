"""The whole audit as a file: what is in it is fixed when it begins, and that it was taken is an entry itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from sqlmodel import col

from app.access.acts import Act
from app.actions.desk import Desk
from app.actions.hand import About
from app.actions.log import LogPage, page_of, tell_counted
from app.actions.log_asked import EVERYTHING, Asked, matching
from app.models.audit import AuditEntry, AuditHead

AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class Export:
    """An export that has begun: which entries, and the number and digest of the last that the chain had then."""

    desk: Desk
    asked: Asked
    seq: int
    hash: bytes


async def begin_export(desk: Desk, form: str, asked: Asked = EVERYTHING) -> Export:
    """Note that the log is taken out as a file of this form (`csv`, `json`); raise Denied for anyone but the owner."""
    await tell_counted(desk)
    async with desk.act(Act.EXPORT_LOG, About(noted={"reason": form})):
        pass
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        head = await session.get_one(AuditHead, desk.mailbox.id)
    return Export(desk=desk, asked=asked, seq=head.seq, hash=head.hash)


async def parts_of(export: Export) -> AsyncIterator[LogPage]:
    """Give the entries, oldest first, some at a time; nothing is held open between the parts."""
    desk, after = export.desk, 0
    wanted = matching(desk, export.asked).where(col(AuditEntry.seq) <= export.seq).order_by(col(AuditEntry.seq))
    while True:
        async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
            found = await session.execute(wanted.where(col(AuditEntry.seq) > after).limit(AT_ONCE))
            entries = tuple(found.scalars())
            if not entries:
                return
            part = await page_of(session, desk, entries)
        yield part
        after = entries[-1].seq
