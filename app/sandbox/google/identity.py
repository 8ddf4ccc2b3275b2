"""Who somebody is: id tokens, user info, keys and the description of all endpoints (OpenID Connect)."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from app import clock
from app.sandbox.google.scopes import EMAIL, PROFILE
from app.sandbox.people import Person
from app.sandbox.sandbox import Sandbox
from app.sandbox.wire import Answer, Request, json_answer


def _claims(sandbox: Sandbox, person: Person, scopes: tuple[str, ...]) -> dict[str, Any]:
    claims: dict[str, Any] = {"sub": person.sub}
    if sandbox.modes.organisation.casefold() == person.domain:
        claims["hd"] = person.domain
    if EMAIL in scopes:
        claims |= {"email": person.email, "email_verified": True}
    if PROFILE in scopes:
        given, _, family = person.name.partition(" ")
        claims |= {"name": person.name, "given_name": given, "family_name": family, "locale": person.locale}
    return claims


def id_token(
    sandbox: Sandbox, client_id: str, email: str, scopes: tuple[str, ...], *, access_token: str, nonce: str = ""
) -> str:
    """Return a signed id token for one hour, with at_hash and, from a code, the nonce."""
    issued = int(clock.now().timestamp())
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    claims = {"iss": sandbox.issuer, "azp": client_id, "aud": client_id, "iat": issued, "exp": issued + 3600}
    claims |= _claims(sandbox, sandbox.people[email.casefold()], scopes)
    claims["at_hash"] = base64.urlsafe_b64encode(half).rstrip(b"=").decode()
    return sandbox.key.sign(claims | ({"nonce": nonce} if nonce else {}))


def certs(sandbox: Sandbox, _request: Request) -> Answer:
    """Return the public keys."""
    return json_answer(sandbox.key.public(), headers=(("expires", "Thu, 01 Jan 2099 00:00:00 GMT"),))


def userinfo(sandbox: Sandbox, request: Request) -> Answer:
    """Return the claims that an access token's scopes allow."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    access = sandbox.grants.access(token) if scheme.lower() == "bearer" else None
    if access is None:
        return json_answer({"error": "invalid_request", "error_description": "Invalid Credentials"}, 401)
    return json_answer(_claims(sandbox, sandbox.people[access.email.casefold()], access.scopes))


def configuration(sandbox: Sandbox, _request: Request) -> Answer:
    """Return the OpenID Connect description of this server."""
    issuer = sandbox.issuer
    return json_answer(
        {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "revocation_endpoint": f"{issuer}/revoke",
            "userinfo_endpoint": f"{issuer}/userinfo",
            "jwks_uri": f"{issuer}/certs",
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "email", "profile"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "claims_supported": ["aud", "email", "email_verified", "exp", "iat", "iss", "name", "sub"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }
    )
