"""The end of a connection: revoked at the provider, its tokens and their key destroyed here."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.access.acts import Act
from app.actions.connection_lost import hold_all
from app.actions.desk import Desk
from app.actions.hand import About
from app.actions.tokens import COLUMN, live_connection, vault_of
from app.errors import MailboxDisconnected, ProviderError
from app.models.mailbox import Connection, ConsentLimit, Mailbox, MailboxKey, MailboxState
from app.providers import connect


async def disconnect(desk: Desk) -> bool:
    """End the connection: revoked at its provider, the tokens and their key destroyed, what was scheduled held.

    Returns whether the provider has ended the consent: Microsoft has no call for that, and Google may not answer. What
    is left of it there opens nothing here, and its owner ends it on the page that `withdrawal_page` names.
    """
    await desk.owner_only()
    token = await _refresh_token(desk)

    async def forget(session: AsyncSession) -> None:
        mailbox = await session.get_one(Mailbox, desk.mailbox.id)  # locked with the decision
        mailbox.state, mailbox.consent_until = MailboxState.DISCONNECTED, None
        mailbox.consent_limit = ConsentLimit.NONE
        await session.execute(delete(MailboxKey).where(col(MailboxKey.mailbox_id) == mailbox.id))
        await session.execute(delete(Connection).where(col(Connection.mailbox_id) == mailbox.id))
        await hold_all(session, mailbox.id, "disconnected")

    async with desk.act(Act.DISCONNECT, About(), within=forget) as hand:
        desk.resources.tokens.by_mailbox.pop(desk.mailbox.id, None)
        ended = await _revoked(desk, token)
        if not ended:
            hand.note(reason="not_revoked")
    return ended


def withdrawal_page(mailbox: Mailbox) -> str:
    """Return the provider's own page on which the owner sees this consent, and can end it."""
    return connect.withdrawal_page(mailbox.provider, mailbox.provider_subject)


async def _revoked(desk: Desk, token: str) -> bool:
    server = connect.server_of(desk.resources.settings, desk.mailbox.provider)
    try:
        return bool(token) and await connect.revoke(server, desk.resources.transport, token=token)
    except ProviderError:
        return False


async def _refresh_token(desk: Desk) -> str:
    try:
        async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
            connection = await live_connection(session, desk.mailbox.id)
            vault = await vault_of(session, desk.resources, desk.mailbox.id)
            return vault.unseal(COLUMN, connection.id, connection.refresh_token)
    except (MailboxDisconnected, ProviderError):
        return ""
