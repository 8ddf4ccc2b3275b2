"""Deskhand's own messages to people, and how far each has come on its way out."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.models.columns import Digest, Moment, Words


class NoticeKind(StrEnum):
    """What a notice is about; `app.notices.kinds` has the words of each."""

    INVITATION = "invitation"
    RECONNECT = "reconnect"
    ADMIN_GRANTED = "admin_granted"
    HELD = "held"
    ENDED = "ended"
    MEMBER = "member"
    TEAM_ENDED = "team_ended"
    RETURNED = "returned"
    SENT_BACK = "sent_back"
    DECLINED = "declined"
    RESTORED = "restored"


class NoticeKindColumn(Words):
    words = NoticeKind
    cache_ok = True


class NoticeState(StrEnum):
    """How far a notice has come by mail. `shown` never leaves: it stands in the console alone."""

    SHOWN = "shown"
    PREPARED = "prepared"
    INTENT = "intent"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


class NoticeStateColumn(Words):
    words = NoticeState
    cache_ok = True


class Notice(SQLModel, table=True):
    """A message of Deskhand's own: it stands in a person's console, and leaves by mail where that is set up.

    `about_mailbox_id` and `about_id` say what it is about (an invitation, a scheduled send, a connection), `detail` a
    reason or a provider by its code, `once` makes a second one of the same cause impossible. An invitation goes to
    somebody who is nobody here yet: `address` and `link` are sealed with the mailbox's key, and the link is erased once
    it has left. `message_id` is fixed before anything leaves; `answer` is the mail server's code, none of its words.
    """

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("person_id", "kind", "once"),)

    person_id: UUID = Field(primary_key=True, foreign_key="person.id", ondelete="CASCADE")
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    kind: NoticeKind = Field(sa_type=NoticeKindColumn)
    about_mailbox_id: UUID | None = Field(default=None, foreign_key="mailbox.id", ondelete="CASCADE", index=True)
    about_id: UUID | None = None
    detail: str = Field(default="", sa_type=Text)
    once: str | None = Field(default=None, sa_type=Text)
    language: str = Field(default="", sa_type=Text)  # of a letter to somebody who is nobody here; else the person's own
    address: bytes = Field(default=b"", sa_type=Digest)
    link: bytes = Field(default=b"", sa_type=Digest)
    message_id: str = Field(default="", sa_type=Text)
    state: NoticeState = Field(default=NoticeState.SHOWN, sa_type=NoticeStateColumn)
    answer: str = Field(default="", sa_type=Text)
    tries: int = 0
    fence: int = 0
    due_at: datetime = Field(sa_type=Moment)
    dispatched_at: datetime | None = Field(default=None, sa_type=Moment)
    intent_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    created_at: datetime = Field(sa_type=Moment)
    read_at: datetime | None = Field(default=None, sa_type=Moment)
