"""The journey to Google and back: begun in one browser, used once, within ten minutes, by the same browser."""

from __future__ import annotations

import hmac
import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlmodel import col, delete, select

from app import clock
from app.access.identity import begin_login, digest_of, person_of
from app.actions.resources import Resources
from app.db.master_key import in_use
from app.errors import BadConsent
from app.models.mailbox import Mailbox, MailboxState
from app.models.person import ConsentRequest, Person
from app.providers import connect

LIVES = timedelta(minutes=10)
GOOGLE = "google"


class Purpose(StrEnum):
    """Why somebody is sent to Google."""

    SIGN_IN = "sign_in"
    CONNECT = "connect"


class ReturnTo(StrEnum):
    """Where a browser goes afterwards: a place of ours by name, never an address."""

    HOME = "home"
    OWNER = "owner"
    ASSISTANT = "assistant"
    LOGINS = "logins"
    NOTICES = "notices"
    CONNECT = "connect"
    INVITATION = "invitation"
    PROPOSE = "propose"
    MAILBOX = "mailbox"
    SENDERS = "senders"
    INVITE = "invite"
    GRANT = "grant"
    DRAFT = "draft"
    ASSISTED = "assisted"
    MESSAGE = "message"
    WRITING = "writing"


@dataclass(frozen=True, kw_only=True)
class Journey:
    """What was wanted when a browser was sent away, and the consent it came back with."""

    purpose: Purpose
    return_to: ReturnTo
    return_id: str
    person_id: UUID | None
    consent: connect.Consent
    held_as: str = ""  # of a mailbox to be connected: the name under which `held_consent` finds the consent


async def begin(
    resources: Resources,
    purpose: Purpose,
    *,
    browser: str,
    person_id: UUID | None = None,
    return_to: ReturnTo = ReturnTo.HOME,
    return_id: str = "",
    login_hint: str = "",
) -> str:
    """Return the address to send the browser to; `browser` is a secret that only this browser holds."""
    server = connect.google(resources.settings, for_signin=purpose is Purpose.SIGN_IN)
    connecting = purpose is Purpose.CONNECT
    authorization = connect.begin(
        server,
        redirect_uri=redirect_uri(resources, purpose),
        scopes=connect.MAILBOX_SCOPES if connecting else connect.SIGN_IN_SCOPES,
        login_hint=login_hint,
        offline=connecting,
    )
    request = ConsentRequest(
        state_sha256=digest_of(authorization.state),
        browser_sha256=digest_of(browser),
        purpose=purpose,
        provider=GOOGLE,
        nonce=authorization.nonce,
        verifier=authorization.verifier,
        person_id=person_id,
        return_to=return_to,
        return_id=return_id.replace("\0", "")[:200],
        created_at=clock.now(),
    )
    async with resources.db.transaction() as session:
        await session.execute(delete(ConsentRequest).where(col(ConsentRequest.created_at) < clock.now() - LIVES * 2))
        session.add(request)
    return authorization.url


async def finish(
    resources: Resources, purpose: Purpose, *, browser: str, person_id: UUID | None, answer: dict[str, str]
) -> Journey:
    """Take what came back (`state`, `code` or `error`, `iss`) and return the consent.

    Raises BadConsent for a state that is unknown, used, too old, of another browser, purpose or person, and whatever
    `connect.finish` raises.
    """
    request = await _taken(resources, answer.get("state", ""))
    theirs = hmac.compare_digest(request.browser_sha256, digest_of(browser)) and request.person_id == person_id
    if not theirs or request.purpose != purpose:
        raise BadConsent(reason="foreign_state")
    server = connect.google(resources.settings, for_signin=purpose is Purpose.SIGN_IN)
    if "error" in answer or not answer.get("code"):
        raise connect.refusal(server, answer.get("error", ""))
    consent = await connect.finish(
        server,
        resources.transport,
        code=answer["code"],
        nonce=request.nonce,
        verifier=request.verifier,
        redirect_uri=redirect_uri(resources, purpose),
        iss=answer.get("iss", ""),
    )
    held_as = await _hold(resources, request, consent) if purpose is Purpose.CONNECT else ""
    return Journey(
        held_as=held_as,
        purpose=purpose,
        return_to=ReturnTo(request.return_to),
        return_id=request.return_id,
        person_id=request.person_id,
        consent=consent,
    )


