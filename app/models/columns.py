"""The column kinds that the tables share."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import ARRAY, DateTime, Dialect, ForeignKeyConstraint, LargeBinary, Text, TypeDecorator
from sqlmodel import Field, SQLModel


class Moment(TypeDecorator[Any]):
    """An aware moment (timestamptz)."""

    impl = DateTime(timezone=True)
    cache_ok = True


class WallTime(TypeDecorator[Any]):
    """A time on the wall without a zone; the zone stands in a column beside it."""

    impl = DateTime(timezone=False)
    cache_ok = True


class Texts(TypeDecorator[Any]):
    """A list of short texts (text[])."""

    impl = ARRAY(Text())
    cache_ok = True


class Digest(TypeDecorator[Any]):
    """SHA-256 bytes, or what is sealed (bytea)."""

    impl = LargeBinary()
    cache_ok = True


class Words(TypeDecorator[Any]):
    """One of a few words (text); a subclass names the enumeration it comes back as."""

    impl = Text
    cache_ok = True
    words: ClassVar[type[StrEnum]]

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Return the member of the enumeration; a word from a later version stays a plain text, equal to none."""
        return self.words._value2member_map_.get(value, value)


class OfMailbox(SQLModel):
    """A row that belongs to one mailbox: its key holds the mailbox, and row-level security looks at it."""

    mailbox_id: UUID = Field(primary_key=True, foreign_key="mailbox.id", ondelete="CASCADE")
    id: UUID = Field(default_factory=uuid4, primary_key=True)


def within_mailbox(column: str, table: str) -> ForeignKeyConstraint:
    """Return a foreign key to another row of the same mailbox."""
    return ForeignKeyConstraint(["mailbox_id", column], [f"{table}.mailbox_id", f"{table}.id"])
