"""An owner's consent and a person's sign-in: the OAuth 2.0 and OpenID Connect of a client, by RFC 9700.

Each function is one step and keeps nothing: what `begin` returns is stored by the caller, bound to the browser, for one
use within ten minutes; the caller compares `state` before it calls `finish`. Tokens never show in a repr. What each
provider does its own way stands in `consent/`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from authlib.common.security import generate_token
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from app import clock
from app.consent_errors import BadConsent, ConsentRefused
from app.errors import MailboxDisconnected, NotFound, ProviderError
from app.providers.characters import clean_line
from app.providers.consent import entra
from app.providers.consent.google import GMAIL_MODIFY, GoogleServer, google
from app.providers.consent.microsoft import MicrosoftServer, microsoft
from app.providers.consent.server import Identity, OAuthServer, Tokens
from app.providers.id_token import check_claims, claims_of, kid_of, text
from app.providers.token_endpoint import ask_token, form, server_refused, tokens_of
from app.providers.transport import Answer, Transport, json_of
from app.settings import Settings

__all__ = [
    "GMAIL_MODIFY", "MAILBOXES", "SERVERS", "WAYS", "Authorization", "Consent", "OAuthServer", "Tokens",
    "admin_link", "begin", "finish", "google", "microsoft", "refresh", "revoke", "server_named", "server_of",
    "withdrawal_page",
]  # fmt: skip

SERVERS = {GoogleServer.name: google, MicrosoftServer.name: microsoft}
MAILBOXES = {each.name: each.provider for each in (GoogleServer, MicrosoftServer)}
WAYS = {provider: name for name, provider in MAILBOXES.items()}
LONGEST_NAME, LONGEST_ADDRESS = 200, 320


@dataclass(frozen=True, kw_only=True)
class Authorization:
    """Where to send the browser, and the three secrets that its return is checked with."""

    url: str = field(repr=False)
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Consent(Tokens, Identity):
    """A person who signed in, keyed by (issuer, subject), and what she allowed; `provider` is gmail or graph."""

    provider: str


def server_named(settings: Settings, name: str, *, for_signin: bool) -> OAuthServer:
    """Return the consent that stands by this name in our addresses; raise NotFound for a name that is none.

    Raises BadSetting if the operator has not set it up.
    """
    if name not in SERVERS:
        raise NotFound
    return SERVERS[name](settings, for_signin=for_signin)


def server_of(settings: Settings, provider: str) -> OAuthServer:
    """Return the consent that opens the mailboxes of a provider (gmail, graph)."""
    return server_named(settings, WAYS[provider], for_signin=False)


def begin(
    server: OAuthServer,
    *,
    redirect_uri: str,
    scopes: Sequence[str],
    login_hint: str = "",
    offline: bool,
    again: bool = False,
) -> Authorization:
    """Start a consent; `offline` asks for a refresh token, `again` for a person to show that it is still she."""
    state, nonce, verifier = (generate_token(length) for length in (43, 43, 64))
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
        **server.wishes(offline=offline, login_hint=login_hint, again=again),
    )
    return Authorization(url=url, state=state, nonce=nonce, verifier=verifier)


async def finish(
    server: OAuthServer,
    transport: Transport,
    *,
    code: str,
    nonce: str,
    verifier: str,
    redirect_uri: str,
    scopes: Sequence[str] = (),
    iss: str = "",
) -> Consent:
    """Turn the code of a callback into a consent; `iss` is the callback's own (RFC 9207), empty if it has none.

    `scopes` are those that `begin` asked for: what a server has given that lists none.

    Raises BadConsent with a `reason` for whatever does not hold, ConsentRefused where a policy forbids it,
    ProviderError if the server fails. A code that cannot be redeemed is never tried twice.
    """
    if iss and not server.may_be(iss):
        raise BadConsent(reason="mixed_issuer")
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": verifier}
    answer = await ask_token(server, transport, fields, repeatable=False)
    if answer.status != 200:
        raise _code_refused(server, answer)
    given = json_of(answer)
    tokens, claims = tokens_of(given, scopes), await _claims(server, transport, given, nonce)
    if iss and iss not in server.issuers(claims) | {server.issuer}:
        raise BadConsent(reason="mixed_issuer")
    who = server.identify(claims)
    # For show, and typed by anybody: a name may hold what no line and no database does.
    shown = replace(who, name=clean_line(who.name, LONGEST_NAME), email=clean_line(who.email, LONGEST_ADDRESS))
    return Consent(**vars(tokens), **vars(shown), provider=server.provider)


async def refresh(server: OAuthServer, transport: Transport, *, refresh_token: str) -> Tokens:
    """Return fresh tokens; raise MailboxDisconnected when the consent has ended, which is final."""
    fields = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    answer = await ask_token(server, transport, fields, repeatable=True)
    if answer.status == 200:
        return tokens_of(json_of(answer))
    if server.ended(json_of(answer)):
        raise MailboxDisconnected()
    raise server_refused(server, answer)


async def revoke(server: OAuthServer, transport: Transport, *, token: str) -> bool:
    """End a consent at its server, and say whether that can be done there: Entra has no such call.

    A refresh token ends the whole consent; one that is dead already is as good. Raises ProviderError if it failed.
    """
    if not server.revoke_url:
        return False
    answer = await transport.send(form(server.revoke_url, {"token": token}, repeatable=True))
    if answer.status != 200 and text(json_of(answer), "error") != "invalid_token":
        raise server_refused(server, answer)
    return True


def admin_link(settings: Settings, *, redirect_uri: str, state: str) -> str:
    """Return the address at which an administrator lets Deskhand into an organisation's mailboxes at Microsoft."""
    server = microsoft(settings, for_signin=False)
    scopes = server.mailbox_scopes
    return entra.admin_link(settings, client_id=server.client_id, scopes=scopes, redirect_uri=redirect_uri, state=state)


def withdrawal_page(provider: str, account: str) -> str:
    """Return the page of the provider's own on which the person of an account ends a consent herself."""
    if provider == MicrosoftServer.provider:
        return entra.withdrawal_page(account)
    return "https://myaccount.google.com/connections"


async def _claims(server: OAuthServer, transport: Transport, given: Mapping[str, Any], nonce: str) -> dict[str, Any]:
    token = text(given, "id_token")
    key = await server.keys.find(transport, server.jwks_url, kid_of(token))
    if key is None:
        raise BadConsent(reason="unknown_key")
    claims = claims_of(token, key.rsa)
    check_claims(claims, issuers=server.issuers(claims), audience=server.client_id, nonce=nonce, now=clock.now())
    if not key.may_sign_for(text(claims, "iss")):
        raise BadConsent(reason="foreign_key")
    return claims


def _code_refused(server: OAuthServer, answer: Answer) -> ConsentRefused | ProviderError:
    given = json_of(answer)
    refusal = server.refusal(given)
    if not isinstance(refusal, BadConsent):
        return refusal
    if text(given, "error") == "invalid_grant":  # used before, expired, another client's or another browser's
        return BadConsent(reason="code_refused")
    return server_refused(server, answer)
