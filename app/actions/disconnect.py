"""The end of a connection: revoked at the provider, its tokens and their key destroyed here."""

from __future__ import annotations

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.access.acts import Act
from app.access.decide import Decision
from app.actions.desk import Desk
from app.actions.hand import About
from app.actions.tokens import COLUMN, live_connection, vault_of
from app.errors import MailboxDisconnected, ProviderError
from app.models.draft import ScheduledSend, SendState
from app.models.mailbox import Connection, Mailbox, MailboxKey, MailboxState
from app.providers import connect


async def disconnect(desk: Desk) -> None:
    """End the connection: revoked at Google, the tokens and their key destroyed, what was scheduled held."""
    desk.owner_only()
    token = await _refresh_token(desk)

    async def forget(session: AsyncSession, _decision: Decision) -> None:
        mailbox = await session.get_one(Mailbox, desk.mailbox.id)  # locked with the decision
        mailbox.state = MailboxState.DISCONNECTED
        await session.execute(delete(MailboxKey).where(col(MailboxKey.mailbox_id) == mailbox.id))
        await session.execute(delete(Connection).where(col(Connection.mailbox_id) == mailbox.id))
        await session.execute(
            update(ScheduledSend)
            .where(col(ScheduledSend.mailbox_id) == mailbox.id, col(ScheduledSend.state) == SendState.PREPARED)
            .values(state=SendState.HELD, reason="mailbox_not_active")
        )

    async with desk.act(Act.DISCONNECT, About(), within=forget):
        desk.resources.tokens.held.pop(desk.mailbox.id, None)
        server = connect.google(desk.resources.settings, for_signin=False)
        if token:
            await connect.revoke(server, desk.resources.transport, token=token)


async def _refresh_token(desk: Desk) -> str:
    try:
        async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
            connection = await live_connection(session, desk.mailbox.id)
            vault = await vault_of(session, desk.resources, desk.mailbox.id)
            return vault.unseal(COLUMN, connection.id, connection.refresh_token)
    except (MailboxDisconnected, ProviderError):
        return ""
