"""An owner's consent and a person's sign-in: the OAuth 2.0 and OpenID Connect of a client, by RFC 9700.

Each function is one step and keeps nothing: what `begin` returns is stored by the caller, bound to the browser, for one
use within ten minutes; the caller compares `state` before it calls `finish`. Tokens never show in a repr.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from authlib.common.security import generate_token
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from app import clock
from app.errors import (
    AdminForbidsApp,
    BadConsent,
    BadSetting,
    ConsentRefused,
    MailboxDisconnected,
    OutsideOrganisation,
    ProviderError,
)
from app.providers.id_token import check_claims, claims_of, kid_of
from app.providers.token_endpoint import OAuthServer, Tokens, ask_token, form, server_refused, text, tokens_of
from app.providers.transport import Answer, Transport, json_of
from app.settings import Settings

__all__ = [
    "GMAIL_MODIFY", "MAILBOX_SCOPES", "SIGN_IN_SCOPES", "Authorization", "Consent", "OAuthServer", "Tokens",
    "begin", "finish", "google", "missing_scopes", "refresh", "refusal", "revoke",
]  # fmt: skip

GMAIL_MODIFY = "https://www.googleapis.com/auth/gmail.modify"
SIGN_IN_SCOPES = ("openid", "email", "profile")
MAILBOX_SCOPES = (GMAIL_MODIFY, *SIGN_IN_SCOPES)
# Google answers with the long names of what was asked for by the short ones; full access to the mail covers ours.
COVERED_BY = {
    "email": frozenset({"https://www.googleapis.com/auth/userinfo.email"}),
    "profile": frozenset({"https://www.googleapis.com/auth/userinfo.profile"}),
    GMAIL_MODIFY: frozenset({"https://mail.google.com/"}),
}


@dataclass(frozen=True, kw_only=True)
class Authorization:
    """Where to send the browser, and the three secrets that its return is checked with."""

    url: str = field(repr=False)
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Consent(Tokens):
    """A person who signed in, keyed by (issuer, subject), and what she allowed."""

    issuer: str
    subject: str
    email: str = ""
    email_verified: bool = False
    name: str = ""
    locale: str = ""


def google(settings: Settings, *, for_signin: bool) -> OAuthServer:
    """Return Google's consent for signing in or for connecting a mailbox; raise BadSetting if Google is not offered."""
    own_client = for_signin and settings.google_signin_client_id
    client_id = settings.google_signin_client_id if own_client else settings.google_client_id
    secret = settings.google_signin_client_secret if own_client else settings.google_client_secret
    if not client_id:
        raise BadSetting(name="DESKHAND_GOOGLE_CLIENT_ID", why="it is empty, so Google is not offered")
    return OAuthServer(
        name="google",
        auth_url=settings.google_auth_url,
        token_url=settings.google_token_url,
        revoke_url=settings.google_revoke_url,
        jwks_url=settings.google_jwks_url,
        issuer=settings.google_issuer,
        client_id=client_id,
        client_secret=secret.get_secret_value(),
    )


def begin(
    server: OAuthServer, *, redirect_uri: str, scopes: Sequence[str], login_hint: str = "", offline: bool
) -> Authorization:
    """Start a consent. `offline` asks for a refresh token, which Google gives only after a page that asks again."""
    state, nonce, verifier = (generate_token(length) for length in (43, 43, 64))
    wishes = {"access_type": "offline", "prompt": "consent", "include_granted_scopes": "true"} if offline else {}
    url = prepare_grant_uri(
        server.auth_url,
        server.client_id,
        "code",
        redirect_uri=redirect_uri,
        scope=" ".join(scopes),
        state=state,
        nonce=nonce,
        code_challenge=create_s256_code_challenge(verifier),
        code_challenge_method="S256",
        login_hint=login_hint or None,
        **wishes,
    )
    return Authorization(url=url, state=state, nonce=nonce, verifier=verifier)


def refusal(server: OAuthServer, error: str) -> ConsentRefused:
    """Return what the `error` of a callback means for the person: she said no, or someone says it for her."""
    if error == "admin_policy_enforced":
        return AdminForbidsApp(client_id=server.client_id)
    if error == "org_internal":
        return OutsideOrganisation()
    if error == "access_denied":
        return ConsentRefused()
    return BadConsent(reason="refused_by_server")


async def finish(
    server: OAuthServer, transport: Transport, *, code: str, nonce: str, verifier: str, redirect_uri: str, iss: str = ""
) -> Consent:
    """Turn the code of a callback into a consent; `iss` is the callback's own (RFC 9207), empty if it has none.

    Raises BadConsent with a `reason` for whatever does not hold, ConsentRefused where a policy forbids it,
    ProviderError if the server fails. A code that cannot be redeemed is never tried twice.
    """
    if iss and iss not in server.issuers:
        raise BadConsent(reason="mixed_issuer")
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": verifier}
    answer = await ask_token(server, transport, fields, repeatable=False)
    if answer.status != 200:
        raise _code_refused(server, answer)
    given = json_of(answer)
    tokens, claims = tokens_of(given), await _claims(server, transport, given, nonce)
    return Consent(
        access_token=tokens.access_token,
        expires_at=tokens.expires_at,
        refresh_token=tokens.refresh_token,
        scopes=tokens.scopes,
        issuer=server.issuer,
        subject=claims["sub"],
        email=text(claims, "email"),
        email_verified=claims.get("email_verified") in (True, "true"),
        name=text(claims, "name"),
        locale=text(claims, "locale"),
    )


async def refresh(server: OAuthServer, transport: Transport, *, refresh_token: str) -> Tokens:
    """Return fresh tokens; raise MailboxDisconnected when the consent has ended (`invalid_grant` is final)."""
    fields = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    answer = await ask_token(server, transport, fields, repeatable=True)
    if answer.status == 200:
        return tokens_of(json_of(answer))
    if text(json_of(answer), "error") == "invalid_grant":
        raise MailboxDisconnected()
    raise server_refused(server, answer)


async def revoke(server: OAuthServer, transport: Transport, *, token: str) -> None:
    """End a consent at its server. A refresh token ends the whole consent; one that is dead already is as good."""
    answer = await transport.send(form(server.revoke_url, {"token": token}, repeatable=True))
    if answer.status != 200 and text(json_of(answer), "error") != "invalid_token":
        raise server_refused(server, answer)


def missing_scopes(consent: Tokens, wanted: Sequence[str] = MAILBOX_SCOPES) -> frozenset[str]:
    """Return what was asked for and not given: people can untick single permissions."""
    given = consent.scopes
    return frozenset(scope for scope in wanted if scope not in given and not COVERED_BY.get(scope, frozenset()) & given)


async def _claims(server: OAuthServer, transport: Transport, given: Mapping[str, Any], nonce: str) -> dict[str, Any]:
    token = text(given, "id_token")
    key = await server.keys.find(transport, server.jwks_url, kid_of(token))
    if key is None:
        raise BadConsent(reason="unknown_key")
    claims = claims_of(token, key)
    check_claims(claims, issuers=server.issuers, audience=server.client_id, nonce=nonce, now=clock.now())
    return claims


def _code_refused(server: OAuthServer, answer: Answer) -> ConsentRefused | ProviderError:
    error = text(json_of(answer), "error")
    if error == "invalid_grant":  # used before, expired, another client's or another browser's
        return BadConsent(reason="code_refused")
    if error in ("admin_policy_enforced", "org_internal", "access_denied"):
        return refusal(server, error)
    return server_refused(server, answer)
