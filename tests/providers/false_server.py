"""A sign-in server that lies as a test wants: its tokens signed with another key, meant for another, or not signed."""

from __future__ import annotations

import base64
import hmac
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs

import httpx2
from joserfc import jwt
from joserfc.jwk import RSAKey

from app import clock
from app.providers.allowed import Allowed
from app.providers.consent.google import GoogleServer
from tests.providers.wires import Way, way_to

ORIGIN = "https://signin.test"
CLIENT = "deskhand-client"
NONCE = "the-nonce-of-this-browser"
OUR_KEY = RSAKey.generate_key(2048, {"kid": "our-key", "use": "sig", "alg": "RS256"})
ANY_WAY_KEY = RSAKey.import_key({name: value for name, value in OUR_KEY.as_dict(private=True).items() if name != "alg"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "our-key", "use": "sig", "alg": "RS256"})


def claims(**more: Any) -> dict[str, Any]:
    """Return the claims of a good token, with some of them changed or (None) left out."""
    now = int(clock.now().timestamp())
    good = {
        "iss": ORIGIN,
        "aud": CLIENT,
        "azp": CLIENT,
        "sub": "1122334455",
        "email": "alice@practice.example",
        "email_verified": True,
        "name": "Alice Amsel",
        "locale": "es",
        "iat": now,
        "exp": now + 3600,
        "nonce": NONCE,
    }
    return {name: value for name, value in {**good, **more}.items() if value is not None}


def signed(given: dict[str, Any], *, key: RSAKey = OUR_KEY, kid: str | None = "our-key", alg: str = "RS256") -> str:
    """Return a token with these claims."""
    header = {"alg": alg} | ({"kid": kid} if kid else {})
    return jwt.encode(header, given, key, algorithms=[alg])


def unsigned(given: dict[str, Any], alg: str = "none") -> str:
    """Return a token that says it needs no signature."""
    return ".".join([_packed({"alg": alg, "kid": "our-key"}), _packed(given), ""])


def signed_with_public_key(given: dict[str, Any]) -> str:
    """Return a token signed by HMAC, the public key its secret: whoever trusts the header takes it."""
    start = f"{_packed({'alg': 'HS256', 'kid': 'our-key'})}.{_packed(given)}"
    signature = hmac.digest(OUR_KEY.as_pem(private=False), start.encode(), "sha256")
    return f"{start}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def tampered(token: str, **more: Any) -> str:
    """Return a token with other claims under the old signature."""
    head, body, signature = token.split(".")
    given = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return ".".join([head, _packed({**given, **more}), signature])


def _packed(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@dataclass
class FalseServer:
    """What the server answers, and what it was asked."""

    id_token: str | Callable[[], str] = ""
    status: int = 200
    answer: dict[str, Any] = field(default_factory=dict)
    keys: list[RSAKey] = field(default_factory=lambda: [OUR_KEY])
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        self.asked.append((request.url.path, form))
        if request.url.path == "/certs":
            return httpx2.Response(200, json={"keys": [key.as_dict(private=False) for key in self.keys]})
        token = self.id_token() if callable(self.id_token) else self.id_token
        good = {"access_token": "at-1", "token_type": "Bearer", "expires_in": 3599, "id_token": token}
        return httpx2.Response(self.status, json=self.answer if self.status != 200 else good | self.answer)

    def paths(self) -> list[str]:
        """Return what was asked, in order."""
        return [path for path, _ in self.asked]

    def way(self) -> Way:
        """Return the way to this server."""
        calls = (("POST", "/token"), ("POST", "/revoke"), ("GET", "/certs"))
        return way_to(self, allowed=tuple(Allowed(path, method, re.compile(ORIGIN + path)) for method, path in calls))


def server(**more: Any) -> GoogleServer:
    """Return the sign-in server as Deskhand knows it."""
    return replace(
        GoogleServer(
            auth_url=f"{ORIGIN}/authorize",
            token_url=f"{ORIGIN}/token",
            revoke_url=f"{ORIGIN}/revoke",
            jwks_url=f"{ORIGIN}/certs",
            issuer=ORIGIN,
            client_id=CLIENT,
            client_secret="the-client-secret",
        ),
        **more,
    )
