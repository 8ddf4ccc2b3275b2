"""Access tokens: one refresh at a time for a mailbox, under the lock of its connection row."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.actions import tell
from app.actions.locked import mailbox_alone
from app.actions.resources import AccessToken, Resources
from app.db.sealed import Vault
from app.errors import MailboxDisconnected
from app.models.draft import ScheduledSend, SendState
from app.models.mailbox import Connection, MailboxKey, MailboxState
from app.providers import connect

EARLY = timedelta(seconds=60)  # a token about to expire is not used for a call that may take a while
COLUMN = "connection.refresh_token"


async def access_token(resources: Resources, mailbox_id: UUID, refused: str) -> str:
    """Return a token for the mailbox; `refused` is one the provider no longer takes, empty at first.

    Raises MailboxDisconnected when the owner's consent has ended; the mailbox then needs reconnecting and what was
    about to leave is held.
    """
    async with resources.tokens.lock(mailbox_id):
        held = resources.tokens.held.get(mailbox_id)
        if held and held.value != refused and held.expires_at - EARLY > clock.now():
            return held.value
        fresh = await _refreshed(resources, mailbox_id)
        resources.tokens.held[mailbox_id] = fresh
        return fresh.value


async def _refreshed(resources: Resources, mailbox_id: UUID) -> AccessToken:
    server = connect.google(resources.settings, for_signin=False)
    connection_id: UUID | None = None
    try:
        async with resources.db.transaction(mailbox=mailbox_id) as session:
            connection = await live_connection(session, mailbox_id)
            connection_id = connection.id
            vault = await vault_of(session, resources, mailbox_id)
            token = vault.unseal(COLUMN, connection.id, connection.refresh_token)
            answer = await connect.refresh(server, resources.transport, refresh_token=token)
            if answer.refresh_token:  # a rotated one is kept before the access token is used
                connection.refresh_token = vault.seal(COLUMN, connection.id, answer.refresh_token)
            return AccessToken(answer.access_token, answer.expires_at)
    except MailboxDisconnected:
        await _needs_reconnect(resources, mailbox_id, connection_id)
        raise


async def live_connection(session: AsyncSession, mailbox_id: UUID) -> Connection:
    """Return the consent in force, locked; raise MailboxDisconnected if there is none."""
    rows = await session.execute(
        select(Connection)
        .where(col(Connection.mailbox_id) == mailbox_id, col(Connection.ended_at).is_(None))
        .with_for_update()
    )
    connection = rows.scalar_one_or_none()
    if connection is None:
        raise MailboxDisconnected
    return connection


async def vault_of(session: AsyncSession, resources: Resources, mailbox_id: UUID) -> Vault:
    """Open the mailbox's key."""
    key = await session.get(MailboxKey, mailbox_id)
    if key is None:
        raise MailboxDisconnected
    return Vault(mailbox_id, resources.keys.unwrap(key.wrapped, mailbox_id.bytes, key.master_id))


async def _needs_reconnect(resources: Resources, mailbox_id: UUID, connection_id: UUID | None) -> None:
    """Note that a consent is over: the owner has to connect again, and what is prepared waits for that.

    Nothing is noted if she has connected again meanwhile.
    """
    async with resources.db.transaction(mailbox=mailbox_id) as session:
        mailbox = await mailbox_alone(session, mailbox_id)
        newest = await session.execute(
            select(Connection.id).where(col(Connection.mailbox_id) == mailbox_id, col(Connection.ended_at).is_(None))
        )
        if mailbox.state != MailboxState.ACTIVE or newest.scalar_one_or_none() != connection_id:
            return
        mailbox.state = MailboxState.NEEDS_RECONNECT
        await tell.reconnect(session, resources, mailbox, connection_id)
        await session.execute(
            update(ScheduledSend)
            .where(col(ScheduledSend.mailbox_id) == mailbox_id, col(ScheduledSend.state) == SendState.PREPARED)
            .values(state=SendState.HELD, reason="mailbox_not_active")
        )
