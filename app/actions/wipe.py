"""What becomes of an erased owner's mailbox: first its key, then its accesses, and its rows when nothing is on its way.

Its messages, labels and drafts stay where they are: they are in the mailbox, and that is its owner's alone.
"""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.acts import Act
from app.access.decide import Decision
from app.actions import grants
from app.actions.desk import Desk
from app.actions.disconnect import disconnect
from app.actions.erasure_account import note_destroyed, note_mailbox
from app.actions.errand import errand_of
from app.actions.hand import About
from app.actions.settling import LEASE, hold
from app.actions.tokens import vault_of
from app.errors import AppError
from app.models.audit import AuditHead
from app.models.draft import ScheduledSend, SendState
from app.models.grant import GrantStatus
from app.models.mailbox import Connection, Mailbox, MailboxKey, MailboxState
from app.models.register import Fate, of_mailboxes


async def close(desk: Desk, erasure_id: UUID) -> None:
    """Destroy the key and end the consent, then every access; done again, it does what is left."""
    await _put_out_of_reach(desk)
    ended = await disconnect(desk) if await _note_key(desk, erasure_id) else None
    async with desk.resources.db.transaction() as session:
        said = {"key_destroyed_at": clock.now(), "consent_ended": ended}  # None: nobody knows any more
        await note_mailbox(session, erasure_id, desk.mailbox.id, **said)
    for grant in await grants.list_grants(desk):
        if grant.status != GrantStatus.REVOKED:
            await grants.revoke(desk, grant.id)


async def on_its_way(desk: Desk) -> tuple[UUID, ...]:
    """Return the sends that a worker may be at this moment; one that was silent for a minute has no key any more."""
    now = clock.now()
    return tuple(each.id for each in await _begun(desk) if each.intent_at and each.intent_at + LEASE > now)


async def wipe(desk: Desk, erasure_id: UUID) -> None:
    """Delete a mailbox's rows and empty its own, in one commit with the last act of its log."""
    unknown = [str(each.id) for each in await _begun(desk)]

    async def forget(session: AsyncSession, _decision: Decision) -> None:
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


async def _put_out_of_reach(desk: Desk) -> None:
    """Retire what a silent worker has begun, while there is a key to do it with: if it wakes, it finds nothing."""
    if desk.mailbox.state != MailboxState.ACTIVE:
        return
    for send in await _begun(desk):
        if send.intent_at and send.intent_at + LEASE <= clock.now():
            with suppress(AppError):  # a provider that is away does not keep anybody from being forgotten
                errand = await errand_of(desk.resources, desk.mailbox.id, send.id)
                await hold(desk, errand, "disconnected")


async def _note_key(desk: Desk, erasure_id: UUID) -> bool:
    """Note the key's fingerprint while it can still be taken; return whether there is anything to destroy."""
    mailbox_id = desk.mailbox.id
    async with desk.resources.db.transaction(mailbox=mailbox_id) as session:
        mailbox = await session.get_one(Mailbox, mailbox_id)
        consents = await session.execute(select(Connection.id).where(col(Connection.mailbox_id) == mailbox_id))
        if await session.get(MailboxKey, mailbox_id) is None:
            return mailbox.state != MailboxState.DISCONNECTED or consents.first() is not None
        vault = await vault_of(session, desk.resources, mailbox_id)
        await note_mailbox(session, erasure_id, mailbox_id, provider=mailbox.provider, key=fingerprint(vault.key))
        return True


def fingerprint(key: bytes) -> str:
    """Return a name for a mailbox's key that says nothing about it."""
    return sha256(b"deskhand mailbox key" + key).hexdigest()[:32]


async def _begun(desk: Desk) -> list[ScheduledSend]:
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        rows = await session.execute(
            select(ScheduledSend)
            .where(col(ScheduledSend.mailbox_id) == desk.mailbox.id, col(ScheduledSend.state) == SendState.INTENT)
            .order_by(col(ScheduledSend.due_at))
        )
        return list(rows.scalars())


async def _deleted(session: AsyncSession, table: Any, mailbox_id: UUID) -> int:
    done: CursorResult[Any] = await session.execute(  # type: ignore[assignment] # a delete has a count
        delete(table).where(table.mailbox_id == mailbox_id)
    )
    return done.rowcount
