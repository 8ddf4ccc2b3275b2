"""Links that work once: a row's ids and a secret in one word, of which only the digest of the secret is kept."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from app.access.identity import digest_of
from app.errors import NotFound

INVITATION, PROPOSAL, TEAM = "i", "p", "t"
LINK_LIVES = timedelta(days=7)


@dataclass(frozen=True)
class Link:
    """What a token says: `place` is the mailbox of what is offered, or the proposal's assistant."""

    kind: str
    place: UUID
    row_id: UUID
    secret: str

    @property
    def token(self) -> str:
        """Return the word for the address."""
        ids = base64.urlsafe_b64encode(self.place.bytes + self.row_id.bytes).decode().rstrip("=")
        return f"{self.kind}{ids}{self.secret}"

    @property
    def digest(self) -> bytes:
        """Return what the row keeps of the secret."""
        return digest_of(self.secret)

    def opens(self, secret_sha256: bytes) -> bool:
        """Say whether the secret is the row's."""
        return hmac.compare_digest(digest_of(self.secret), secret_sha256)


IDS_LENGTH = 43  # 32 bytes in base64 without padding


def new_link(kind: str, place: UUID, row_id: UUID) -> Link:
    """Make a link with a fresh secret."""
    return Link(kind, place, row_id, secrets.token_urlsafe(24))


def same_link(kind: str, place: UUID, row_id: UUID, key: bytes) -> Link:
    """Make the link of a row whose call may be repeated: the same each time, for nobody to work out without `key`."""
    named = b"|".join((b"deskhand link", kind.encode(), place.bytes, row_id.bytes))
    secret = hmac.digest(key, named, "sha256")
    return Link(kind, place, row_id, base64.urlsafe_b64encode(secret[:24]).decode())


def read_link(token: str) -> Link:
    """Take a token apart; raise NotFound for anything that was never a link of ours."""
    if not token.isascii():
        raise NotFound
    kind, ids, secret = token[:1], token[1 : 1 + IDS_LENGTH], token[1 + IDS_LENGTH :]
    try:
        raw = base64.urlsafe_b64decode(ids + "=")
    except (binascii.Error, ValueError):
        raise NotFound from None
    if kind not in (INVITATION, PROPOSAL, TEAM) or len(raw) != 32 or not secret:
        raise NotFound
    return Link(kind, UUID(bytes=raw[:16]), UUID(bytes=raw[16:]), secret)
