"""The journey to a provider and back: begun in one browser, used once, within ten minutes, by the same browser."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from sqlmodel import col, delete

from app import clock
from app.access.identity import begin_login, digest_of, person_of
from app.actions import held_consent, waiting
from app.actions.resources import Resources
from app.consent_errors import AdminForbidsApp, AnotherPerson, BadConsent
from app.models.person import ConsentRequest, Person
from app.providers import connect

LIVES = timedelta(minutes=10)


class Purpose(StrEnum):
    """Why somebody is sent to a provider."""

    SIGN_IN = "sign_in"
    CONNECT = "connect"


class ReturnTo(StrEnum):
    """Where a browser goes afterwards: a place of ours by name, never an address."""

    HOME = "home"
    OWNER = "owner"
    ASSISTANT = "assistant"
    LOGINS = "logins"
    NOTICES = "notices"
    DATA = "data"
    CONNECT = "connect"
    INVITATION = "invitation"
    PROPOSE = "propose"
    MAILBOX = "mailbox"
    OFFER = "offer"
    DISCONNECTION = "disconnection"
    SENDERS = "senders"
    LOG = "log"
    INVITE = "invite"
    GRANT = "grant"
    DRAFT = "draft"
    ASSISTED = "assisted"
    KEYS = "keys"
    MESSAGE = "message"
    WRITING = "writing"
    HANDOVER = "handover"
    TEAM = "team"
    LED = "led"


@dataclass(frozen=True, kw_only=True)
class Journey:
    """What was wanted when a browser was sent away, and the consent it came back with."""

    purpose: Purpose
    way: str  # google | microsoft
    return_to: ReturnTo
    return_id: str
    person_id: UUID | None
    consent: connect.Consent
    missing: frozenset[str] = frozenset()  # what a mailbox needs and was not allowed
    held_as: str = ""  # of a mailbox to be connected: the name under which `held_consent` finds the consent


async def begin(
    resources: Resources,
    purpose: Purpose,
    way: str,
    *,
    browser: str,
    person_id: UUID | None = None,
    return_to: ReturnTo = ReturnTo.HOME,
    return_id: str = "",
    login_hint: str = "",
) -> str:
    """Return the address to send the browser to; `browser` is a secret that only this browser holds."""
    server = connect.server_named(resources.settings, way, for_signin=purpose is Purpose.SIGN_IN)
    connecting = purpose is Purpose.CONNECT
    authorization = connect.begin(
        server,
        redirect_uri=redirect_uri(resources, purpose, way),
        scopes=_scopes(server, purpose),
        login_hint=login_hint,
        offline=connecting,
        again=person_id is not None and not connecting,
    )
    request = ConsentRequest(
        state_sha256=digest_of(authorization.state),
        browser_sha256=digest_of(browser),
        purpose=purpose,
        provider=way,
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
    resources: Resources, purpose: Purpose, way: str, *, browser: str, person_id: UUID | None, answer: Mapping[str, str]
) -> Journey:
    """Take what came back (`state`, `code` or `error`, `iss`) and return the consent.

    Raises BadConsent for a state that is unknown, used, too old, of another browser, purpose, provider or person, and
    whatever `connect.finish` raises. An owner whose administrator has to agree first is noted as waiting.
    """
    request = await _taken(resources, answer.get("state", ""))
    theirs = hmac.compare_digest(request.browser_sha256, digest_of(browser)) and _is_for(request, person_id)
    if not theirs or (request.purpose, request.provider) != (purpose, way):
        raise BadConsent(reason="foreign_state")
    server = connect.server_named(resources.settings, way, for_signin=purpose is Purpose.SIGN_IN)
    try:
        consent = await _redeemed(resources, server, request, answer)
    except AdminForbidsApp:
        if purpose is Purpose.CONNECT and person_id:
            again = request.return_id if request.return_to == ReturnTo.MAILBOX else ""
            await waiting.wait_for_admin(resources, person_id, way, mailbox=again)
        raise
    connecting = purpose is Purpose.CONNECT
    return Journey(
        held_as=await held_consent.hold(resources, request.state_sha256, consent) if connecting else "",
        missing=server.missing(consent, server.mailbox_scopes) if connecting else frozenset(),
        purpose=purpose,
        way=way,
        return_to=ReturnTo(request.return_to),
        return_id=request.return_id,
        person_id=request.person_id,
        consent=consent,
    )


async def sign_in(
    resources: Resources, consent: connect.Consent, *, agent: str, language: str, only: UUID | None = None
) -> tuple[Person, str]:
    """Begin a login for whoever consented; return the person and the secret for the cookie.

    Raises AnotherPerson, and changes nothing, if she is not the one that it was begun for (`only`).
    """
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
        if only not in (None, person.id):
            raise AnotherPerson
        return person, await begin_login(session, person, agent=agent, now=clock.now())


def _is_for(request: ConsentRequest, person_id: UUID | None) -> bool:
    """Say whether a journey was begun for this person; a plain sign-in is begun for nobody yet."""
    anybody = request.purpose == Purpose.SIGN_IN and request.person_id is None
    return anybody or request.person_id == person_id


def redirect_uri(resources: Resources, purpose: Purpose, way: str) -> str:
    """Return the address that is registered with a provider for this purpose: one for each, and never shared."""
    path = "sign-in" if purpose is Purpose.SIGN_IN else "connect"
    return f"{resources.settings.public_url}/{path}/callback/{way}"


def _scopes(server: connect.OAuthServer, purpose: Purpose) -> tuple[str, ...]:
    return server.mailbox_scopes if purpose is Purpose.CONNECT else server.sign_in_scopes


async def _redeemed(
    resources: Resources, server: connect.OAuthServer, request: ConsentRequest, answer: Mapping[str, str]
) -> connect.Consent:
    if "error" in answer or not answer.get("code"):
        raise server.refusal(answer)
    return await connect.finish(
        server,
        resources.transport,
        code=answer["code"],
        nonce=request.nonce,
        verifier=request.verifier,
        redirect_uri=redirect_uri(resources, Purpose(request.purpose), server.name),
        scopes=_scopes(server, Purpose(request.purpose)),
        iss=answer.get("iss", ""),
    )


async def _taken(resources: Resources, state: str) -> ConsentRequest:
    """Use up the request of a state; raise BadConsent if there is none that is young and unused."""
    async with resources.db.transaction() as session:
        request = await session.get(ConsentRequest, digest_of(state), with_for_update=True)
        if request is None or request.used_at or clock.now() >= request.created_at + LIVES:
            raise BadConsent(reason="unknown_state")
        request.used_at = clock.now()
    return request
