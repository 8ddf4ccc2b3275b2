"""The receipt of an erasure: what was destroyed and when, signed, and a way to check that it is still so."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app.actions import audit
from app.actions.erase import erasure_of, identity_digest
from app.actions.resources import Resources
from app.actions.signing import Certified, certified, is_certified
from app.errors import Conflict, NotFound
from app.models.audit import AuditEntry, AuditHead
from app.models.erasure import Erasure, ErasureState
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.models.register import REGISTER, Fate, of_mailboxes, of_people

WHAT = "erasure"


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing a receipt says, and whether it is so; for whoever runs the service."""

    good: bool
    told: str


async def receipt_by(resources: Resources, token: str) -> tuple[Erasure, Certified | None]:
    """Return the erasure that a link names, with its receipt once it is done; raise NotFound for any other link."""
    try:
        erasure_id = UUID(hex=token[:32])
    except ValueError:
        raise NotFound from None
    if not hmac.compare_digest(token.encode(errors="replace"), token_for(resources.secret, erasure_id).encode()):
        raise NotFound
    row = await erasure_of(resources, erasure_id)
    return row, receipt_of(resources, row) if row.state == ErasureState.DONE else None


def token_for(secret: bytes, erasure_id: UUID) -> str:
    """Return the word in the link to an erasure's page: nobody makes it who was not given it."""
    proof = hmac.digest(secret, b"deskhand erasure link" + erasure_id.bytes, "sha256")
    return erasure_id.hex + urlsafe_b64encode(proof[:24]).decode()


def receipt_of(resources: Resources, row: Erasure) -> Certified:
    """Return the signed receipt, always the same one; raise Conflict while the erasure is under way."""
    if row.state != ErasureState.DONE or row.done_at is None:
        raise Conflict("This erasure is not done yet. Look again in a minute.")
    says: dict[str, Any] = {
        "what": WHAT,
        "version": 1,
        "by": resources.settings.public_url,
        "erasure": str(row.id),
        "asked_by": row.asked_by,
        "asked_at": row.asked_at.isoformat(),
        "done_at": row.done_at.isoformat(),
        "mailboxes": row.account.get("mailboxes", {}),
        "accesses_ended": len(row.account.get("accesses", [])),
        "rows_destroyed": {name: count for name, count in row.account.get("destroyed", {}).items() if count},
        "kept": {entry.name: entry.why for entry in REGISTER if entry.fate in (Fate.KEPT, Fate.EMPTIED)},
    }
    return certified(says, resources.secret)


async def check_receipt(resources: Resources, receipt: object) -> list[Check]:
    """Compare a receipt with the database as it is now; the first line says whether we have made it at all."""
    if not is_certified(receipt, resources.secret) or not isinstance(receipt, dict):
        return [Check(good=False, told="This installation has not signed it, or it was changed since.")]
    says = receipt["says"]
    checks = [Check(good=True, told="This installation has signed it, and it is unchanged.")]
    if says.get("what") != WHAT:
        return [*checks, Check(good=False, told="It is no receipt of an erasure.")]
    try:
        row = await erasure_of(resources, UUID(says["erasure"]))
    except NotFound:
        return [
            *checks,
            Check(good=False, told="This database knows nothing of the erasure: apply the list again."),
        ]
    return [*checks, *await _of_person(resources, row), *await _of_mailboxes(resources, says["mailboxes"])]


async def _of_person(resources: Resources, row: Erasure) -> list[Check]:
    back = await people_with(resources, {row.identity: row.asked_at})
    async with resources.db.transaction(person=row.person_id) as session:
        left = 0
        for entry in of_people(Fate.DELETED) if row.person_id else []:
            left += await _count(session, entry.table, getattr(entry.table, entry.of) == row.person_id)
    return [
        Check(good=not back, told="Nobody of before this erasure has that identity."),
        Check(good=not left, told="No row of the person's own is left."),
    ]


async def _of_mailboxes(resources: Resources, mailboxes: Mapping[str, Mapping[str, Any]]) -> list[Check]:
    empty, kept = True, True
    for name, said in mailboxes.items():
        mailbox_id = UUID(name)
        async with resources.db.transaction(mailbox=mailbox_id) as session:
            mailbox = await session.get(Mailbox, mailbox_id)
            empty = empty and mailbox is not None and mailbox.erased
            for entry in of_mailboxes(Fate.DELETED):
                empty = empty and not await _count(session, entry.table, col(entry.table.mailbox_id) == mailbox_id)  # type: ignore[attr-defined]
            kept = kept and await _log_stands(session, mailbox_id, said)
    return [
        Check(good=empty, told="No key, no consent and no row of the mailboxes is left."),
        Check(good=kept, told="The logs end where the receipt says, and their chains are whole."),
    ]


async def _log_stands(session: AsyncSession, mailbox_id: UUID, said: Mapping[str, Any]) -> bool:
    entry = await session.get(AuditEntry, (mailbox_id, said.get("log_entries")))
    head = await session.get(AuditHead, mailbox_id)
    same = entry is not None and head is not None and entry.hash.hex() == said.get("log_hash") and head.seq >= entry.seq
    return same and await audit.first_bad(session, mailbox_id) is None


async def _count(session: AsyncSession, table: Any, where: Any) -> int:
    return (await session.execute(select(func.count()).select_from(table).where(where))).scalar_one()


async def people_with(resources: Resources, erased: Mapping[bytes, datetime]) -> dict[UUID, bytes]:
    """Return the people who have an erased identity, unless they came after that erasure; each with the digest."""
    async with resources.db.transaction() as session:
        people = (await session.execute(select(Person).where(col(Person.issuer) != ""))).scalars().all()
    named = {
        each.id: (identity_digest(resources.secret, each.issuer, each.subject), each.created_at) for each in people
    }
    return {person: digest for person, (digest, at) in named.items() if digest in erased and at <= erased[digest]}
