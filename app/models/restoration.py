"""A mailbox that came back from a backup, until its owner has said that all is as it should be."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from app.models.columns import Moment, OfMailbox, Texts


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
