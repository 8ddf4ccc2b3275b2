"""After a restore: the log says from which moment on it knows nothing, and each owner is told to look."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app.access.facts import Actor
from app.access.happenings import Happening
from app.actions import audit, tell
from app.actions.resources import Resources
from app.models.mailbox import Mailbox, MailboxKey, Restoration

SURFACE = "restore"


async def note_restored(resources: Resources) -> int:
    """Note the restore in every mailbox that waits for its owner's word, and tell her; return how many there are."""
    async with resources.db.transaction(role="deskhand_dispatch") as session:
        rows = await session.execute(select(Restoration.mailbox_id).where(col(Restoration.confirmed_at).is_(None)))
        mailbox_ids = list(rows.scalars())
    for mailbox_id in mailbox_ids:
        async with resources.db.transaction(mailbox=mailbox_id) as session:
            await _note(session, resources, mailbox_id)
    return len(mailbox_ids)


async def open_restoration(session: AsyncSession, mailbox_id: UUID, *, locked: bool = False) -> Restoration | None:
    """Return the restore of a mailbox that its owner has not confirmed yet; None if there is none."""
    wanted = select(Restoration).where(
        col(Restoration.mailbox_id) == mailbox_id, col(Restoration.confirmed_at).is_(None)
    )
    return (await session.execute(wanted.with_for_update() if locked else wanted)).scalar_one_or_none()


async def require_keys(resources: Resources) -> None:
    """Raise DatabaseTrouble unless the master keys at hand open the key of every mailbox."""
    async with resources.db.transaction(role="deskhand_dispatch") as session:
        mailbox_ids = list((await session.execute(select(MailboxKey.mailbox_id))).scalars())
    for mailbox_id in mailbox_ids:
        async with resources.db.transaction(mailbox=mailbox_id) as session:
            key = await session.get_one(MailboxKey, mailbox_id)
        resources.keys.unwrap(key.wrapped, mailbox_id.bytes, key.master_id)


async def _note(session: AsyncSession, resources: Resources, mailbox_id: UUID) -> None:
    restoration = await open_restoration(session, mailbox_id)
    if restoration is None:
        return
    await audit.note(
        session,
        mailbox_id,
        Actor.itself(SURFACE),
        Happening.RESTORED,
        subject_kind="restoration",
        subject_id=restoration.id,
        since=restoration.backup_at,
    )
    await tell.restored(session, resources, await session.get_one(Mailbox, mailbox_id), restoration.id)
