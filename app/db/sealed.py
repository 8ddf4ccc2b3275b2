"""Sealed columns: AES-256-GCM with a key per mailbox, each value bound to its row and column.

What is sealed for one row cannot be read from another: mailbox, table, column and row are the associated data.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.errors import DatabaseTrouble

NONCE_BYTES = 12
_VERSION = b"\x01"


@dataclass(frozen=True)
class Vault:
    """The opened key of one mailbox."""

    mailbox_id: UUID
    key: bytes

    def seal(self, column: str, row_id: UUID, value: str) -> bytes:
        """Return `value` sealed for this row and column (`table.column`)."""
        return _seal(self.key, value.encode(), self._bound(column, row_id))

    def unseal(self, column: str, row_id: UUID, sealed: bytes) -> str:
        """Return the value; raise DatabaseTrouble if it was not sealed for this row and column."""
        return _unseal(self.key, sealed, self._bound(column, row_id)).decode()

    def keyed_hash(self, column: str, value: str) -> str:
        """Return by what a value of this mailbox can be found again, and by nobody without its key guessed."""
        own = hmac.digest(self.key, b"hash|" + column.encode(), "sha256")
        return hmac.digest(own, value.encode(), "sha256").hex()

    def _bound(self, column: str, row_id: UUID) -> bytes:
        return b"|".join((self.mailbox_id.bytes, column.encode(), row_id.bytes, _VERSION))


@dataclass(frozen=True)
class MasterKeys:
    """The keys that wrap every mailbox's key, newest first; they live outside the database."""

    keys: tuple[bytes, ...]

    @property
    def newest_id(self) -> str:
        """Name the key that wraps."""
        return key_id(self.keys[0])

    def wrap(self, secret: bytes, bound_to: bytes) -> bytes:
        """Seal a mailbox's key (or any secret) with the newest master key."""
        return _seal(self.keys[0], secret, bound_to)

    def unwrap(self, wrapped: bytes, bound_to: bytes, master_id: str) -> bytes:
        """Open what the master key named `master_id` has wrapped; raise DatabaseTrouble without that key."""
        return _unseal(self.named(master_id), wrapped, bound_to)

    def moved(self, wrapped: bytes, bound_to: bytes, master_id: str) -> bytes:
        """Return what `master_id` has wrapped, wrapped by the newest key instead."""
        return self.wrap(self.unwrap(wrapped, bound_to, master_id), bound_to)

    def named(self, master_id: str) -> bytes:
        """Return the master key of this name; raise DatabaseTrouble if it is not at hand."""
        for key in self.keys:
            if key_id(key) == master_id:
                return key
        raise DatabaseTrouble(
            "DESKHAND_MASTER_KEY is not the key this database was made with. Put back the key that belongs to it "
            "(several may stand there, newest first)."
        )

    def signature(self, words: bytes, master_id: str) -> bytes:
        """Return by what words are known again as written by whoever has this master key; raise without that key."""
        own = hmac.digest(self.named(master_id), b"deskhand backup", "sha256")
        return hmac.digest(own, words, "sha256")

    def signed(self, words: bytes, master_id: str, signature: str) -> bool:
        """Say whether this signature (hex) is that of these words."""
        return hmac.compare_digest(self.signature(words, master_id).hex().encode(), signature.encode())

    def new_vault(self, mailbox_id: UUID) -> tuple[Vault, bytes]:
        """Make a mailbox's key; return it opened and wrapped."""
        key = os.urandom(32)
        return Vault(mailbox_id, key), self.wrap(key, mailbox_id.bytes)


def key_id(key: bytes) -> str:
    """Return a name for a master key that says nothing about it."""
    return hashlib.sha256(b"deskhand master key" + key).hexdigest()[:16]


def _seal(key: bytes, value: bytes, bound_to: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, value, bound_to)


def _unseal(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, body, bound_to)
    except (InvalidTag, ValueError):
        raise DatabaseTrouble("A sealed value in the database was changed or belongs to another row.") from None
