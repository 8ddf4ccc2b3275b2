"""Hand-over notes: what somebody has to know who stands in for an assistant at a mailbox."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from app.models.columns import Digest, Moment, OfMailbox


class Handover(OfMailbox, table=True):
    """The notes that one author keeps of an assistant's work here: the assistant herself, or her team's lead.

    The words are sealed with the mailbox's key. Their author writes them; nothing is copied from any mail.
    """

    __tablename__ = "handover"
    __table_args__ = (UniqueConstraint("mailbox_id", "assistant_id", "author_id"),)

    assistant_id: UUID = Field(foreign_key="person.id", index=True)
    author_id: UUID = Field(foreign_key="person.id")
    words: bytes = Field(sa_type=Digest)
    written_at: datetime = Field(sa_type=Moment)
