"""Who signed in: an ID token is believed when its signature and every claim hold (OpenID Connect Core 3.1.3.7)."""

from __future__ import annotations

import binascii
import json
import math
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any, NamedTuple

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from app import clock
from app.consent_errors import BadConsent
from app.errors import ProviderError
from app.providers.transport import Call, Transport, json_of

ALGORITHM = "RS256"  # the only one Google and Entra sign with; the token's own header has no say
LEEWAY = 60  # seconds that two clocks may differ
KEYS_LAST = timedelta(hours=6)


class Key(NamedTuple):
    """A public key, and the issuer it is for: empty, or with `{tenantid}` in it, where it serves several."""

    rsa: RSAKey
    issuer: str

    def may_sign_for(self, issuer: str) -> bool:
        """Say whether this issuer's tokens can bear its signature."""
        return not self.issuer or "{" in self.issuer or self.issuer == issuer


class Keys:
    """The public keys of one sign-in server: fetched when first needed, and once more for a key that is unknown."""

    def __init__(self) -> None:
        self._keys: dict[str, Key] = {}
        self._fetched_at: datetime | None = None

    async def find(self, transport: Transport, url: str, kid: str) -> Key | None:
        """Return the key of that id; `url` is where the server publishes its keys."""
        old = self._fetched_at is None or clock.now() - self._fetched_at > KEYS_LAST
        if old or kid not in self._keys:
            answer = await transport.send(Call(method="GET", url=url, repeatable=True))
            if answer.status != 200:
                raise ProviderError(detail=f"its keys cannot be fetched (HTTP {answer.status})")
            self._keys, self._fetched_at = _rsa_keys(json_of(answer)), clock.now()
        return self._keys.get(kid)


def _rsa_keys(key_set: Mapping[str, Any]) -> dict[str, Key]:
    found = {}
    published = key_set.get("keys")
    for key in published if isinstance(published, list) else []:
        if isinstance(key, dict) and key.get("kty") == "RSA" and key.get("use", "sig") == "sig" and key.get("kid"):
            try:
                rsa = RSAKey.import_key({name: key[name] for name in ("kty", "n", "e")})
            except (JoseError, ValueError, TypeError, KeyError):
                continue
            found[str(key["kid"])] = Key(rsa, text(key, "issuer"))
    return found


def kid_of(token: str) -> str:
    """Return the id of the key that signed, as the token says; raise BadConsent if it is signed in another way."""
    try:
        head = token.partition(".")[0]
        header = json.loads(urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        header = None
    if not isinstance(header, dict) or token.count(".") != 2:
        raise BadConsent(reason="malformed_token")
    if header.get("alg") != ALGORITHM:
        raise BadConsent(reason="bad_algorithm")
    return str(header.get("kid") or "")


def claims_of(token: str, key: RSAKey) -> dict[str, Any]:
    """Return the claims of a token that this key signed."""
    try:
        return jwt.decode(token, key, algorithms=[ALGORITHM]).claims
    except (JoseError, ValueError, RecursionError):
        pass
    raise BadConsent(reason="bad_signature")


def check_claims(
    claims: Mapping[str, Any], *, issuers: frozenset[str], audience: str, nonce: str, now: datetime
) -> None:
    """Raise BadConsent, with the reason, unless the claims are meant for us, for this sign-in and for now."""
    checks = {
        "bad_issuer": text(claims, "iss") in issuers,
        "bad_audience": _is_for(claims, audience),
        "expired": _moment(claims.get("exp")) > now.timestamp() - LEEWAY,
        "not_yet_valid": 0 < _moment(claims.get("iat")) < now.timestamp() + LEEWAY
        and _moment(claims.get("nbf")) < now.timestamp() + LEEWAY,
        "bad_nonce": bool(nonce) and compare_digest(_bytes(text(claims, "nonce")), _bytes(nonce)),
        "no_subject": 0 < len(text(claims, "sub")) <= 255 and text(claims, "sub").isprintable(),
    }
    for reason, holds in checks.items():
        if not holds:
            raise BadConsent(reason=reason)


def _is_for(claims: Mapping[str, Any], audience: str) -> bool:
    """Say whether `aud` names us, alone or with `azp` naming us too."""
    named = claims.get("aud")
    party = claims.get("azp", audience if named in (audience, [audience]) else None)
    return (
        bool(audience) and (named == audience or (isinstance(named, list) and audience in named)) and party == audience
    )


def _moment(value: object) -> float:
    """Return a NumericDate as seconds; 0, which was long ago, for anything that is none (JSON knows Infinity here)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0
    try:
        seconds = float(value)
    except OverflowError:
        return 0
    return seconds if math.isfinite(seconds) else 0


def text(given: Mapping[str, Any], name: str) -> str:
    """Return the text of that name, empty where there is none."""
    value = given.get(name)
    return value if isinstance(value, str) else ""


def _bytes(word: str) -> bytes:
    return word.encode("utf-8", "backslashreplace")  # JSON can hold half a character
