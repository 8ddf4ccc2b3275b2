"""The signature on what Deskhand certifies: whoever is shown a certificate can have it checked here, years later."""

from __future__ import annotations

import hmac
import json
from base64 import b64decode, urlsafe_b64encode
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ALGORITHM, FIELD = "Ed25519", "signature"
LONGEST = 500_000  # characters of a certificate that anybody may hand in
_PREFIX = b"deskhand certificate\n"


def signing_key(secret: bytes) -> Ed25519PrivateKey:
    """Return the key of an installation, derived from its own secret: it outlasts a change of the master key."""
    return Ed25519PrivateKey.from_private_bytes(hmac.digest(secret, b"deskhand certificate", "sha256"))


def signed(secret: bytes, said: dict[str, Any]) -> dict[str, Any]:
    """Return a document with its signature; `said` is what JSON can hold, and names no signature."""
    key = signing_key(secret)
    public = _text(key.public_key().public_bytes_raw())
    signature = {"algorithm": ALGORITHM, "public_key": public, "value": _text(key.sign(_bytes(said)))}
    return {**said, FIELD: signature}


def opened(secret: bytes, text: str) -> dict[str, Any] | None:
    """Return what a document says, without its signature, if this installation has signed exactly that; else None."""
    key = signing_key(secret).public_key()
    try:
        given: Any = json.loads(text[: LONGEST + 1], object_pairs_hook=_once)
        signature = given.pop(FIELD)
        value = signature.pop("value")
        key.verify(_raw(value), _bytes(given))
    # Whatever strangers hand in: no JSON, JSON a thousand levels deep, a list, a signature that is none.
    except (InvalidSignature, ValueError, RecursionError, AttributeError, KeyError, TypeError):
        return None
    # What stands beside the signature is read, and believed, with it.
    beside = {"algorithm": ALGORITHM, "public_key": _text(key.public_bytes_raw())}
    return dict(given) if signature == beside else None


def _bytes(said: dict[str, Any]) -> bytes:
    """Return the one form in which a document is signed, however it was written down."""
    return _PREFIX + json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode()


def _raw(text: str) -> bytes:
    """Return what a text encodes; raise ValueError for any spelling but the one that we write."""
    raw = b64decode(text, altchars=b"-_", validate=True)
    if _text(raw) != text:
        raise ValueError("not as it is written")
    return raw


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return what JSON says; raise ValueError where it says one thing twice, of which a reader may see the other."""
    said = dict(pairs)
    if len(said) < len(pairs):
        raise ValueError("said twice")
    return said
