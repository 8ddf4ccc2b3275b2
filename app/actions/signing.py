"""The signature on what Deskhand certifies: whoever is shown a paper can have it checked here, years later.

One key signs both forms that people have in their hands: a certificate of removal is `signed`, what `opened` is
believed; the receipt of an erasure is `certified`. Whoever has the public key beside a signature can check a paper
without us; whether that key is ours, only we can say.
"""

from __future__ import annotations

import hmac
import json
from base64 import b64decode, urlsafe_b64encode
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

Certified = dict[str, Any]

ALGORITHM, FIELD = "Ed25519", "signature"
LONGEST = 500_000  # characters of a certificate that anybody may hand in
_PREFIX = b"deskhand certificate\n"


def signing_key(secret: bytes) -> Ed25519PrivateKey:
    """Return the key of an installation, derived from its own secret: it outlasts a change of the master key."""
    return Ed25519PrivateKey.from_private_bytes(hmac.digest(secret, b"deskhand certificate", "sha256"))


def certified(says: dict[str, Any], secret: bytes) -> Certified:
    """Return a receipt of plain JSON values; `secret` is the installation's."""
    key = signing_key(secret)
    signature = key.sign(_canonical(says))
    return {"says": says, "public_key": key.public_key().public_bytes_raw().hex(), "signature": signature.hex()}


def is_certified(receipt: object, secret: bytes) -> bool:
    """Say whether a receipt was made by the installation with this secret, and is unchanged."""
    if not isinstance(receipt, dict) or not isinstance(receipt.get("says"), dict):
        return False
    ours = signing_key(secret).public_key()
    try:
        ours.verify(bytes.fromhex(str(receipt.get("signature"))), _canonical(receipt["says"]))
    except (InvalidSignature, ValueError):
        return False
    return bool(receipt.get("public_key") == ours.public_bytes_raw().hex())


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


def _canonical(says: dict[str, Any]) -> bytes:
    """Return the one form in which a receipt is signed; it begins otherwise than a certificate and passes for none."""
    return json.dumps(says, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


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
