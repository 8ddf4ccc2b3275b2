"""The owner's consent kept: a mailbox connected, and connected again."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.actions import audit, tell
from app.actions.desk import Desk
from app.actions.locked import mailbox_alone
from app.actions.resources import AccessToken, Resources
from app.actions.tokens import COLUMN, vault_of
from app.db.master_key import in_use
from app.db.sealed import Vault
from app.errors import BadConsent, Conflict, ScopeMissing
from app.models.mailbox import Connection, Mailbox, MailboxKey, MailboxState
from app.providers import connect

GMAIL = "gmail"


async def connect_mailbox(resources: Resources, owner_id: UUID, consent: connect.Consent, *, zone: str) -> Mailbox:
    """Keep the consent for a mailbox of this owner; a mailbox that was connected before goes on as it was.

    Raises Conflict if somebody else's mailbox, BadConsent without a refresh token, ScopeMissing if she has unticked
    the mail itself. The caller has shown the address and has been told yes.
    """
    if connect.GMAIL_MODIFY in connect.missing_scopes(consent):
        raise ScopeMissing
    if not consent.refresh_token:
        raise BadConsent(reason="no_refresh_token")
    async with resources.db.transaction(person=owner_id) as session:
        known = await session.execute(
            select(Mailbox).where(
                col(Mailbox.provider) == GMAIL,
                col(Mailbox.provider_subject) == consent.subject,
                col(Mailbox.owner_id) == owner_id,
            )
        )
        mailbox = known.scalar_one_or_none()
    mailbox_id = mailbox.id if mailbox else uuid4()
    async with resources.db.transaction(mailbox=mailbox_id, person=owner_id) as session:
        kept = mailbox or await _new_mailbox(session, mailbox_id, owner_id, consent, zone)
        kept = await mailbox_alone(session, mailbox_id)
        kept.address, kept.state = consent.email, MailboxState.ACTIVE
        await _keep_consent(session, resources, mailbox_id, consent)
        await tell.reconnected(session, kept)
        await audit.append(
            session, mailbox_id, actor_kind="owner", actor_id=owner_id, surface="console", action="connect"
        )
    resources.tokens.held[mailbox_id] = AccessToken(consent.access_token, consent.expires_at)
    return kept


async def mailboxes(resources: Resources, person_id: UUID) -> list[Mailbox]:
    """Return the mailboxes that a person owns or has a grant at, by address."""
    async with resources.db.transaction(person=person_id) as session:
        return list((await session.execute(select(Mailbox).order_by(col(Mailbox.address)))).scalars())


async def set_zone(desk: Desk, zone: str) -> None:
    """Note in which time zone the owner of the mailbox lives."""
    desk.owner_only()
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        mailbox = await mailbox_alone(session, desk.mailbox.id)
        mailbox.zone = zone


async def _new_mailbox(
    session: AsyncSession, mailbox_id: UUID, owner_id: UUID, consent: connect.Consent, zone: str
) -> Mailbox:
    values = {
        "id": mailbox_id,
        "owner_id": owner_id,
        "provider": GMAIL,
        "provider_subject": consent.subject,
        "address": consent.email,
        "zone": zone,
        "state": MailboxState.ACTIVE,
        "senders_version": 1,
        "created_at": clock.now(),
    }
    made = await session.execute(insert(Mailbox).values(values).on_conflict_do_nothing().returning(col(Mailbox.id)))
    if made.first() is None:
        raise Conflict("This mailbox is connected by somebody else already. Ask them, or write to the operator.")
    return await session.get_one(Mailbox, mailbox_id)


async def _keep_consent(
    session: AsyncSession, resources: Resources, mailbox_id: UUID, consent: connect.Consent
) -> None:
    vault = await _vault(session, resources, mailbox_id)
    now = clock.now()
    await session.execute(
        update(Connection)
        .where(col(Connection.mailbox_id) == mailbox_id, col(Connection.ended_at).is_(None))
        .values(ended_at=now, refresh_token=b"")
    )
    row_id = uuid4()
    sealed = vault.seal(COLUMN, row_id, consent.refresh_token)
    session.add(
        Connection(
            mailbox_id=mailbox_id, id=row_id, refresh_token=sealed, scopes=sorted(consent.scopes), connected_at=now
        )
    )


async def _vault(session: AsyncSession, resources: Resources, mailbox_id: UUID) -> Vault:
    if await session.get(MailboxKey, mailbox_id):
        return await vault_of(session, resources, mailbox_id)
    keys = await in_use(session, resources.keys)
    vault, wrapped = keys.new_vault(mailbox_id)
    session.add(MailboxKey(mailbox_id=mailbox_id, wrapped=wrapped, master_id=keys.newest_id))
    await session.flush()
    return vault
