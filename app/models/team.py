"""Teams, and what an owner lets a team's lead give its members at one mailbox."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.models.columns import Digest, Moment, OfMailbox, Texts, Words
from app.models.conditions import UNBOUND, Conditions, ConditionsColumn
from app.models.grant import NeedsApproval, NeedsApprovalColumn


class Team(SQLModel, table=True):
    """Assistants under one lead, who signs in as herself; the name is what she calls them."""

    __tablename__ = "team"
    __table_args__ = (UniqueConstraint("lead_id", "name"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    lead_id: UUID = Field(foreign_key="person.id")
    name: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Moment)


class AccessState(StrEnum):
    """How far an owner's invitation of a team has come; members can be named while it is confirmed."""

    OPEN = "open"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    ENDED = "ended"


class AccessStateColumn(Words):
    words = AccessState
    cache_ok = True


class TeamAccess(OfMailbox, table=True):
    """A team at a mailbox under a ceiling: the rights, conditions and end beyond which its lead gives nobody anything.

    `begin_after` is how many hours after she has accepted a member begins unless the owner refuses her, None if nobody
    begins before the owner's yes. `address` repeats the mailbox's: a lead sees where, and no row of the mailbox.
    """

    __tablename__ = "team_access"

    owner_id: UUID = Field(foreign_key="person.id")
    address: str = Field(sa_type=Text)
    team_id: UUID | None = Field(default=None, foreign_key="team.id", index=True)
    lead_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    secret_sha256: bytes = Field(sa_type=Digest)
    scopes: list[str] = Field(sa_type=Texts)  # closed under what they imply
    needs_approval: NeedsApproval = Field(sa_type=NeedsApprovalColumn)
    conditions: Conditions | None = Field(default=UNBOUND, sa_type=ConditionsColumn, nullable=False)
    access_until: datetime = Field(sa_type=Moment)
    begin_after: int | None = None
    language: str = Field(sa_type=Text)  # in which the owner read and ticked the sentences
    state: AccessState = Field(default=AccessState.OPEN, sa_type=AccessStateColumn)
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    accepted_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)

    def is_open(self, now: datetime) -> bool:
        """Say whether its link still works."""
        return self.state == AccessState.OPEN and now < self.expires_at

    def lives(self, now: datetime) -> bool:
        """Say whether members can be named and begin under it."""
        return self.state == AccessState.CONFIRMED and now < self.access_until
