"""The audit chain: each entry carries the digest of the one before, so that nothing can be changed or left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import sql
from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.acts import Act
from app.access.facts import Actor
from app.access.happenings import Happening
from app.actions.addressees import Addressees
from app.db.plain import first, one, run
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
HEAD = "select seq, hash, counted_until from audit_head where mailbox_id = %(mailbox_id)s for update"
NEW_HEAD = "insert into audit_head (mailbox_id, seq, hash) values (%(mailbox_id)s, 0, %(hash)s) on conflict do nothing"
COUNT_UNTIL = "update audit_head set counted_until = %(until)s where mailbox_id = %(mailbox_id)s"
# Every column with what stands there unless something is said.
COLUMNS = {name: field.get_default(call_default_factory=True) for name, field in AuditEntry.model_fields.items()}
COLUMNS |= {"decision": "allow", "reason": "", "outcome": "", "phase": "whole"}
# The database lets the end of a chain move only onto an entry that is there: by the one just put, and in one statement.
ENTRY = (
    sql.SQL("""
with put as (insert into audit_entry ({columns}) values ({values}) returning mailbox_id, seq, hash)
update audit_head set seq = put.seq, hash = put.hash from put where audit_head.mailbox_id = put.mailbox_id
""")
    .format(
        columns=sql.SQL(", ").join(map(sql.Identifier, COLUMNS)),
        values=sql.SQL(", ").join(map(sql.Placeholder, COLUMNS)),
    )
    .as_bytes()
)


@dataclass
class Head:
    """The end of a chain, its row locked: what stands in AuditHead, and moves on with each entry."""

    mailbox_id: UUID
    seq: int
    hash: bytes
    counted_until: datetime | None


@dataclass(frozen=True)
class Written:
    """An entry that has just been put at the end of a chain; to make an AuditEntry of its columns takes long."""

    mailbox_id: UUID
    seq: int
    at: datetime
    columns: Mapping[str, Any]


async def append(session: AsyncSession, mailbox_id: UUID, *, to: Addressees | None = None, **fields: Any) -> Written:
    """Put an entry at the end of a mailbox's chain, in the caller's transaction.

    `fields` are columns of AuditEntry; sequence, time and digests are set here. The head row is locked, so that
    entries of one mailbox stand in one order. Refusals counted in minutes that are over go before.
    """
    head = await head_locked(session, mailbox_id)
    await tell_counted(session, head)
    return await put(session, head, to=to, **fields)


async def note(
    session: AsyncSession,
    mailbox_id: UUID,
    actor: Actor,
    what: Act | Happening,
    *,
    outcome: str = "done",
    **fields: Any,
) -> None:
    """Put an entry of what went through no desk: what happens by itself, or is part of a greater act."""
    await append(session, mailbox_id, action=what.value, outcome=outcome, **actor.for_audit(), **fields)


async def head_locked(session: AsyncSession, mailbox_id: UUID) -> Head:
    """Return the end of a mailbox's chain, locked; made if there is none."""
    key = {"mailbox_id": mailbox_id}
    head = await first(session, HEAD, key)
    if head is None:  # once in a mailbox's life, perhaps by two at once
        await run(session, NEW_HEAD, key | {"hash": chain.FIRST_HASH})
        head = await one(session, HEAD, key)
    return Head(mailbox_id, *head)


async def put(session: AsyncSession, head: Head, *, to: Addressees | None = None, **fields: Any) -> Written:
    """Put an entry behind the end of a chain that the caller has locked."""
    seq, now = head.seq + 1, clock.now()
    given = fields | {"mailbox_id": head.mailbox_id, "seq": seq, "at": now, "prev_hash": head.hash}
    given |= to.columns(seq) if to else {}
    columns = {name: given.get(name, nothing) for name, nothing in COLUMNS.items()}
    columns["hash"] = chain.digest(_said(columns))
    await run(session, ENTRY, columns)
    head.seq, head.hash = seq, columns["hash"]
    return Written(head.mailbox_id, seq, now, columns)


async def count_until(session: AsyncSession, head: Head, until: datetime | None) -> None:
    """Note when the oldest minute with refusals that are counted and not told yet is over."""
    head.counted_until = until
    await run(session, COUNT_UNTIL, {"mailbox_id": head.mailbox_id, "until": until})


async def tell_counted(session: AsyncSession, head: Head) -> None:
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
    await count_until(session, head, since + MINUTE if since else None)


async def _tell(session: AsyncSession, head: Head, count: DenialCount) -> None:
    told = await session.get_one(AuditEntry, (head.mailbox_id, count.first_seq))
    said = {name: getattr(told, name) for name in REPEATED}
    await put(session, head, **said, begins=told.seq, times=count.times, since=count.since)
    await session.execute(
        update(DenialCount)
        .where(col(DenialCount.mailbox_id) == head.mailbox_id, col(DenialCount.first_seq) == count.first_seq)
        .values(times=0)
    )


def said(entry: AuditEntry) -> chain.Said:
    """Return what an entry says, its digest left out."""
    return _said({name: getattr(entry, name) for name in COLUMNS})


def digest(entry: AuditEntry) -> bytes:
    """Return SHA-256 over everything an entry says, the digest before it included."""
    return chain.digest(said(entry))


def _said(columns: Mapping[str, Any]) -> chain.Said:
    return chain.said({name: value for name, value in columns.items() if name != "hash"})


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
