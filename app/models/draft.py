"""Drafts in the owner's mailbox, the owner's approvals, and scheduled sends."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, Text, and_, exists, func, or_
from sqlmodel import Field, col

from app.models.columns import Digest, Moment, OfMailbox, Texts, WallTime, Words, within_mailbox

LOST = "mailbox_not_active"  # of access.reasons.HELD: held until the mailbox is connected again, then as before
FIRST_LOOK = timedelta(minutes=2)  # behind a letter that has left: was it returned?


class DraftState(StrEnum):
    """Whether a draft is still a draft. `preparing` is written before the mailbox is asked to make it."""

    PREPARING = "preparing"
    OPEN = "open"
    SENT = "sent"
    GONE = "gone"


class DraftStateColumn(Words):
    words = DraftState
    cache_ok = True


class Draft(OfMailbox, table=True):
    """A reply that waits in the owner's mailbox. `revision` is the last one that was ours.

    `drafted`, sealed, is what an assistant has written last in a draft of hers, to be shown what became of it.
    `sent_back_at` is when the owner asked for other words, with the sealed `word` of what should be different.
    `declined_at` is when she said no to these words, which do not leave unless she says yes after all.
    `editing_until` is how long at the most other words may be on their way into it: nobody decides about it meanwhile.
    `thread_seen` are the provider's ids of the messages that stood in the conversation when somebody last decided about
    these words: whatever else stands there at the hour has come since. Ids, because the provider's clock is not ours.
    """

    __tablename__ = "draft"
    __table_args__ = (
        within_mailbox("message_id", "message"),
        within_mailbox("grant_id", "grants"),
        within_mailbox("template_id", "template"),
    )

    message_id: UUID  # the message that is answered
    grant_id: UUID | None = None  # None: the owner wrote it
    author_id: UUID = Field(foreign_key="person.id")
    provider_id: str = Field(default="", sa_type=Text)
    revision: str = Field(default="", sa_type=Text)
    private_id: str = Field(sa_type=Text)
    content_sha256: bytes = Field(default=b"", sa_type=Digest)
    thread_seen: list[str] = Field(default_factory=list, sa_type=Texts)
    template_id: UUID | None = None  # whose words these are, as long as nobody has changed them
    template_version: int | None = None
    sent_back_at: datetime | None = Field(default=None, sa_type=Moment)
    word: bytes = Field(default=b"", sa_type=Digest)
    declined_at: datetime | None = Field(default=None, sa_type=Moment)
    drafted: bytes = Field(default=b"", sa_type=Digest)
    editing_until: datetime | None = Field(default=None, sa_type=Moment)
    state: DraftState = Field(default=DraftState.PREPARING, sa_type=DraftStateColumn)
    created_at: datetime = Field(sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment)

    def close(self, how: DraftState) -> None:
        """Note that it is a draft no longer: it has left, or is gone. Its writer's words are not kept beyond that."""
        self.state, self.drafted = how, b""


class Approval(OfMailbox, table=True):
    """The owner's yes to exactly this content, hour and grant version; `due_at` None leaves the hour open."""

    __tablename__ = "approval"
    __table_args__ = (within_mailbox("draft_id", "draft"), Index("approval_of_draft", "mailbox_id", "draft_id"))

    draft_id: UUID
    content_sha256: bytes = Field(sa_type=Digest)
    due_at: datetime | None = Field(default=None, sa_type=Moment)
    grant_version: int
    approved_by: UUID = Field(foreign_key="person.id")
    approved_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)  # used or void
    ended_by: str = Field(default="", sa_type=Text)


class SendState(StrEnum):
    """How far a scheduled send has come."""

    PREPARED = "prepared"
    INTENT = "intent"
    SENT = "sent"
    HELD = "held"
    NEEDS_HUMAN = "needs_human"
    CANCELLED = "cancelled"


class SendStateColumn(Words):
    words = SendState
    cache_ok = True


