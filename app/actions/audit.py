"""The audit chain: each entry carries the digest of the one before, so that nothing can be changed or left out."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.models.audit import AuditEntry, AuditHead

FIRST_HASH = bytes(32)


async def append(session: AsyncSession, mailbox_id: UUID, **fields: Any) -> AuditEntry:
    """Put an entry at the end of a mailbox's chain, in the caller's transaction.

    `fields` are columns of AuditEntry; sequence, time and digests are set here. The head row is locked, so that
    entries of one mailbox stand in one order.
    """
    await session.execute(
        insert(AuditHead).values(mailbox_id=mailbox_id, seq=0, hash=FIRST_HASH).on_conflict_do_nothing()
    )
    head = await session.get_one(AuditHead, mailbox_id, with_for_update=True, populate_existing=True)
    defaults = {"decision": "allow", "reason": "", "outcome": "", "phase": "whole"}
    entry = AuditEntry(
        **{**defaults, **fields},
        mailbox_id=mailbox_id,
        seq=head.seq + 1,
        at=clock.now(),
        prev_hash=head.hash,
        hash=b"",
    )
    entry.hash = digest(entry)
    session.add(entry)
    head.seq, head.hash = entry.seq, entry.hash
    await session.flush()
    return entry


def digest(entry: AuditEntry) -> bytes:
    """Return SHA-256 over everything an entry says, the digest before it included.

    What it says nothing about is left out, so that a column of a later version changes no entry that is there.
    """
    said = {name: _plain(getattr(entry, name)) for name in AuditEntry.model_fields if name != "hash"}
    said = {name: value for name, value in said.items() if value not in (None, "", [])}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).digest()


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, Enum):
        return value.value
    return str(value) if isinstance(value, UUID) else value


async def first_bad(session: AsyncSession, mailbox_id: UUID) -> int | None:
    """Recompute a chain; return the number of the first entry that is wrong or missing, None if all is well."""
    previous, expected = FIRST_HASH, 1
    entries = await session.stream_scalars(
        select(AuditEntry).where(col(AuditEntry.mailbox_id) == mailbox_id).order_by(col(AuditEntry.seq))
    )
    async for entry in entries:
        if entry.seq != expected or entry.prev_hash != previous or digest(entry) != entry.hash:
            return expected
        previous, expected = entry.hash, expected + 1
    head = await session.get(AuditHead, mailbox_id)
    whole = head is None or (head.seq == expected - 1 and head.hash == previous)
    return None if whole else expected
