"""No other site may act with a signed-in person's cookie: every unsafe request shows where it comes from, and a token.

`guard` is the dependency of every console and API router. The session check leaves SHA-256 of the session's secret in
`request.state.session_hash` (absent or None without a cookie session), the program's key is `app.state.csrf_key`.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection, Request

from app.access.program import PREFIX
from app.errors import BadCsrf

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FIELD, HEADER = "csrf", "x-csrf-token"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
DEFAULT_PORTS = {"http": 80, "https": 443}


def token_for(session_hash: bytes, key: bytes) -> str:
    """Return the token of one session; whoever lacks `key` cannot make it, and it ends with the session."""
    return urlsafe_b64encode(hmac.digest(key, b"csrf\0" + session_hash, "sha256")).rstrip(b"=").decode()


def check_token(given: str, session_hash: bytes, key: bytes) -> None:
    """Raise BadCsrf unless `given` is this session's token."""
    if not hmac.compare_digest(given.encode(errors="replace"), token_for(session_hash, key).encode()):
        raise BadCsrf


def check_origin(headers: Mapping[str, str], public_url: str) -> None:
    """Raise BadCsrf unless Origin, or Referer where Origin is absent or `null`, is our own origin."""
    origin = headers.get("origin", "")
    source = headers.get("referer", "") if origin in ("", "null") else origin
    if origin_of(source) is None or origin_of(source) != origin_of(public_url):
        raise BadCsrf


def origin_of(url: str) -> tuple[str, str, int] | None:
    """Return scheme, host and port of an http address, None if it has no such thing."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or parts.username is not None:
        return None
    return parts.scheme, parts.hostname, port or DEFAULT_PORTS[parts.scheme]


def session_token(request: HTTPConnection) -> str:
    """Return the token to put into this visitor's forms, empty without a session."""
    session_hash: bytes | None = getattr(request.state, "session_hash", None)
    return token_for(session_hash, request.app.state.csrf_key) if session_hash else ""


def key_in(request: HTTPConnection) -> str:
    """Return the program's key that a request brings, empty if there is none; another kind of token is none.

    It is taken from its header alone: addresses end up in logs and histories, and cookies come along by themselves.
    """
    for given in request.headers.getlist("authorization"):
        scheme, _, token = given.partition(" ")
        if scheme.casefold() == "bearer" and token.strip().startswith(PREFIX):
            return token.strip()
    return ""


async def guard(request: Request) -> None:
    """Raise BadCsrf for an unsafe request that a page of ours did not make.

    Without a cookie session there is no token to compare, but the origin still has to be ours: otherwise another
    site could sign somebody in as somebody else. A program that brings a key of its own and no session needs neither.
    """
    if request.method in SAFE_METHODS:
        return
    session_hash: bytes | None = getattr(request.state, "session_hash", None)
    if session_hash is None and "authorization" in request.headers:
        return
    check_origin(request.headers, request.app.state.settings.public_url)
    if session_hash is not None:
        check_token(await _given(request), session_hash, request.app.state.csrf_key)


async def _given(request: Request) -> str:
    if HEADER in request.headers:
        return request.headers[HEADER]
    if not request.headers.get("content-type", "").lower().startswith(FORMS):
        return ""
    value = (await request.form()).get(FIELD, "")
    return value if isinstance(value, str) else ""
