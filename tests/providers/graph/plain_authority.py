"""Who signs people in at another implementation of Graph, in ways that are not Entra's.

One issuer for everybody and no tenant in its addresses, no `iss` and no session in its answers. Refresh tokens are not
rotated: a refresh brings an access token alone. Nothing is said of when a consent ends. What `Spelling` says of its
answers is what other servers write otherwise. It is strict where it has to be: codes serve once, for their client and
their redirect address, against PKCE's verifier.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode

import httpx2
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from app import clock
from tests.providers.false_server import OUR_KEY, signed

AUTHORITY = "http://login.plain.localhost:8098"
TENANT = "5f3c1a52-8d43-4b0e-9d0f-3c2f5a1b7e90"
CLIENT, SECRET = "deskhand-there", "its-secret"
LIFE = timedelta(hours=1)
ALICE_THERE, BOB_THERE = "alice@practice.example", "bob@practice.example"
OIDS = {ALICE_THERE: "a1d2c3b4-0000-4000-8000-00000000a11c", BOB_THERE: "b0b2c3b4-0000-4000-8000-000000000b0b"}
NAMES = {ALICE_THERE: "Alice Amsel", BOB_THERE: "Bob Brun"}
SIGN_IN = ("openid", "profile", "email", "offline_access")


def as_addresses(scopes: list[str]) -> str:
    """Write what is Graph's with its address before it, and of the sign-in nothing."""
    return " ".join(f"https://graph.microsoft.com/{scope}" for scope in scopes if scope not in SIGN_IN)


@dataclass(frozen=True)
class Spelling:
    """How the token endpoint writes what every such server has to say; None leaves it out."""

    lasts: str | float | None = "3600"
    scope: Callable[[list[str]], str | None] = as_addresses
    token_type: str = "bearer"

    def of(self, scopes: list[str]) -> dict[str, Any]:
        """Return this part of an answer."""
        said = {"token_type": self.token_type, "expires_in": self.lasts, "scope": self.scope(scopes)}
        return {name: value for name, value in said.items() if value is not None}


@dataclass
class PlainAuthority:
    """Alice and Bob have accounts; `at_the_browser` is who is signed in there, `lies` are claims told otherwise."""

    spelling: Spelling = Spelling()
    at_the_browser: str = ALICE_THERE
    issuer: str = AUTHORITY
    lies: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    refreshable: dict[str, dict[str, str]] = field(default_factory=dict)
    access: dict[str, datetime] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        if request.method == "GET" and path.endswith("/authorize"):
            return self._authorize(request)
        if request.method == "POST" and path.endswith("/token"):
            form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
            self.asked.append(form["grant_type"])
            return self._token(form)
        if request.method == "GET" and path.endswith("/keys"):
            return httpx2.Response(200, json={"keys": [OUR_KEY.as_dict(private=False)]})
        return httpx2.Response(404, text="Not here")

    def takes(self, request: httpx2.Request) -> bool:
        """Say whether a call of Graph's bears a token of ours that lives."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return scheme == "Bearer" and token in self.access and self.access[token] > clock.now()

    def _authorize(self, request: httpx2.Request) -> httpx2.Response:
        asked = dict(request.url.params)
        strict = asked["response_type"] == "code" and asked["code_challenge_method"] == "S256"
        if asked["client_id"] != CLIENT or not strict:
            return httpx2.Response(400, text="Not a program of ours")
        code = secrets.token_urlsafe(12)
        self.codes[code] = asked | {"account": self.at_the_browser}
        back = urlencode({"state": asked["state"], "code": code})
        return httpx2.Response(303, headers={"location": f"{asked['redirect_uri']}?{back}"})

    def _token(self, form: dict[str, str]) -> httpx2.Response:
        if (form["client_id"], form["client_secret"]) != (CLIENT, SECRET):
            return _refused(401, "invalid_client")
        if form["grant_type"] == "refresh_token":
            known = self.refreshable.get(form["refresh_token"])
            return httpx2.Response(200, json=self._access(known)) if known else _refused(400, "invalid_grant")
        asked = self.codes.pop(form["code"], {})
        proven = create_s256_code_challenge(form["code_verifier"]) == asked.get("code_challenge")
        if not proven or form["redirect_uri"] != asked["redirect_uri"]:
            return _refused(400, "invalid_grant")
        return httpx2.Response(200, json=self._access(asked) | self._person(asked))

    def _access(self, asked: dict[str, str]) -> dict[str, Any]:
        token = f"plain-{secrets.token_urlsafe(12)}"
        self.access[token] = clock.now() + LIFE
        return {"access_token": token} | self.spelling.of(asked["scope"].split())

    def _person(self, asked: dict[str, str]) -> dict[str, Any]:
        refresh_token, now = secrets.token_urlsafe(12), int(clock.now().timestamp())
        lasting = {"refresh_token": refresh_token} if "offline_access" in asked["scope"].split() else {}
        self.refreshable |= {refresh_token: asked} if lasting else {}
        claims = {
            "iss": self.issuer,
            "aud": [CLIENT],
            "sub": f"person-{asked['account']}",
            "tid": TENANT,
            "oid": OIDS[asked["account"]],
            "ver": "2.0",
            "preferred_username": asked["account"],
            "name": NAMES[asked["account"]],
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 300,
        }
        return lasting | {"id_token": signed(claims | self.lies)}


def _refused(status: int, error: str) -> httpx2.Response:
    return httpx2.Response(status, json={"error": error})
