"""A provider's token endpoint: codes and refresh tokens go in, access tokens come out. Nothing here shows in a repr."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from app import clock
from app.errors import ProviderError, ProviderRefused
from app.providers.consent.server import OAuthServer, Tokens
from app.providers.id_token import text
from app.providers.transport import Answer, Call, Transport, json_of

LONGEST_TOKEN = 86_400
LONGEST_CONSENT = 10 * 366 * 86_400
DIGITS = re.compile(r"[0-9]{1,12}")


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


def tokens_of(given: Mapping[str, Any], asked: Iterable[str] = ()) -> Tokens:
    """Read the answer of a token endpoint; raise ProviderError if it holds no bearer token.

    An answer that names no scopes at all has given all that were `asked` for (RFC 6749 section 5.1).
    """
    access_token, seconds = text(given, "access_token"), _seconds(given.get("expires_in"))
    if not access_token or text(given, "token_type").lower() != "bearer":
        raise ProviderError(detail="it answered the consent call without an access token")
    lasts = 3600 if seconds is None else min(max(seconds, 0), LONGEST_TOKEN)
    return Tokens(
        access_token=access_token,
        expires_at=clock.now() + timedelta(seconds=lasts),
        refresh_token=text(given, "refresh_token"),
        scopes=frozenset(text(given, "scope").split() if "scope" in given else asked),
        ends_at=_end_of_consent(given),
    )


def _end_of_consent(given: Mapping[str, Any]) -> datetime | None:
    """Return when the refresh token ends by itself, if the server says so (Google's testing mode, Entra's pages)."""
    seconds = _seconds(given.get("refresh_token_expires_in"))
    if seconds is None or not 0 < seconds <= LONGEST_CONSENT:
        return None
    return clock.now() + timedelta(seconds=seconds)


def _seconds(value: object) -> int | None:
    """Return a duration, None where there is none; some servers write the number as text (as Entra's version 1 did)."""
    if isinstance(value, str) and DIGITS.fullmatch(value):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return int(value)


def server_refused(server: OAuthServer, answer: Answer) -> ProviderError:
    """Return what a refusal means that has to do with this installation and not with the person."""
    error = text(json_of(answer), "error")
    if error in ("invalid_client", "unauthorized_client"):
        return ProviderRefused(detail=f"{server.title} does not know this client id with this secret")
    if error == "redirect_uri_mismatch":
        return ProviderRefused(detail=f"this redirect address is not registered with {server.title}")
    if error in ("admin_policy_enforced", "org_internal"):
        return ProviderRefused(detail=f"{server.title} says {error}")
    return ProviderError(detail=f"{server.title} answered the consent call with HTTP {answer.status}")
