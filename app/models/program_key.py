"""Keys with which programs act under an assistant's grant."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Text
from sqlmodel import Field

from app.models.columns import Digest, Moment, OfMailbox, Texts, within_mailbox


class ProgramKey(OfMailbox, table=True):
    """A key that an assistant has made for a program: never wider than her grant, and over with it.

    `last_used_at` is the full hour of its last use, None if it was never used: nobody's working day is read from it.
    """

    __tablename__ = "program_key"
    __table_args__ = (within_mailbox("grant_id", "grants"),)

    grant_id: UUID = Field(index=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    name: str = Field(sa_type=Text)
    secret_sha256: bytes = Field(sa_type=Digest, unique=True)  # no salt: 32 random bytes, not a word to guess
    scopes: list[str] = Field(sa_type=Texts)  # closed under what they imply when written
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    last_used_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)

    def lives(self, now: datetime) -> bool:
        """Say whether the key itself is good; what it opens depends on its grant."""
        return self.ended_at is None and now < self.expires_at
