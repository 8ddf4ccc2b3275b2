"""The owner's consent kept: a mailbox connected, and connected again."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.actions import waiting
from app.actions.connection_lost import note_connected, resume
from app.actions.locked import mailbox_alone
from app.actions.resources import AccessToken, Resources
from app.actions.restored import open_restoration
from app.actions.tokens import keep, vault_made
from app.consent_errors import BadConsent
from app.errors import Conflict, ScopeMissing
from app.models.mailbox import Connection, ConsentLimit, Mailbox, MailboxState
from app.providers import connect

# Google ends the consents of a project in testing after a week, and others on a day that the person has chosen.
TESTING_LASTS = timedelta(days=7)


async def connect_mailbox(
    resources: Resources, owner_id: UUID, consent: connect.Consent, *, zone: str, login_id: UUID | None = None
) -> Mailbox:
    """Keep the consent for a mailbox of this owner; a mailbox that was connected before goes on as it was.

    Raises Conflict if somebody else's mailbox, BadConsent without a refresh token, ScopeMissing if she has not allowed
    all that the mail needs. The caller has shown the address and has been told yes.
    """
    server = connect.server_of(resources.settings, consent.provider)
    if not consent.refresh_token:
        raise BadConsent(reason="no_refresh_token")
    if server.missing(consent, server.mailbox_scopes):
        raise ScopeMissing
    async with resources.db.transaction(person=owner_id) as session:
        known = await session.execute(
            select(Mailbox).where(
                col(Mailbox.provider) == consent.provider,
                col(Mailbox.provider_subject) == consent.account,
                col(Mailbox.owner_id) == owner_id,
            )
        )
        mailbox = known.scalar_one_or_none()
    mailbox_id = mailbox.id if mailbox else uuid4()
    async with resources.db.transaction(mailbox=mailbox_id, person=owner_id) as session:
        if mailbox is None:
            await _add_mailbox(session, mailbox_id, owner_id, consent, zone)
        kept = await mailbox_alone(session, mailbox_id)
        waits = await open_restoration(session, mailbox_id)  # for the owner's word on what a backup has brought back
        kept.address, kept.state = consent.email, MailboxState.RECONCILING if waits else MailboxState.ACTIVE
        kept.consent_until, kept.consent_limit = consent.ends_at, _limit(consent)
        token = await _keep_consent(session, resources, mailbox_id, consent)
        await resume(session, mailbox_id)
        await note_connected(session, mailbox_id, owner_id, login_id)
    resources.tokens.by_mailbox[mailbox_id] = token
    await waiting.stop_waiting(resources, owner_id, server.name)
    return kept


async def _add_mailbox(
    session: AsyncSession, mailbox_id: UUID, owner_id: UUID, consent: connect.Consent, zone: str
) -> None:
    values = {
        "id": mailbox_id,
        "owner_id": owner_id,
        "provider": consent.provider,
        "provider_subject": consent.account,
        "address": consent.email,
        "zone": zone,
        "state": MailboxState.ACTIVE,
        "senders_version": 1,
        "created_at": clock.now(),
        "consent_limit": ConsentLimit.NONE,
    }
    made = await session.execute(insert(Mailbox).values(values).on_conflict_do_nothing().returning(col(Mailbox.id)))
    if made.first() is None:
        raise Conflict("This mailbox is connected by somebody else already. Ask them, or write to the operator.")


async def _keep_consent(
    session: AsyncSession, resources: Resources, mailbox_id: UUID, consent: connect.Consent
) -> AccessToken:
    vault = await vault_made(session, resources, mailbox_id)
    now = clock.now()
    await session.execute(
        update(Connection)
        .where(col(Connection.mailbox_id) == mailbox_id, col(Connection.ended_at).is_(None))
        .values(ended_at=now, refresh_token=b"", access_token=b"")
    )
    row = Connection(
        mailbox_id=mailbox_id, id=uuid4(), refresh_token=b"", scopes=sorted(consent.scopes), connected_at=now
    )
    token = keep(vault, row, consent)
    session.add(row)
    return token


def _limit(consent: connect.Consent) -> ConsentLimit:
    if consent.ends_at is None:
        return ConsentLimit.NONE
    week = consent.provider == "gmail" and consent.ends_at <= clock.now() + TESTING_LASTS
    return ConsentLimit.TESTING if week else ConsentLimit.LIMITED
