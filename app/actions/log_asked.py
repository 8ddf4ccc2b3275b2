"""What is asked of the audit, and which entries these are for whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from app.access.decide import Kind
from app.actions.desk import Desk
from app.actions.log_kinds import KINDS, NAMED, OTHER
from app.models.audit import AuditEntry
from app.models.mailbox import KnownMessage, Mailbox


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which entries: of one person, of a kind (a key of `KINDS`), refused ones, of a time, about one message."""

    actor_id: UUID | None = None
    kind: str = ""
    refused: bool = False
    since: datetime | None = None
    until: datetime | None = None
    message_id: UUID | None = None


EVERYTHING = Asked()
NOT_THERE = ("private", "not_covered")  # why something is not there for whoever asked: not even the refusal is told


def matching(desk: Desk, asked: Asked) -> SelectOfScalar[AuditEntry]:
    """Return the query for the entries that are asked for and that this desk may read, in no order."""
    tests: list[ColumnElement[bool]] = [col(AuditEntry.mailbox_id) == desk.mailbox.id]
    if desk.actor.kind is not Kind.OWNER:
        tests += _for_herself(desk)
    if asked.actor_id:
        tests.append(col(AuditEntry.actor_id) == asked.actor_id)
    if asked.kind == OTHER:
        tests.append(col(AuditEntry.action).not_in(NAMED))
    elif asked.kind:
        tests.append(col(AuditEntry.action).in_(KINDS[asked.kind].actions))
    if asked.refused:
        tests.append(col(AuditEntry.decision) != "allow")
    if asked.since:
        tests.append(col(AuditEntry.at) >= asked.since)
    if asked.until:
        tests.append(col(AuditEntry.at) < asked.until)
    if asked.message_id:
        tests.append(_about(desk, asked.message_id))
    return select(AuditEntry).where(*tests)


def _about(desk: Desk, message_id: UUID) -> ColumnElement[bool]:
    """Say which entries are about a message: itself, its drafts and what was sent of them."""
    its = select(KnownMessage.provider_id).where(
        col(KnownMessage.mailbox_id) == desk.mailbox.id, col(KnownMessage.id) == message_id
    )
    return or_(col(AuditEntry.subject_id) == message_id, col(AuditEntry.provider_message).in_(its))


def _for_herself(desk: Desk) -> list[ColumnElement[bool]]:
    return [
        col(AuditEntry.actor_id) == desk.actor.person_id,
        col(AuditEntry.reason).not_in(NOT_THERE),
        col(AuditEntry.provider_message).not_in(_perhaps_private(desk)),
    ]


def _perhaps_private(desk: Desk) -> SelectOfScalar[str]:
    """Return the query for messages that are private, or were judged before the owner last said what is."""
    rules_now = select(Mailbox.senders_version).where(col(Mailbox.id) == desk.mailbox.id).scalar_subquery()
    return select(KnownMessage.provider_id).where(
        col(KnownMessage.mailbox_id) == desk.mailbox.id,
        or_(col(KnownMessage.private) != "", col(KnownMessage.senders_version) != rules_now),
    )
