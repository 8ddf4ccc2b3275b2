"""The journey to Google and back: begun in one browser, used once, within ten minutes, by the same browser."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from sqlmodel import col, delete

from app import clock
from app.access.identity import begin_login, digest_of, person_of
from app.actions.resources import Resources
from app.errors import BadConsent
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
    INVITATION = "invitation"
    MAILBOX = "mailbox"
    PROPOSE = "propose"


@dataclass(frozen=True, kw_only=True)
class Journey:
    """What was wanted when a browser was sent away, and the consent it came back with."""

    purpose: Purpose
    return_to: ReturnTo
    return_id: str
    person_id: UUID | None
    consent: connect.Consent


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
        return_id=return_id[:200],
        created_at=clock.now(),
    )
    async with resources.db.transaction() as session:
        await session.execute(delete(ConsentRequest).where(col(ConsentRequest.created_at) < clock.now() - LIVES))
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
    return Journey(
        purpose=purpose,
        return_to=ReturnTo(request.return_to),
        return_id=request.return_id,
        person_id=request.person_id,
        consent=consent,
    )


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
