"""Waiting for the administrator: an owner's consent that somebody else has to allow first, on any day, in any browser.

The link for the administrator carries the ids of the request and a proof of them that only this installation can make,
so that nothing secret is kept and an old link goes on to work.
"""

from __future__ import annotations

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from uuid import UUID, uuid4

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from app import clock
from app.actions import tell
from app.actions.locked import mailbox_alone
from app.actions.resources import Resources
from app.consent_errors import AdminRefused, BadConsent
from app.errors import Conflict
from app.models.mailbox import Mailbox, MailboxState
from app.models.person import AdminRequest
from app.providers import connect

CLIENT_OF = {"google": "google_client_id", "microsoft": "microsoft_client_id"}
IDS_BYTES = 32


async def wait_for_admin(resources: Resources, person_id: UUID, way: str, *, mailbox: str = "") -> None:
    """Note that a person waits for her administrator; one who has agreed before is asked anew.

    `mailbox` is the id of a mailbox of hers that was to be connected again, empty for a new one.
    """
    async with resources.db.transaction(person=person_id) as session:
        row = {"person_id": person_id, "id": uuid4(), "provider": way, "asked_at": clock.now(), "tenant": ""}
        await session.execute(
            insert(AdminRequest)
            .values(row)
            .on_conflict_do_update(
                index_elements=["person_id", "provider"],
                index_where=col(AdminRequest.ended_at).is_(None),
                set_={"granted_at": None, "tenant": ""},
            )
        )
    if mailbox:
        lost, waits = MailboxState.NEEDS_RECONNECT, MailboxState.WAITING_FOR_ADMIN
        await _set_states(resources, person_id, way, lost, waits, only=mailbox)


async def waiting(resources: Resources, person_id: UUID) -> dict[str, AdminRequest]:
    """Return a person's open requests to administrators, by provider (google, microsoft)."""
    async with resources.db.transaction(person=person_id) as session:
        rows = await session.execute(
            select(AdminRequest).where(col(AdminRequest.person_id) == person_id, col(AdminRequest.ended_at).is_(None))
        )
        return {row.provider: row for row in rows.scalars()}


async def stop_waiting(resources: Resources, person_id: UUID, way: str) -> None:
    """End a person's request: she is connected, or no longer wants to be."""
    async with resources.db.transaction(person=person_id) as session:
        rows = await session.execute(
            select(AdminRequest)
            .where(col(AdminRequest.person_id) == person_id, col(AdminRequest.provider) == way)
            .where(col(AdminRequest.ended_at).is_(None))
            .with_for_update()
        )
        for row in rows.scalars():
            row.ended_at = clock.now()
    await _set_states(resources, person_id, way, MailboxState.WAITING_FOR_ADMIN, MailboxState.NEEDS_RECONNECT)


def link_for(resources: Resources, request: AdminRequest) -> str:
    """Return the address at which the administrator agrees; empty at Google, where it is done by the client id."""
    if request.provider != "microsoft":
        return ""
    back = f"{resources.settings.public_url}/connect/callback/microsoft"
    return connect.admin_link(resources.settings, redirect_uri=back, state=_state(resources, request))


def client_id_of(resources: Resources, way: str) -> str:
    """Return the client id that an administrator trusts."""
    return str(getattr(resources.settings, CLIENT_OF[way]))


def is_admins(resources: Resources, state: str) -> bool:
    """Say whether an answer's state is that of a link for an administrator."""
    return _ids_of(resources, state) is not None


async def take_answer(resources: Resources, answer: Mapping[str, str]) -> None:
    """Take what an administrator's browser brings back; whoever she is, it proves nothing, so it opens nothing.

    Raises AdminRefused for a no, Conflict for an answer that was given already, BadConsent for a link that is none.
    """
    found = _ids_of(resources, answer.get("state", ""))
    if found is None:
        raise BadConsent(reason="unknown_state")
    person_id, request_id = found
    if "error" in answer or answer.get("admin_consent", "").casefold() != "true":
        raise AdminRefused
    async with resources.db.transaction(person=person_id) as session:
        request = await session.get(AdminRequest, (person_id, request_id), with_for_update=True)
        if request is None or request.ended_at or request.granted_at:
            raise Conflict("This has been answered already, so there is nothing left to do here. Thank you.")
        request.granted_at, request.tenant = clock.now(), answer.get("tenant", "")[:100]
        await tell.admin_granted(session, resources, person_id, provider=request.provider)
    await _set_states(
        resources, person_id, request.provider, MailboxState.WAITING_FOR_ADMIN, MailboxState.NEEDS_RECONNECT
    )


async def _set_states(
    resources: Resources, person_id: UUID, way: str, before: MailboxState, after: MailboxState, *, only: str = ""
) -> None:
    """Move a person's mailboxes of a provider (or the one of an id) from one state to another, and no other state."""
    async with resources.db.transaction(person=person_id) as session:
        rows = await session.execute(
            select(Mailbox.id)
            .where(col(Mailbox.owner_id) == person_id, col(Mailbox.provider) == connect.MAILBOXES[way])
            .where(col(Mailbox.state) == before)
        )
        ids = [each for each in rows.scalars() if only in ("", str(each))]
    for mailbox_id in ids:
        async with resources.db.transaction(mailbox=mailbox_id) as session:
            mailbox = await mailbox_alone(session, mailbox_id)
            if mailbox.state == before:
                mailbox.state = after


def _state(resources: Resources, request: AdminRequest) -> str:
    ids = request.person_id.bytes + request.id.bytes
    return _proven(_key(resources), ids)


def _ids_of(resources: Resources, state: str) -> tuple[UUID, UUID] | None:
    try:
        ids = urlsafe_b64decode(state.encode())[:IDS_BYTES]
    except (ValueError, binascii.Error):
        return None
    # Made anew and compared whole, so that no other spelling of it counts.
    made = _proven(_key(resources), ids)
    if len(ids) != IDS_BYTES or not hmac.compare_digest(made.encode(), state.encode()):
        return None
    return UUID(bytes=ids[:16]), UUID(bytes=ids[16:])


def _proven(key: bytes, ids: bytes) -> str:
    return urlsafe_b64encode(ids + hmac.digest(key, b"deskhand admin request" + ids, "sha256")).decode()


def _key(resources: Resources) -> bytes:
    """Derived from the installation's own secret, so that a link that was sent outlasts a change of the master key."""
    return hmac.digest(resources.secret, b"deskhand administrator", "sha256")
