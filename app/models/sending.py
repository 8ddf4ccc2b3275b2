"""How much may leave a mailbox: the numbers of each kind of account, and what is noted of one mailbox."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from app.models.columns import Moment, Words
from app.rules.sending_limits import AccountKind, Unit


class AccountKindColumn(Words):
    words = AccountKind
    cache_ok = True


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