# Whose turn it is: a worker's, at the hour; a person's; nobody's any more. What a worker has begun cannot be stopped.
FOR_WORKER = (SendState.PREPARED, SendState.INTENT)
STUCK = (SendState.HELD, SendState.NEEDS_HUMAN)
STOPPABLE = (SendState.PREPARED, *STUCK)
LIVE = (*STOPPABLE, SendState.INTENT)
ENDED = (SendState.SENT, SendState.CANCELLED)


class ScheduledSend(OfMailbox, table=True):
    """A reply and its hour. The wall time and zone are what was asked; `due_at` is resolved from them.

    `key_id` is the program's key it was asked for with: at its hour it may do no more than that key.

    `asked_at` is the moment that was asked for where the hours of those concerned have moved it. `emergency` is what an
    assistant answered out of hours, None if she was not asked; `urgency`, sealed, why it may leave all the same.

    `fence` rises with every intent, so that a worker that slept too long can change nothing any more.
    `dispatched_at` is the dispatcher's lease on the row. `look_at` is when to look next whether a letter that has left
    was returned. `crashes` counts jobs that stumbled over it.

    `place_at` is its place in the mailbox's sending limits, with its number of `recipients`: the moment of its last
    intent, or, as long as it waits for a limit, the hour that it waits for.
    """

    __tablename__ = "scheduled_send"
    __table_args__ = (
        within_mailbox("draft_id", "draft"),
        within_mailbox("grant_id", "grants"),
        within_mailbox("key_id", "program_key"),
    )

    draft_id: UUID
    grant_id: UUID | None = None  # None: the owner schedules in person
    scheduled_by: UUID = Field(foreign_key="person.id")
    key_id: UUID | None = None
    wall_time: datetime = Field(sa_type=WallTime)
    zone: str = Field(sa_type=Text)
    fold: int = 0
    due_at: datetime = Field(sa_type=Moment)
    asked_at: datetime | None = Field(default=None, sa_type=Moment)
    emergency: bool | None = None
    urgency: bytes = Field(default=b"", sa_type=Digest)
    state: SendState = Field(default=SendState.PREPARED, sa_type=SendStateColumn)
    reason: str = Field(default="", sa_type=Text)
    fence: int = 0
    look_at: datetime | None = Field(default=None, sa_type=Moment)
    dispatched_at: datetime | None = Field(default=None, sa_type=Moment)
    intent_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    sent_id: str = Field(default="", sa_type=Text)
    created_at: datetime = Field(sa_type=Moment)
    recipients: int = 0
    place_at: datetime | None = Field(default=None, sa_type=Moment)
    crashes: int = 0

    @property
    def used_mark(self) -> str:
        """Return the word with which an approval is ended when this send uses it."""
        return f"send {self.id}"

    @property
    def waits(self) -> bool:
        """Whether it leaves unless somebody decides otherwise: at its hour, or once the mailbox is connected again."""
        return self.state == SendState.PREPARED or (self.state == SendState.HELD and self.reason == LOST)

    def hold(self, reason: str) -> None:
        """Have it wait for a person's decision, for a reason of `access.reasons.HELD`."""
        self.state, self.reason = SendState.HELD, reason

    def wait_again(self) -> None:
        """Have it wait for its hour as if nothing had held it."""
        self.state, self.reason, self.dispatched_at = SendState.PREPARED, "", None


# As `ScheduledSend.waits` has it, for SQL.
WAITS = or_(
    col(ScheduledSend.state) == SendState.PREPARED,
    and_(col(ScheduledSend.state) == SendState.HELD, col(ScheduledSend.reason) == LOST),
)
# A send that left, or leaves, by the owner's yes: `ScheduledSend.used_mark`, for SQL.
USED_AN_APPROVAL = (
    exists()
    .where(col(Approval.mailbox_id) == col(ScheduledSend.mailbox_id))
    .where(col(Approval.draft_id) == col(ScheduledSend.draft_id))
    .where(col(Approval.ended_by) == func.concat("send ", col(ScheduledSend.id)))
)
