"""The audit chain of a mailbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, text
from sqlmodel import Field, SQLModel

from app.models.columns import Digest, Moment, Texts

# What the database puts where a service of an earlier version, which does not know the column, goes on writing.
NOTHING: dict[str, Any] = {"server_default": text("''")}
NONE_OF_THEM: dict[str, Any] = {"server_default": text("'{}'")}


class AuditHead(SQLModel, table=True):
    """The end of a mailbox's chain: locked to put the next entry in its place.

    `counted_until` is when the oldest minute of `DenialCount` that has something to tell is over, None if none has.
    """

    __tablename__ = "audit_head"

    mailbox_id: UUID = Field(primary_key=True, foreign_key="mailbox.id")
    seq: int
    hash: bytes = Field(sa_type=Digest)
    counted_until: datetime | None = Field(default=None, sa_type=Moment)


class DenialCount(SQLModel, table=True):
    """How often a refusal came again within the minute that began with the entry `first_seq`, not yet in the chain."""

    __tablename__ = "denial_count"

    mailbox_id: UUID = Field(primary_key=True, foreign_key="mailbox.id", ondelete="CASCADE")
    actor_kind: str = Field(primary_key=True, sa_type=Text)
    actor_id: UUID = Field(primary_key=True)  # all zeros: Deskhand itself
    action: str = Field(primary_key=True, sa_type=Text)
    reason: str = Field(primary_key=True, sa_type=Text)
    since: datetime = Field(sa_type=Moment)
    first_seq: int
    times: int


class AuditEntry(SQLModel, table=True):
    """Who did what to which message, and how it ended. No subject, no body; never changed, never deleted.

    An act has two entries: one when it was decided (`phase` begin), one when it ended (`phase` end) that names
    the first in `begins`. What needs no provider has a single one (`phase` whole). A refusal that came again has one
    more for all `times`, which names the first in `begins` and the minute in `since`.

    `recipients` are sealed with the mailbox's key and hashed with one derived from it; the places are the provider's
    own words for where a message lies. What is empty is no part of the digest.
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
    login_id: UUID | None = None
    approval_id: UUID | None = None
    template_id: UUID | None = None
    template_version: int | None = None
    recipient_hashes: list[str] = Field(default_factory=list, sa_type=Texts, sa_column_kwargs=NONE_OF_THEM)
    recipients: bytes = Field(default=b"", sa_type=Digest, sa_column_kwargs=NOTHING)
    provider_sent: str = Field(default="", sa_type=Text, sa_column_kwargs=NOTHING)
    error_code: str = Field(
        default="", sa_type=Text, sa_column_kwargs=NOTHING
    )  # the reason where one code has many, else the outcome again
    place_before: str = Field(default="", sa_type=Text, sa_column_kwargs=NOTHING)
    place_after: str = Field(default="", sa_type=Text, sa_column_kwargs=NOTHING)
    undoes: int | None = None  # the closing entry of the act that this one takes back
    times: int | None = None
    since: datetime | None = Field(default=None, sa_type=Moment)
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
