"""When the people concerned by a reply work: the owner's business, an assistant, a client."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.models.calendar import Calendar, CalendarColumn
from app.models.columns import Moment, OfMailbox

BUSINESS = ""  # in the place of a client's address: the hours of the mailbox's own business


class MailboxHours(OfMailbox, table=True):
    """When a mailbox's business is open (`sender` is BUSINESS), or when one of its clients is to be written to.

    `may_hurry`: an assistant may have a reply leave out of hours, when she says that it is an emergency, and why.
    """

    __tablename__ = "mailbox_hours"
    __table_args__ = (UniqueConstraint("mailbox_id", "sender"),)

    sender: str = Field(default=BUSINESS, sa_type=Text)  # an address or `@domain`, as sender rules have it
    calendar: Calendar = Field(sa_type=CalendarColumn)
    may_hurry: bool = False
    changed_at: datetime = Field(sa_type=Moment)


class PersonHours(SQLModel, table=True):
    """When a person works, for whoever she assists."""

    __tablename__ = "person_hours"

    person_id: UUID = Field(primary_key=True, foreign_key="person.id", ondelete="CASCADE")
    calendar: Calendar = Field(sa_type=CalendarColumn)
    changed_at: datetime = Field(sa_type=Moment)
