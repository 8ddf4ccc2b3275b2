"""Invitations, proposals, grants, and what was agreed."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from app.models.columns import Digest, Moment, OfMailbox, Texts, Words, within_mailbox
from app.models.conditions import UNBOUND, Conditions, ConditionsColumn


class GrantStatus(StrEnum):
    """Whether a grant lets anything happen."""

    ACTIVE = "active"
    PAUSED = "paused"
    REVOKED = "revoked"


class GrantStatusColumn(Words):
    words = GrantStatus
    cache_ok = True


class NeedsApproval(StrEnum):
    """When the owner has to say yes before something leaves."""

    ALWAYS = "always"
    FIRST = "first"  # the first replies of the grant, as many as its conditions say
    FREE_TEXT = "free_text"  # whatever is not exactly a text that she has approved before
    NEVER = "never"


class NeedsApprovalColumn(Words):
    words = NeedsApproval
    cache_ok = True


class Grant(OfMailbox, table=True):
    """One assistant at one mailbox: at most one that is not revoked. Every change raises `version`."""

    __tablename__ = "grants"
    __table_args__ = (within_mailbox("access_id", "team_access"), within_mailbox("member_id", "invitation"))

    # Repeated from the mailbox: a grant's policy cannot look into mailbox, whose own policy looks here.
    owner_id: UUID = Field(foreign_key="person.id", index=True)
    assistant_id: UUID = Field(foreign_key="person.id", index=True)
    scopes: list[str] = Field(sa_type=Texts)  # closed under what they imply when written
    needs_approval: NeedsApproval = Field(sa_type=NeedsApprovalColumn)
    # None where a later version wrote what this one cannot read; nothing is allowed then.
    conditions: Conditions | None = Field(default=UNBOUND, sa_type=ConditionsColumn, nullable=False)
    status: GrantStatus = Field(default=GrantStatus.ACTIVE, sa_type=GrantStatusColumn)
    version: int = 1
    begins_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    created_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    access_id: UUID | None = None  # the team's access under which it was given, with its lead and the naming
    lead_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    member_id: UUID | None = None

    def over(self, now: datetime) -> bool:
        """Say whether nothing will ever happen under it again; a paused grant may go on."""
        return self.status == GrantStatus.REVOKED or now >= self.expires_at


class DailyCount(SQLModel, table=True):
    """How much was done under a grant on one day, by what its daily numbers bound (`changes`, `sends`).

    `used` stands for a day on which anything was done at all, a mere look too.
    """

    __tablename__ = "daily_count"
    __table_args__ = (within_mailbox("grant_id", "grants"),)

    mailbox_id: UUID = Field(primary_key=True, foreign_key="mailbox.id", ondelete="CASCADE")
    grant_id: UUID = Field(primary_key=True)
    day: date = Field(primary_key=True)
    counted: str = Field(primary_key=True, sa_type=Text)
    number: int


class InvitationState(StrEnum):
    """How far an invitation or a proposal has come."""

    OPEN = "open"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


WAITING = (InvitationState.OPEN, InvitationState.ACCEPTED)


class InvitationStateColumn(Words):
    words = InvitationState
    cache_ok = True


class Invitation(OfMailbox, table=True):
    """An offer of a grant, the owner's or a lead's, by a link that works once; the owner confirms who took it."""

    __tablename__ = "invitation"
    __table_args__ = (within_mailbox("access_id", "team_access"), within_mailbox("stands_in_id", "invitation"))

    secret_sha256: bytes = Field(sa_type=Digest)
    scopes: list[str] = Field(sa_type=Texts)
    needs_approval: NeedsApproval = Field(sa_type=NeedsApprovalColumn)
    conditions: Conditions | None = Field(default=UNBOUND, sa_type=ConditionsColumn, nullable=False)
    grant_until: datetime = Field(sa_type=Moment)
    language: str = Field(sa_type=Text)  # in which the owner read and ticked the sentences
    state: InvitationState = Field(default=InvitationState.OPEN, sa_type=InvitationStateColumn)
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    accepted_by: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    accepted_at: datetime | None = Field(default=None, sa_type=Moment)
    # Of a team's member: whom the lead has named, as she calls her, under which access.
    access_id: UUID | None = None
    lead_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    name: str = Field(default="", sa_type=Text)
    # Of a substitute: whose naming she stands in for, and her first moment.
    stands_in_id: UUID | None = None
    begins_at: datetime | None = Field(default=None, sa_type=Moment)

    def is_open(self, now: datetime) -> bool:
        """Say whether its link still works."""
        return self.state == InvitationState.OPEN and now < self.expires_at


class Proposal(SQLModel, table=True):
    """What an assistant proposes to an owner who has no mailbox here yet; the owner changes any tick."""

    __tablename__ = "proposal"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    secret_sha256: bytes = Field(sa_type=Digest)
    assistant_id: UUID = Field(foreign_key="person.id", index=True)
    scopes: list[str] = Field(sa_type=Texts)
    needs_approval: NeedsApproval = Field(sa_type=NeedsApprovalColumn)
    conditions: Conditions | None = Field(default=UNBOUND, sa_type=ConditionsColumn, nullable=False)
    grant_until: datetime = Field(sa_type=Moment)
    message: str = Field(sa_type=Text)
    state: InvitationState = Field(default=InvitationState.OPEN, sa_type=InvitationStateColumn)
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    accepted_by: UUID | None = Field(default=None, foreign_key="person.id")

    def is_open(self, now: datetime) -> bool:
        """Say whether its link still works."""
        return self.state == InvitationState.OPEN and now < self.expires_at


class Agreement(OfMailbox, table=True):
    """What was agreed, word for word: kept when the grant is long over."""

    __tablename__ = "agreement"
    __table_args__ = (within_mailbox("grant_id", "grants"),)

    grant_id: UUID
    grant_version: int
    person_id: UUID = Field(foreign_key="person.id", index=True)
    role: str = Field(sa_type=Text)  # owner | assistant
    text_version: str = Field(sa_type=Text)
    language: str = Field(sa_type=Text)
    scopes: list[str] = Field(sa_type=Texts)
    sentences: list[str] = Field(sa_type=Texts)
    conditions: Conditions | None = Field(default=UNBOUND, sa_type=ConditionsColumn, nullable=False)
    expires_at: datetime = Field(sa_type=Moment)
    agreed_at: datetime = Field(sa_type=Moment)
