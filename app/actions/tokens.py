"""Access tokens: one refresh at a time for a mailbox, under the lock of its connection row, whatever the process."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.actions.connection_lost import lose
from app.actions.resources import AccessToken, Resources
from app.db.master_key import in_use
from app.db.plain import first
from app.db.sealed import Vault
from app.errors import MailboxDisconnected
from app.models.mailbox import Connection, Mailbox, MailboxKey
from app.providers import connect
from app.providers.calling import token_digest

EARLY = timedelta(seconds=60)  # a token about to expire is not used for a call that may take a while
KEY = "select wrapped, master_id from mailbox_key where mailbox_id = %(mailbox_id)s"
COLUMN, ACCESS_COLUMN = "connection.refresh_token", "connection.access_token"


async def access_token(
    resources: Resources, mailbox_id: UUID, refused: str, *, seated_at: datetime | None = None
) -> str:
    """Return a token for the mailbox; `refused` is one the provider no longer takes, empty at first.

    Raises MailboxDisconnected when the owner's consent has ended; the mailbox then needs reconnecting and what was
    about to leave is held. Whoever sat down (`seated_at`) before a new consent does nothing by it: a worker that has
    slept through a disconnection must not wake up to a connected mailbox and send what was given up since.
    """
    async with resources.tokens.lock(mailbox_id):
        token = resources.tokens.by_mailbox.get(mailbox_id)
        if token is None or not _serves(token, refused):
            token = await _fresh(resources, mailbox_id, refused)
            resources.tokens.by_mailbox[mailbox_id] = token
        if seated_at and token.consented_at > seated_at:
            raise MailboxDisconnected
        return token.value


async def is_over(resources: Resources, mailbox_id: UUID, refused: str) -> bool:
    """Note that a provider has refused its newest token, which ends the consent; `refused` is that token's digest.

    Entra does so at once when it no longer trusts a session (continuous access evaluation), while its refresh token
    goes on bringing tokens that nobody takes. Returns False where another token has taken the refused one's place
    since: then it is an old refusal, and says nothing of the consent that is in force now.
    """
    async with resources.db.transaction(mailbox=mailbox_id) as session:
        with suppress(MailboxDisconnected):
            connection = await live_connection(session, mailbox_id)
            newest = _shared(await vault_of(session, resources, mailbox_id), connection)
            if newest is None or token_digest(newest.value) != refused:
                return False
            _end(connection)
    await lose(resources, mailbox_id)
    return True


def keep(vault: Vault, connection: Connection, tokens: connect.Tokens) -> AccessToken:
    """Seal into the row what a consent or a refresh has brought; a rotated refresh token replaces the one before."""
    if tokens.refresh_token:
        connection.refresh_token = vault.seal(COLUMN, connection.id, tokens.refresh_token)
    connection.access_token = vault.seal(ACCESS_COLUMN, connection.id, tokens.access_token)
    connection.access_until = tokens.expires_at
    return AccessToken(tokens.access_token, tokens.expires_at, connection.connected_at)


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
    key = await first(session, KEY, {"mailbox_id": mailbox_id})
    if key is None:
        raise MailboxDisconnected
    wrapped, master_id = key
    return Vault(mailbox_id, resources.keys.unwrap(wrapped, mailbox_id.bytes, master_id))


async def vault_if_kept(session: AsyncSession, resources: Resources, mailbox_id: UUID) -> Vault | None:
    """Open the mailbox's key; None once it is destroyed."""
    try:
        return await vault_of(session, resources, mailbox_id)
    except MailboxDisconnected:
        return None


async def vault_made(session: AsyncSession, resources: Resources, mailbox_id: UUID) -> Vault:
    """Open the mailbox's key, made now if it has none."""
    if await session.get(MailboxKey, mailbox_id):
        return await vault_of(session, resources, mailbox_id)
    keys = await in_use(session, resources.keys)
    vault, wrapped = keys.new_vault(mailbox_id)
    session.add(MailboxKey(mailbox_id=mailbox_id, wrapped=wrapped, master_id=keys.newest_id))
    await session.flush()
    return vault


def _serves(token: AccessToken, refused: str) -> bool:
    return token.value != refused and token.expires_at - EARLY > clock.now()


async def _fresh(resources: Resources, mailbox_id: UUID, refused: str) -> AccessToken:
    """Take what another process has fetched, else refresh; what came back is committed before it is used."""
    found: AccessToken | None = None
    with suppress(MailboxDisconnected):
        async with resources.db.transaction(mailbox=mailbox_id) as session:
            connection = await live_connection(session, mailbox_id)
            vault = await vault_of(session, resources, mailbox_id)
            shared = _shared(vault, connection)
            usable = shared and _serves(shared, refused)
            found = shared if usable else await _refreshed(session, resources, vault, connection)
    if found is None:
        await lose(resources, mailbox_id)
        raise MailboxDisconnected
    return found


async def _refreshed(
    session: AsyncSession, resources: Resources, vault: Vault, connection: Connection
) -> AccessToken | None:
    """Refresh; None if the consent is over, and then its row says so before anybody else asks again."""
    mailbox = await session.get_one(Mailbox, connection.mailbox_id)
    server = connect.server_of(resources.settings, mailbox.provider)
    token = vault.unseal(COLUMN, connection.id, connection.refresh_token)
    try:
        return keep(vault, connection, await connect.refresh(server, resources.transport, refresh_token=token))
    except MailboxDisconnected:
        _end(connection)
        return None


def _end(connection: Connection) -> None:
    connection.ended_at, connection.refresh_token, connection.access_token = clock.now(), b"", b""


def _shared(vault: Vault, connection: Connection) -> AccessToken | None:
    if not connection.access_token or connection.access_until is None:
        return None
    value = vault.unseal(ACCESS_COLUMN, connection.id, connection.access_token)
    return AccessToken(value, connection.access_until, connection.connected_at)
