"""The signature on what Deskhand certifies: whoever is shown a certificate can have it checked here, years later."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ALGORITHM, FIELD = "Ed25519", "signature"
LONGEST = 500_000  # characters of a certificate that anybody may hand in
_PREFIX = b"deskhand certificate\n"


def signing_key(secret: bytes) -> Ed25519PrivateKey:
    """Return the key of an installation, derived from its own secret: it outlasts a change of the master key."""
    return Ed25519PrivateKey.from_private_bytes(hmac.digest(secret, b"deskhand certificate", "sha256"))


def signed(secret: bytes, said: dict[str, Any]) -> dict[str, Any]:
    """Return a document with its signature; `said` is what JSON can hold, and names no signature."""
    key = signing_key(secret)
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    signature = {"algorithm": ALGORITHM, "public_key": _text(public), "value": _text(key.sign(_bytes(said)))}
    return {**said, FIELD: signature}


def opened(secret: bytes, text: str) -> dict[str, Any] | None:
    """Return what a document says, without its signature, if this installation has signed exactly that; else None."""
    try:
        given: Any = json.loads(text[: LONGEST + 1])
        signature = given.pop(FIELD)
        signing_key(secret).public_key().verify(urlsafe_b64decode(signature["value"]), _bytes(given))
    # Whatever strangers hand in: no JSON, JSON a thousand levels deep, a list, a signature that is none.
    except (InvalidSignature, ValueError, RecursionError, AttributeError, KeyError, TypeError):
        return None
    return dict(given)


def _bytes(said: dict[str, Any]) -> bytes:
    """Return the one form in which a document is signed, however it was written down."""
    return _PREFIX + json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode()
