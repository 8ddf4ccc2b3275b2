"""A consent that has come back and waits, sealed, for its owner's yes to the address it is for."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from app import clock
from app.actions.resources import Resources
from app.consent_errors import BadConsent
from app.db.master_key import in_use
from app.models.mailbox import Mailbox, MailboxState
from app.models.person import ConsentRequest
from app.providers import connect

LASTS = timedelta(minutes=20)  # from the moment the browser was sent away
MOMENTS = ("expires_at", "ends_at")


async def hold(resources: Resources, state_sha256: bytes, consent: connect.Consent) -> str:
    """Keep a consent beside the request it answers; return the name under which `held_consent` finds it."""
    async with resources.db.transaction() as session:
        kept = await session.get_one(ConsentRequest, state_sha256, with_for_update=True)
        keys = await in_use(session, resources.keys)
        kept.held = keys.newest_id.encode() + keys.wrap(_packed(consent), state_sha256)
    return state_sha256.hex()


async def held_consent(resources: Resources, held_as: str, *, person_id: UUID) -> connect.Consent:
    """Return a consent that waits for its owner's yes, once; raise BadConsent if there is none (any more) for her."""
    async with resources.db.transaction() as session:
        request = await session.get(ConsentRequest, _key(held_as), with_for_update=True)
        young = request is not None and clock.now() < request.created_at + LASTS
        if request is None or not young or not request.held or request.person_id != person_id:
            raise BadConsent(reason="nothing_held")
        sealed, request.held = request.held, b""
        master_id, wrapped = sealed[:16].decode(), sealed[16:]
        return _unpacked(resources.keys.unwrap(wrapped, request.state_sha256, master_id))


async def refuse_held(resources: Resources, held_as: str, *, person_id: UUID) -> None:
    """Say no to a consent that waits: it is given back to its provider, or forgotten where that takes nothing back.

    Google would end all that this account has agreed to with us, so it is only forgotten where a mailbox of hers works.
    """
    consent = await held_consent(resources, held_as, person_id=person_id)
    if await works_already(resources, person_id, consent):
        return
    server = connect.server_of(resources.settings, consent.provider)
    await connect.revoke(server, resources.transport, token=consent.refresh_token or consent.access_token)


async def works_already(resources: Resources, person_id: UUID, consent: connect.Consent) -> bool:
    """Say whether a person's own mailbox of this account is connected: ending a consent again would end that too."""
    async with resources.db.transaction(person=person_id) as session:
        works = await session.execute(
            select(Mailbox.id)
            .where(col(Mailbox.owner_id) == person_id, col(Mailbox.provider_subject) == consent.account)
            .where(col(Mailbox.provider) == consent.provider)
            .where(col(Mailbox.state).in_([MailboxState.ACTIVE, MailboxState.RECONCILING]))
        )
        return works.first() is not None


def _packed(consent: connect.Consent) -> bytes:
    given: dict[str, Any] = asdict(consent) | {"scopes": sorted(consent.scopes)}
    moments = {name: given[name].isoformat() for name in MOMENTS if given[name]}
    return json.dumps(given | moments).encode()


def _unpacked(packed: bytes) -> connect.Consent:
    given = json.loads(packed)
    given |= {name: datetime.fromisoformat(given[name]) for name in MOMENTS if given[name]}
    return connect.Consent(**given | {"scopes": frozenset(given["scopes"])})


def _key(held_as: str) -> bytes:
    try:
        return bytes.fromhex(held_as)
    except ValueError:
        raise BadConsent(reason="nothing_held") from None
