"""The audit chain: each entry carries the digest of the one before, so that nothing can be changed or left out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.actions.addressees import Addressees
from app.models.audit import AuditEntry, AuditHead, DenialCount
from app.rules import chain

MINUTE = timedelta(minutes=1)
# What the entry of a refusal that came again repeats from its first one.
REPEATED = (
    "actor_kind",
    "actor_id",
    "surface",
    "login_id",
    "action",
    "decision",
    "reason",
    "grant_id",
    "grant_version",
)


async def append(session: AsyncSession, mailbox_id: UUID, *, to: Addressees | None = None, **fields: Any) -> AuditEntry:
    """Put an entry at the end of a mailbox's chain, in the caller's transaction.

    `fields` are columns of AuditEntry; sequence, time and digests are set here. The head row is locked, so that
    entries of one mailbox stand in one order. Refusals counted in minutes that are over go before.
    """
    head = await head_locked(session, mailbox_id)
    await tell_counted(session, head)
    return await put(session, head, to=to, **fields)


async def head_locked(session: AsyncSession, mailbox_id: UUID) -> AuditHead:
    """Return the end of a mailbox's chain, locked; made if there is none."""
    head = await session.get(AuditHead, mailbox_id, with_for_update=True, populate_existing=True)
    if head is not None:
        return head
    # Once in a mailbox's life, perhaps by two at once.
    first = insert(AuditHead).values(mailbox_id=mailbox_id, seq=0, hash=chain.FIRST_HASH)
    await session.execute(first.on_conflict_do_nothing())
    return await session.get_one(AuditHead, mailbox_id, with_for_update=True, populate_existing=True)


async def put(session: AsyncSession, head: AuditHead, *, to: Addressees | None = None, **fields: Any) -> AuditEntry:
    """Put an entry behind the end of a chain that the caller has locked."""
    defaults = {"decision": "allow", "reason": "", "outcome": "", "phase": "whole"}
    seq = head.seq + 1
    entry = AuditEntry(
        **{**defaults, **fields, **(to.columns(seq) if to else {})},
        mailbox_id=head.mailbox_id,
        seq=seq,
        at=clock.now(),
        prev_hash=head.hash,
        hash=b"",
    )
    entry.hash = digest(entry)
    session.add(entry)
    await session.flush()  # the database lets the end of the chain move only onto an entry that is there
    head.seq, head.hash = entry.seq, entry.hash
    await session.flush()
    return entry


async def tell_counted(session: AsyncSession, head: AuditHead) -> None:
    """Put what was refused again, in minutes that are over, into the chain: one entry each, with how many times."""
    now = clock.now()
    if head.counted_until is None or now < head.counted_until:
        return
    over = select(DenialCount).where(
        col(DenialCount.mailbox_id) == head.mailbox_id,
        col(DenialCount.times) > 0,
        col(DenialCount.since) <= now - MINUTE,
    )
    for count in (await session.execute(over.order_by(col(DenialCount.first_seq)))).scalars().all():
        await _tell(session, head, count)
    oldest = select(func.min(col(DenialCount.since))).where(
        col(DenialCount.mailbox_id) == head.mailbox_id, col(DenialCount.times) > 0
    )
    since = (await session.execute(oldest)).scalar_one()
    head.counted_until = since + MINUTE if since else None
    await session.flush()


async def _tell(session: AsyncSession, head: AuditHead, count: DenialCount) -> None:
    first = await session.get_one(AuditEntry, (head.mailbox_id, count.first_seq))
    said = {name: getattr(first, name) for name in REPEATED}
    await put(session, head, **said, begins=first.seq, times=count.times, since=count.since)
    await session.execute(
        update(DenialCount)
        .where(col(DenialCount.mailbox_id) == head.mailbox_id, col(DenialCount.first_seq) == count.first_seq)
        .values(times=0)
    )


def said(entry: AuditEntry) -> chain.Said:
    """Return what an entry says, its digest left out."""
    return chain.said({name: getattr(entry, name) for name in AuditEntry.model_fields if name != "hash"})


def digest(entry: AuditEntry) -> bytes:
    """Return SHA-256 over everything an entry says, the digest before it included."""
    return chain.digest(said(entry))


async def first_bad(session: AsyncSession, mailbox_id: UUID) -> int | None:
    """Recompute a chain; return the number of the first entry that is wrong or missing, None if all is well."""
    previous, expected = chain.FIRST_HASH, 1
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
