"""To whom a letter goes, as the audit keeps it: hashed to be found again, sealed to be shown to the owner."""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

from app.db.sealed import Vault
from app.errors import DatabaseTrouble
from app.models.audit import AuditEntry

COLUMN = "audit_entry.recipients"


@dataclass(frozen=True)
class Addressees:
    """The addresses of one entry, with the key of its mailbox."""

    vault: Vault
    emails: tuple[str, ...]

    def columns(self, seq: int) -> dict[str, object]:
        """Return the columns of the entry with this number that hold them."""
        each = sorted({email.casefold() for email in self.emails})
        return {
            "recipient_hashes": sorted(self.vault.keyed_hash(COLUMN, email) for email in each),
            "recipients": self.vault.seal(COLUMN, UUID(int=seq), json.dumps(each)),
        }


def shown(vault: Vault | None, entry: AuditEntry) -> tuple[str, ...]:
    """Return the addresses of an entry; none once the mailbox's key is destroyed."""
    if vault is None or not entry.recipients:
        return ()
    try:
        return tuple(json.loads(vault.unseal(COLUMN, UUID(int=entry.seq), entry.recipients)))
    except DatabaseTrouble:  # sealed with a key that was destroyed when the mailbox was disconnected
        return ()
