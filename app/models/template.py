"""Reply texts that the owner has approved, each in its versions."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field

from app.models.columns import Digest, Moment, OfMailbox, within_mailbox


class Template(OfMailbox, table=True):
    """A reply text under a name; `version` is the one in force. One that has ended is used no more."""

    __tablename__ = "template"

    name: str = Field(sa_type=Text)
    language: str = Field(sa_type=Text)
    version: int = 1
    created_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class TemplateVersion(OfMailbox, table=True):
    """The words of a template at one time, sealed with the mailbox's key; they are kept as they were approved."""

    __tablename__ = "template_version"
    __table_args__ = (
        within_mailbox("template_id", "template"),
        UniqueConstraint("mailbox_id", "template_id", "number"),
    )

    template_id: UUID
    number: int
    words: bytes = Field(sa_type=Digest)
    approved_by: UUID = Field(foreign_key="person.id")
    approved_at: datetime = Field(sa_type=Moment)
