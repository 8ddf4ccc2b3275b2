"""Certificates: what this installation has done, signed so that nobody can make or change one without its secret.

The key is derived from the installation's own secret, so it stays the same when the master key changes. Whoever has the
public key beside the signature can check a certificate without us; whether that key is ours, only we can say.
"""

from __future__ import annotations

import hmac
import json
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

Certificate = dict[str, Any]


def certified(says: dict[str, Any], secret: bytes) -> Certificate:
    """Return a certificate of plain JSON values; `secret` is the installation's."""
    key = _key(secret)
    signature = key.sign(_canonical(says))
    return {"says": says, "public_key": key.public_key().public_bytes_raw().hex(), "signature": signature.hex()}


def is_certified(certificate: object, secret: bytes) -> bool:
    """Say whether a certificate was made by the installation with this secret, and is unchanged."""
    if not isinstance(certificate, dict) or not isinstance(certificate.get("says"), dict):
        return False
    ours: Ed25519PublicKey = _key(secret).public_key()
    try:
        ours.verify(bytes.fromhex(str(certificate.get("signature"))), _canonical(certificate["says"]))
    except (InvalidSignature, ValueError):
        return False
    return bool(certificate.get("public_key") == ours.public_bytes_raw().hex())


def _key(secret: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hmac.digest(secret, b"deskhand certificate", "sha256"))


def _canonical(says: dict[str, Any]) -> bytes:
    return json.dumps(says, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
