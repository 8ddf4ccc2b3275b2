"""The first thing that happens to an erased owner's mailbox: its key is destroyed, its consent and its accesses end."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

from sqlmodel import col, select

from app import clock
from app.actions import grants
from app.actions.desk import Desk
from app.actions.disconnect import disconnect
from app.actions.erasure_account import note_mailbox
from app.actions.on_its_way import put_out_of_reach
from app.actions.tokens import vault_of
from app.models.grant import GrantStatus
from app.models.mailbox import Connection, Mailbox, MailboxKey, MailboxState


async def close(desk: Desk, erasure_id: UUID) -> None:
    """Destroy the key and end the consent, then every access; done again, it does what is left."""
    await put_out_of_reach(desk)
    ended = await disconnect(desk) if await _note_key(desk, erasure_id) else None
    async with desk.resources.db.transaction() as session:
        said = {"key_destroyed_at": clock.now(), "consent_ended": ended}  # None: nobody knows any more
        await note_mailbox(session, erasure_id, desk.mailbox.id, **said)
    for grant in await grants.list_grants(desk):
        if grant.status != GrantStatus.REVOKED:
            await grants.revoke(desk, grant.id)


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