async def held_consent(resources: Resources, held_as: str, *, person_id: UUID) -> connect.Consent:
    """Return a consent that waits for its owner's yes, once; raise BadConsent if there is none (any more) for her."""
    async with resources.db.transaction() as session:
        request = await session.get(ConsentRequest, _key(held_as), with_for_update=True)
        young = request is not None and clock.now() < request.created_at + LIVES * 2
        if request is None or not young or not request.held or request.person_id != person_id:
            raise BadConsent(reason="nothing_held")
        sealed, request.held = request.held, b""
        master_id, wrapped = sealed[:16].decode(), sealed[16:]
        return _unpacked(resources.keys.unwrap(wrapped, request.state_sha256, master_id))


async def refuse_held(resources: Resources, held_as: str, *, person_id: UUID) -> None:
    """Say no to a consent that waits: it is given back to Google.

    Google would end all that this account has agreed to with us, so it is only forgotten where a mailbox of hers works.
    """
    consent = await held_consent(resources, held_as, person_id=person_id)
    async with resources.db.transaction(person=person_id) as session:
        works = await session.execute(
            select(Mailbox.id)
            .where(col(Mailbox.owner_id) == person_id, col(Mailbox.provider_subject) == consent.subject)
            .where(col(Mailbox.state) == MailboxState.ACTIVE)
        )
        if works.first():
            return
    server = connect.google(resources.settings, for_signin=False)
    await connect.revoke(server, resources.transport, token=consent.refresh_token or consent.access_token)


async def _hold(resources: Resources, request: ConsentRequest, consent: connect.Consent) -> str:
    packed = {name: value for name, value in asdict(consent).items() if name not in ("scopes", "expires_at")}
    packed |= {"scopes": sorted(consent.scopes), "expires_at": consent.expires_at.isoformat()}
    async with resources.db.transaction() as session:
        keys = await in_use(session, resources.keys)
        kept = await session.get_one(ConsentRequest, request.state_sha256, with_for_update=True)
        kept.held = keys.newest_id.encode() + keys.wrap(json.dumps(packed).encode(), request.state_sha256)
    return request.state_sha256.hex()


def _unpacked(packed: bytes) -> connect.Consent:
    given = json.loads(packed)
    given |= {"scopes": frozenset(given["scopes"]), "expires_at": datetime.fromisoformat(given["expires_at"])}
    return connect.Consent(**given)


def _key(held_as: str) -> bytes:
    try:
        return bytes.fromhex(held_as)
    except ValueError:
        raise BadConsent(reason="nothing_held") from None


async def sign_in(resources: Resources, consent: connect.Consent, *, agent: str, language: str) -> tuple[Person, str]:
    """Begin a login for whoever consented; return the person and the secret for the cookie."""
    async with resources.db.transaction() as session:
        person = await person_of(
            session,
            issuer=consent.issuer,
            subject=consent.subject,
            email=consent.email,
            name=consent.name,
            language=language,
            now=clock.now(),
        )
        return person, await begin_login(session, person, agent=agent, now=clock.now())


def redirect_uri(resources: Resources, purpose: Purpose) -> str:
    """Return the address that is registered with Google for this purpose."""
    path = "/sign-in/callback/google" if purpose is Purpose.SIGN_IN else "/connect/callback/google"
    return resources.settings.public_url + path


async def _taken(resources: Resources, state: str) -> ConsentRequest:
    """Use up the request of a state; raise BadConsent if there is none that is young and unused."""
    async with resources.db.transaction() as session:
        request = await session.get(ConsentRequest, digest_of(state), with_for_update=True)
        if request is None or request.used_at or clock.now() >= request.created_at + LIVES:
            raise BadConsent(reason="unknown_state")
        request.used_at = clock.now()
    return request
