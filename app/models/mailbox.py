"""A connected mailbox, its key, the owner's consent, what is known of its messages, and how much may leave."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.models.columns import Digest, Moment, OfMailbox, Texts, Words


class MailboxState(StrEnum):
    """Whether work can go on in a mailbox."""

    ACTIVE = "active"
    WAITING_FOR_ADMIN = "waiting_for_admin"
    NEEDS_RECONNECT = "needs_reconnect"
    SUSPENDED = "suspended"
    RECONCILING = "reconciling"
    DISCONNECTED = "disconnected"


class MailboxStateColumn(Words):
    words = MailboxState
    cache_ok = True


class ConsentLimit(StrEnum):
    """Why a consent ends by itself."""

    NONE = ""
    TESTING = "testing"  # the operator's project at the provider is not published yet
    LIMITED = "limited"  # the provider names a day and not the reason


class ConsentLimitColumn(Words):
    words = ConsentLimit
    cache_ok = True


class Mailbox(SQLModel, table=True):
    """One account whose owner has let Deskhand in. `senders_version` counts changes of the sender rules.

    `consent_until` is when the owner's consent ends by itself, None if nobody has named such a day; `consent_limit`
    says why it does.
    """

    __tablename__ = "mailbox"
    __table_args__ = (UniqueConstraint("provider", "provider_subject"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    owner_id: UUID = Field(foreign_key="person.id", index=True)
    provider: str = Field(sa_type=Text)  # gmail | graph
    provider_subject: str = Field(sa_type=Text)
    address: str = Field(sa_type=Text)
    zone: str = Field(sa_type=Text)
    state: MailboxState = Field(default=MailboxState.ACTIVE, sa_type=MailboxStateColumn)
    senders_version: int = 1
    created_at: datetime = Field(sa_type=Moment)
    consent_until: datetime | None = Field(default=None, sa_type=Moment)
    consent_limit: ConsentLimit = Field(default=ConsentLimit.NONE, sa_type=ConsentLimitColumn)

    @property
    def erased(self) -> bool:
        """Whether its owner was erased: the row stays for its audit chain, and names no account."""
        return self.provider_subject == str(self.id)

    @property
    def reconciling(self) -> bool:
        """Whether it came back from a backup, and its owner has not said yet that all is as it should be."""
        return self.state == MailboxState.RECONCILING

    def empty(self) -> None:
        """Take everything out of the row that says whose account it was."""
        self.provider_subject, self.address, self.zone = str(self.id), "", ""


class MailboxKey(SQLModel, table=True):
    """The key that seals a mailbox's secrets, itself wrapped by a master key that is not in the database."""

    __tablename__ = "mailbox_key"

    mailbox_id: UUID = Field(primary_key=True, foreign_key="mailbox.id", ondelete="CASCADE")
    wrapped: bytes = Field(sa_type=Digest)
    master_id: str = Field(sa_type=Text)


class Connection(OfMailbox, table=True):
    """The owner's OAuth consent: the sealed refresh token and what it covers.

    The sealed access token beside it is for all our processes, so that one of them refreshes for the others.
    """

    __tablename__ = "connection"

    refresh_token: bytes = Field(sa_type=Digest)
    access_token: bytes = Field(default=b"", sa_type=Digest)
    access_until: datetime | None = Field(default=None, sa_type=Moment)
    scopes: list[str] = Field(sa_type=Texts)
    connected_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class SenderRule(OfMailbox, table=True):
    """What the owner says of a sender: an address, or `@domain` for all of a domain."""

    __tablename__ = "sender_rule"
    __table_args__ = (UniqueConstraint("mailbox_id", "sender"),)

    sender: str = Field(sa_type=Text)  # normalised: lower case, IDNA
    private: bool
    excepted: list[str] = Field(default_factory=list, sa_type=Texts)  # kinds of mail that an assistant may see even so
    created_at: datetime = Field(sa_type=Moment)


class PrivateLabel(OfMailbox, table=True):
    """A label (in Outlook: a category) whose conversations are private."""

    __tablename__ = "private_label"
    __table_args__ = (UniqueConstraint("mailbox_id", "label"),)

    label: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Moment)


class KnownMessage(OfMailbox, table=True):
    """A message's id of ours beside the provider's, and whether it is private; none of its words.

    `excepted` marks a private sender's message of a kind that the owner lets through: it alone is shown, nothing of its
    conversation.
    """

    __tablename__ = "message"
    __table_args__ = (UniqueConstraint("mailbox_id", "provider_id"),)

    provider_id: str = Field(sa_type=Text)
    thread_id: str = Field(sa_type=Text, index=True)
    private: str = Field(sa_type=Text)  # empty, or why it is private, as `access.visibility` says it
    excepted: bool = False
    senders_version: int
    seen_at: datetime = Field(sa_type=Moment)


class Known(NamedTuple):
    """What stands in the row of a message, for whoever only reads it: fifty objects take a list a millisecond."""

    id: UUID
    provider_id: str
    thread_id: str
    private: str
    excepted: bool
    senders_version: int


class Restoration(OfMailbox, table=True):
    """One restore of a mailbox: `backup_at` is the moment from which on nobody here knows what was done.

    `paused` are the ids of the accesses that lived at that moment; they are paused until the owner has confirmed.
    `matched_at` is when every reply that may have left since was looked for in the mailbox; `taken_at` is the lease of
    whoever looks.
    """

    __tablename__ = "restoration"

    backup_at: datetime = Field(sa_type=Moment)
    restored_at: datetime = Field(sa_type=Moment)
    paused: list[str] = Field(default_factory=list, sa_type=Texts)
    taken_at: datetime | None = Field(default=None, sa_type=Moment)
    matched_at: datetime | None = Field(default=None, sa_type=Moment)
    confirmed_at: datetime | None = Field(default=None, sa_type=Moment)


class AccountKind(StrEnum):
    """The kinds of accounts that providers set sending limits for."""

    GMAIL = "gmail"
    WORKSPACE = "workspace"
    OUTLOOK = "outlook"
    EXCHANGE = "exchange"


class AccountKindColumn(Words):
    words = AccountKind
    cache_ok = True


class Unit(StrEnum):
    """What a provider counts in a day."""

    MESSAGES = "messages"
    RECIPIENTS = "recipients"


class UnitColumn(Words):
    words = Unit
    cache_ok = True


class SendingLimit(SQLModel, table=True):
    """What a provider lets a kind of account send: so many of a unit in 24 hours, and messages in a minute if it says.

    The rows come with the migration; whoever runs Deskhand changes them when a provider does.
    """

    __tablename__ = "sending_limit"

    kind: AccountKind = Field(primary_key=True, sa_type=AccountKindColumn)
    unit: Unit = Field(sa_type=UnitColumn)
    per_day: int
    per_minute: int | None = None


class MailboxLimit(SQLModel, table=True):
    """What is noted of one mailbox: `per_day` is what its owner lets Deskhand send, None if she has set nothing.

    Until `waits_until` its provider has asked for patience, for a `reason` of `access.reasons.WAITS`.
    """

    __tablename__ = "mailbox_limit"

    mailbox_id: UUID = Field(primary_key=True, foreign_key="mailbox.id", ondelete="CASCADE")
    per_day: int | None = None
    waits_until: datetime | None = Field(default=None, sa_type=Moment)
    reason: str = Field(default="", sa_type=Text)
