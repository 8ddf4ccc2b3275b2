"""The audit chain of a mailbox."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from app.models.columns import Digest, Moment, Texts


class AuditHead(SQLModel, table=True):
    """The end of a mailbox's chain: locked to put the next entry in its place."""

    __tablename__ = "audit_head"

    mailbox_id: UUID = Field(primary_key=True, foreign_key="mailbox.id")
    seq: int
    hash: bytes = Field(sa_type=Digest)


class AuditEntry(SQLModel, table=True):
    """Who did what to which message, and how it ended. No subject, no body; never changed, never deleted.

    An act has two entries: one when it was decided (`phase` begin), one when it ended (`phase` end) that names
    the first in `begins`. What needs no provider has a single one (`phase` whole).
    """

    __tablename__ = "audit_entry"

    mailbox_id: UUID = Field(primary_key=True, foreign_key="mailbox.id")
    seq: int = Field(primary_key=True)
    at: datetime = Field(sa_type=Moment)
    phase: str = Field(sa_type=Text)  # begin | end | whole
    begins: int | None = None
    actor_kind: str = Field(sa_type=Text)  # owner | assistant | system
    actor_id: UUID | None = None
    surface: str = Field(sa_type=Text)
    action: str = Field(sa_type=Text)
    decision: str = Field(sa_type=Text)  # allow | ask | deny
    reason: str = Field(sa_type=Text)
    outcome: str = Field(sa_type=Text)
    grant_id: UUID | None = None
    grant_version: int | None = None
    subject_kind: str = Field(default="", sa_type=Text)  # message | draft | send | grant | invitation …
    subject_id: UUID | None = None
    provider_message: str = Field(default="", sa_type=Text)
    provider_thread: str = Field(default="", sa_type=Text)
    provider_draft: str = Field(default="", sa_type=Text)
    content_sha256: bytes = Field(default=b"", sa_type=Digest)
    labels_before: list[str] = Field(default_factory=list, sa_type=Texts)
    labels_after: list[str] = Field(default_factory=list, sa_type=Texts)
    fence: int | None = None
    request_id: str = Field(default="", sa_type=Text)
    key_id: UUID | None = None  # of the program that acted for the assistant
    prev_hash: bytes = Field(sa_type=Digest)
    hash: bytes = Field(sa_type=Digest)


class Installation(SQLModel, table=True):
    """One row: proof that the master key at hand is the one this database was made with, and a secret wrapped by it.

    What is derived from the secret stays the same when the master key changes.
    """

    __tablename__ = "installation"

    id: int = Field(primary_key=True)
    master_id: str = Field(sa_type=Text)
    proof: bytes = Field(sa_type=Digest)
    secret: bytes = Field(sa_type=Digest)
