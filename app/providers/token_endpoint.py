"""A provider's token endpoint: codes and refresh tokens go in, access tokens come out. Nothing here shows in a repr."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from app import clock
from app.errors import ProviderError, ProviderRefused
from app.providers.id_token import Keys
from app.providers.transport import Answer, Call, Transport, json_of

GOOGLE = "https://accounts.google.com"
LONGEST_TOKEN = 86_400


@dataclass(frozen=True, kw_only=True)
class OAuthServer:
    """One provider's consent, for one client of ours. Make it once and keep it: it remembers the server's keys."""

    name: str
    auth_url: str
    token_url: str
    revoke_url: str
    jwks_url: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    keys: Keys = field(default_factory=Keys, repr=False, compare=False)

    @property
    def issuers(self) -> frozenset[str]:
        """The names this server goes by; the real Google signs with and without `https://`."""
        return frozenset({self.issuer, "accounts.google.com"} if self.issuer == GOOGLE else {self.issuer})


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """What calls are made with; `refresh_token` is empty where the server sent no new one."""

    access_token: str = field(repr=False)
    expires_at: datetime
    refresh_token: str = field(default="", repr=False)
    scopes: frozenset[str] = frozenset()


async def ask_token(
    server: OAuthServer, transport: Transport, fields: Mapping[str, str], *, repeatable: bool
) -> Answer:
    """Post `fields` to the token endpoint as our client."""
    own = {"client_id": server.client_id, "client_secret": server.client_secret}
    return await transport.send(form(server.token_url, {**fields, **own}, repeatable=repeatable))


def form(url: str, fields: Mapping[str, str], *, repeatable: bool) -> Call:
    """Return a form to post, without any bearer token."""
    headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
    return Call(method="POST", url=url, headers=headers, body=urlencode(fields).encode(), repeatable=repeatable)


def tokens_of(given: Mapping[str, Any]) -> Tokens:
    """Read the answer of a token endpoint; raise ProviderError if it holds no bearer token."""
    access_token, seconds = text(given, "access_token"), given.get("expires_in")
    if not access_token or text(given, "token_type").lower() != "bearer":
        raise ProviderError(detail="it answered the consent call without an access token")
    lasts = min(max(seconds, 0), LONGEST_TOKEN) if isinstance(seconds, int) else 3600
    return Tokens(
        access_token=access_token,
        expires_at=clock.now() + timedelta(seconds=lasts),
        refresh_token=text(given, "refresh_token"),
        scopes=frozenset(text(given, "scope").split()),
    )


def server_refused(server: OAuthServer, answer: Answer) -> ProviderError:
    """Return what a refusal means that has to do with this installation and not with the person."""
    error = text(json_of(answer), "error")
    if error in ("invalid_client", "unauthorized_client"):
        return ProviderRefused(detail=f"{server.name} does not know this client id with this secret")
    if error == "redirect_uri_mismatch":
        return ProviderRefused(detail=f"this redirect address is not registered with {server.name}")
    if error in ("admin_policy_enforced", "org_internal"):
        return ProviderRefused(detail=f"{server.name} says {error}")
    return ProviderError(detail=f"{server.name} answered the consent call with HTTP {answer.status}")


def text(given: Mapping[str, Any], name: str) -> str:
    """Return the text of that name, empty where there is none."""
    value = given.get(name)
    return value if isinstance(value, str) else ""
