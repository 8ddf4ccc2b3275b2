"""Where a list goes on: sealed words that mean nothing outside, and nothing for anybody or any list but their own."""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass, field
from uuid import UUID

from app.actions.desk import Desk
from app.actions.resources import Resources
from app.db.sealed import MasterKeys
from app.errors import BadRequest, DatabaseTrouble

# Bytes to which what a cursor holds is filled up: how long it is must not tell how far a list has been gone through.
BLOCK, OF_MESSAGES = 256, 2048


@dataclass(frozen=True)
class Cursors:
    """The cursors of one list as one person sees it: they are good for nothing else."""

    keys: MasterKeys = field(repr=False)
    name: bytes
    block: int = BLOCK

    @classmethod
    def at(cls, desk: Desk, list_name: str, *, block: int = BLOCK) -> Cursors:
        """Return those of a list of one mailbox."""
        return cls(_keys(desk.resources), _name(desk.mailbox.id.bytes, desk.actor.caller, list_name), block)

    @classmethod
    def of(cls, resources: Resources, person_id: UUID, list_name: str) -> Cursors:
        """Return those of a list over all mailboxes."""
        return cls(_keys(resources), _name(b"", person_id, list_name))

    def sealed(self, value: str) -> str:
        """Return the cursor that holds a value; empty at the end of a list."""
        return self.sealed_bytes(value.encode()) if value else ""

    def sealed_bytes(self, plain: bytes) -> str:
        """Return the same of bytes, which come back filled up with zeros."""
        filled = plain + b"\0" * (-len(plain) % self.block)
        return base64.urlsafe_b64encode(self.keys.wrap(filled, self.name)).decode().rstrip("=")

    def opened(self, cursor: str) -> str:
        """Return what a cursor holds; raise BadRequest for one that was made for something else, or never by us."""
        return self.opened_bytes(cursor).rstrip(b"\0").decode() if cursor else ""

    def opened_bytes(self, cursor: str) -> bytes:
        """Return the bytes that one holds, filled up as they are; raise BadRequest as `opened` does."""
        try:
            wrapped = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            return self.keys.unwrap(wrapped, self.name, self.keys.newest_id)
        except (binascii.Error, ValueError, DatabaseTrouble):
            raise BadRequest("This cursor does not belong to this list. Begin again without one.") from None


def _keys(resources: Resources) -> MasterKeys:
    """Derived, so that a list goes on while the master key is changed."""
    return MasterKeys((hmac.digest(resources.secret, b"deskhand cursor", "sha256"),))


def _name(mailbox: bytes, person_id: UUID | None, list_name: str) -> bytes:
    return b"|".join((b"cursor", mailbox, str(person_id).encode(), list_name.encode()))
