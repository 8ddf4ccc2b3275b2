"""What an assistant did at somebody else's mailbox, as a copy of her own data has it."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import col

from app.actions.exported import Rows, only
from app.actions.log_asked import NOT_THERE
from app.models.audit import AuditEntry

# Without what she did it to: ids of mail and names of labels are the owner's.
OWN_ACTS = only(
    *("seq", "at", "phase", "begins", "surface", "action", "decision", "reason", "outcome"),
    *("grant_id", "grant_version", "subject_kind"),
)


def own_acts(mailbox_id: UUID, person_id: UUID) -> Rows:
    """Return a person's own acts; as in her log, a refusal of what is not there for her is not there either."""
    hers = (col(AuditEntry.mailbox_id) == mailbox_id, col(AuditEntry.actor_id) == person_id)
    told = (*hers, col(AuditEntry.reason).not_in(NOT_THERE))
    return Rows(table=AuditEntry, where=told, shown=OWN_ACTS, mailbox=mailbox_id)
