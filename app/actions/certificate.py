"""The certificate of a removal: who lost which access, when, by whom, what was on its way then and how that ended.

Nothing is kept for it: it is read from the chains each time, and names the entries it rests on, so that whoever holds
one can have it compared with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import literal_column
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.acts import Act
from app.actions import ended, signing
from app.actions.audit import digest
from app.actions.ended import Ended
from app.actions.freeze import CHANGED, UNDER_WAY
from app.actions.resources import Resources
from app.errors import NotFound
from app.models.audit import AuditEntry
from app.models.person import Person

FORM = "deskhand certificate of removal 1"
NOT_YET = ("no_answer", "crashed", "message_gone")  # outcomes of a sending after which nobody knows yet


@dataclass(frozen=True, kw_only=True)
class Flown:
    """A send that was on its way when an access ended: `ended` is sent, held or needs_human, empty while it is open."""

    send_id: UUID
    ended: str = ""
    reason: str = ""
    entry: AuditEntry | None = None


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """What is certified, as rows for a page and, `signed`, as a document to keep."""

    id: UUID
    owner: Person
    assistant: Person
    removed_at: datetime
    rows: tuple[tuple[Ended, tuple[Flown, ...]], ...]
    signed: dict[str, Any]

    @property
    def done(self) -> bool:
        """Whether nothing of it is on its way any more, so that it will not change."""
        return ended.done([row for row, _flown in self.rows])


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A certificate that was handed in: `said` is None if this installation has not signed it; else what it says.

    `holds` tells for each mailbox of it, by address, whether its chain holds these very entries.
    """

    said: dict[str, Any] | None = None
    holds: tuple[tuple[str, bool], ...] = ()

    @property
    def good(self) -> bool:
        """Whether it is genuine, and every chain holds what it says."""
        return self.said is not None and all(held for _address, held in self.holds)


async def certificate_of(resources: Resources, owner_id: UUID, act_id: UUID) -> Certificate:
    """Return the certificate of a removal, or of a grant that was ended alone (`act_id` is then the grant's).

    Raises NotFound for what is not this owner's.
    """
    found = await ended.ended_by(resources, owner_id, Act.REVOKE, act_id)
    if not found:
        raise NotFound
    rows = []
    for each in found:
        async with resources.db.transaction(mailbox=each.mailbox.id) as session:
            rows.append((each, await _flown(session, each)))
            owner = await session.get_one(Person, owner_id)
    removed_at = min(each.entry.at for each in found)
    said = {
        "form": FORM,
        "id": str(act_id),
        "issued_by": resources.settings.public_url,
        "issued_at": clock.now().isoformat(),
        "removed_at": removed_at.isoformat(),
        "owner": {"name": owner.name, "email": owner.email},
        "assistant": {"name": found[0].assistant.name, "email": found[0].assistant.email},
        "complete": ended.done(found),
        "mailboxes": [_said(each, flown) for each, flown in rows],
    }
    return Certificate(
        id=act_id,
        owner=owner,
        assistant=found[0].assistant,
        removed_at=removed_at,
        rows=tuple(rows),
        signed=signing.signed(resources.secret, said),
    )


async def check(resources: Resources, text: str) -> Checked:
    """Say whether a certificate was made here, and whether the chains still hold what it rests on."""
    said = signing.opened(resources.secret, text)
    if said is None or said.get("form") != FORM:
        return Checked()
    holds = []
    for mailbox in said["mailboxes"]:
        async with resources.db.transaction(mailbox=UUID(mailbox["id"])) as session:
            named = [mailbox["entry"], *(each["entry"] for each in mailbox["on_its_way"] if each["entry"])]
            held = [await _stands(session, UUID(mailbox["id"]), entry["seq"], entry["hash"]) for entry in named]
        holds.append((str(mailbox["address"]), all(held)))
    return Checked(said=said, holds=tuple(holds))


async def _stands(session: AsyncSession, mailbox_id: UUID, seq: int, sha256: str) -> bool:
    entry = await session.get(AuditEntry, (mailbox_id, seq))
    return entry is not None and entry.hash.hex() == sha256 and digest(entry) == entry.hash


async def _flown(session: AsyncSession, each: Ended) -> tuple[Flown, ...]:
    """Return what was on its way when a grant ended, and how the chain says that each ended."""
    here = select(AuditEntry).where(col(AuditEntry.mailbox_id) == each.mailbox.id).order_by(col(AuditEntry.seq))
    marks = await session.execute(
        here.where(col(AuditEntry.action) == literal_column(f"'{Act.REVOKE.value}'")).where(
            col(AuditEntry.reason) == UNDER_WAY, col(AuditEntry.grant_id) == each.grant.id
        )
    )
    named = {mark.subject_id: mark for mark in marks.scalars() if mark.subject_id}
    if not named:
        return ()
    since = min(mark.seq for mark in named.values())
    later = await session.execute(here.where(col(AuditEntry.subject_id).in_(named), col(AuditEntry.seq) > since))
    entries, flying = later.scalars().all(), {send.id for send in each.in_flight}
    return tuple(
        Flown(send_id=one) if one in flying else _outcome(one, [entry for entry in entries if entry.subject_id == one])
        for one in named
    )


def _outcome(send_id: UUID, later: Sequence[AuditEntry]) -> Flown:
    """Return how a send has ended; that its draft was put out of reach says so where nothing else does."""
    for tells in (_how, _retired):
        for entry in later:
            if how := tells(entry):
                reason = "" if how == "sent" else entry.reason or CHANGED
                return Flown(send_id=send_id, ended=how, reason=reason, entry=entry)
    return Flown(send_id=send_id)


def _how(entry: AuditEntry) -> str:
    """Return how a send ended by an entry about it, empty if it does not say."""
    if entry.action == Act.SEND and entry.phase == "end" and entry.outcome not in NOT_YET:
        return "sent" if entry.outcome == "done" else "held"
    if entry.action == Act.RECOVER and entry.phase == "whole":
        return "sent" if entry.outcome == "done" else entry.outcome
    return ""


def _retired(entry: AuditEntry) -> str:
    return "held" if (entry.action, entry.phase, entry.outcome) == (Act.RETIRE, "end", "done") else ""


def _said(each: Ended, flown: Sequence[Flown]) -> dict[str, Any]:
    return {
        "id": str(each.mailbox.id),
        "address": each.mailbox.address,
        "provider": each.mailbox.provider,
        "grant": str(each.grant.id),
        "version": each.grant.version,
        "ended_at": each.entry.at.isoformat(),
        "entry": _named(each.entry),
        "on_its_way": [
            {
                "send": str(one.send_id),
                "ended": one.ended,
                "reason": one.reason,
                "entry": _named(one.entry) if one.entry else None,
            }
            for one in flown
        ],
    }


def _named(entry: AuditEntry) -> dict[str, Any]:
    return {"seq": entry.seq, "hash": entry.hash.hex()}
