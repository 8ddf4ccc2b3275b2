"""People who had everything about them erased: how far it has come, and what was destroyed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from app.models.columns import Digest, Moment, Words


class ErasureState(StrEnum):
    """Whether everything is gone. From `begun` on nobody signs in as this person, and no page names her."""

    BEGUN = "begun"
    DONE = "done"


class ErasureStateColumn(Words):
    words = ErasureState
    cache_ok = True


class Erasure(SQLModel, table=True):
    """One person's erasure, and with all others the list that is applied again after a backup was restored.

    `identity` is a keyed digest of who she was at her provider: only this installation can tell whom it names, and only
    while it has that identity before it. `account` holds ids and numbers alone: `mailboxes` (by id), `destroyed` (rows
    by table), `accesses` (mailbox and grant of each access that ended with her). `person_id` is None for an entry of
    the list whose person is not in this database. `taken_at` is the lease of whoever works on it.
    """

    __tablename__ = "erasure"

    id: UUID = Field(primary_key=True)
    person_id: UUID | None = Field(default=None, foreign_key="person.id", unique=True)
    identity: bytes = Field(sa_type=Digest)
    asked_by: str = Field(sa_type=Text)  # person | operator | list
    asked_at: datetime = Field(sa_type=Moment)
    state: ErasureState = Field(default=ErasureState.BEGUN, sa_type=ErasureStateColumn)
    taken_at: datetime | None = Field(default=None, sa_type=Moment)
    account: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB, nullable=False)
    done_at: datetime | None = Field(default=None, sa_type=Moment)
