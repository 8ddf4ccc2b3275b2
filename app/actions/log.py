"""The audit as people read it: entries in order, picked by what is asked for, and whether the chain is whole."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import clock
from app.access.acts import Act
from app.access.decide import Kind
from app.actions import audit
from app.actions.actor_names import names_of
from app.actions.addressees import shown
from app.actions.desk import Desk
from app.actions.log_asked import EVERYTHING, Asked, matching
from app.actions.tokens import vault_if_kept
from app.actions.undoing import undone
from app.errors import DatabaseTrouble
from app.models.audit import AuditEntry, AuditHead

MOST_ENTRIES = 100


@dataclass(frozen=True, kw_only=True)
class LogPage:
    """A part of the audit, newest first, with the names of who acted, programs too; `before` asks for the next part.

    `undone` are the numbers of the acts that were undone, `recipients` the addresses that an entry is about: for the
    owner, and as long as the mailbox has its key.
    """

    entries: tuple[AuditEntry, ...]
    names: dict[UUID, str]
    before: int | None = None
    undone: frozenset[int] = frozenset()
    recipients: dict[int, tuple[str, ...]] = field(default_factory=dict)


async def read_log(
    desk: Desk, asked: Asked = EVERYTHING, *, before: int | None = None, most: int = MOST_ENTRIES
) -> LogPage:
    """Return entries of this mailbox, newest first: all to its owner, to an assistant those of her own acts.

    What is private or not covered by her grant is not among them, not even as a refusal.
    """
    if desk.actor.kind is not Kind.OWNER:
        async with desk.act(Act.OWN_LOG):
            pass
    await tell_counted(desk)
    wanted = matching(desk, asked)
    if before is not None:
        wanted = wanted.where(col(AuditEntry.seq) < before)
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        found = await session.execute(wanted.order_by(col(AuditEntry.seq).desc()).limit(most))
        page = await page_of(session, desk, tuple(found.scalars()))
    return LogPage(**vars(page) | {"before": page.entries[-1].seq if len(page.entries) == most else None})


async def page_of(session: AsyncSession, desk: Desk, entries: tuple[AuditEntry, ...]) -> LogPage:
    """Return entries with all that is shown beside them."""
    owner = desk.actor.kind is Kind.OWNER
    vault = await vault_if_kept(session, desk.resources, desk.mailbox.id) if owner else None
    return LogPage(
        entries=entries,
        names=await names_of(session, entries),
        undone=await undone(session, desk.mailbox.id, [entry.seq for entry in entries]),
        recipients={entry.seq: to for entry in entries if (to := shown(vault, entry))},
    )


async def verify(desk: Desk) -> int | None:
    """Recompute this mailbox's chain; return the first bad entry's number, None if it is whole."""
    await desk.owner_only()
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        return await audit.first_bad(session, desk.mailbox.id)


async def tell_counted(desk: Desk) -> None:
    """Put into the chain what was refused again in minutes that are over; where that cannot be, reading goes on."""
    with suppress(DatabaseTrouble):
        async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
            head = await session.get(AuditHead, desk.mailbox.id)
            if head and head.counted_until and head.counted_until <= clock.now():
                await audit.tell_counted(session, await audit.head_locked(session, desk.mailbox.id))
