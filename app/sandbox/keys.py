"""The key that signs the id tokens of one practice server."""

from __future__ import annotations

import secrets
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey


class SigningKey:
    """An RSA key, made when it is first needed."""

    def __init__(self) -> None:
        """Wait: many tests never sign anything."""
        self._key: RSAKey | None = None

    def _made(self) -> RSAKey:
        if self._key is None:
            self._key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(20), "use": "sig", "alg": "RS256"})
        return self._key

    def public(self) -> dict[str, Any]:
        """Return the public key set (RFC 7517)."""
        return {"keys": [dict(self._made().as_dict(private=False))]}

    def sign(self, claims: dict[str, Any]) -> str:
        """Return a signed token (RS256) with these claims."""
        key = self._made()
        return jwt.encode({"alg": "RS256", "typ": "JWT", "kid": key.kid}, claims, key)
