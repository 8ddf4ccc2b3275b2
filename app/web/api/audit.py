"""The audit as programs read it: entries in order, whether the chain is whole, and undo."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import ConfigDict, Field
from starlette.requests import Request

from app.actions import log
from app.actions.saying import say
from app.actions.undo import undo
from app.actions.undoing import can_be_undone
from app.locale.catalogues import Language
from app.models.audit import AuditEntry
from app.web.api.shapes import Message, Shape
from app.web.cursors import Cursors
from app.web.deps import AtDesk, OwnerDesk
from app.web.languages import choose
from app.web.log_filter import LogFilter

router = APIRouter(prefix="/mailboxes/{mailbox_id:uuid}/audit", tags=["audit"])


class Entry(Shape):
    """Who did what, and how it ended. An act has two entries, `begin` and `end` (which names the first in `begins`).

    A refusal that came again within a minute has one entry for all `times`. `undoes` names the entry of an act that
    this one took back.
    """

    seq: int
    at: datetime
    phase: str
    begins: int | None
    actor_kind: str
    actor_id: UUID | None
    key_id: UUID | None = Field(description="The key of the program that acted for the assistant, if one did.")
    surface: str
    login_id: UUID | None
    action: str
    decision: str
    reason: str
    outcome: str
    error_code: str
    grant_id: UUID | None
    grant_version: int | None
    approval_id: UUID | None
    template_id: UUID | None
    template_version: int | None
    subject_kind: str
    subject_id: UUID | None
    labels_before: list[str]
    labels_after: list[str]
    undoes: int | None
    times: int | None
    since: datetime | None
    request_id: str
    hash: str = Field(description="SHA-256 over this entry and the hash of the one before (hex).")
    recipients: list[str] = Field(description="Addresses a letter is for; for the owner alone.")
    can_be_undone: bool = Field(description="Whether `PUT …/audit/{seq}/reversal` can take it back.")
    undone: bool
    sentence: str

    @classmethod
    def of(cls, row: AuditEntry, found: log.LogPage, language: Language) -> Entry:
        """Return an entry with its sentence, without the provider's ids."""
        shown: dict[str, Any] = {
            "hash": row.hash.hex(),
            "recipients": list(found.recipients.get(row.seq, ())),
            "can_be_undone": can_be_undone(row) and row.seq not in found.undone,
            "undone": row.seq in found.undone,
            "sentence": say(row, found.names, language.gettext),
        }
        return cls(**{name: getattr(row, name) for name in cls.model_fields if name not in shown}, **shown)


class Log(Shape):
    """A part of the audit, newest first."""

    entries: list[Entry]
    cursor: str


class Wanted(LogFilter):
    """Which entries; `actor` picks those of one person, `since` and `until` are days in the mailbox's zone."""

    model_config = ConfigDict(extra="forbid")

    cursor: str = Field(default="", max_length=400)
    lang: str = Field(default="", max_length=10, description="Of the sentences: es, fr or en; else the caller's own.")


class Verification(Shape):
    """`first_bad` is the number of the first entry that is wrong or missing, null if the chain is whole."""

    whole: bool
    first_bad: int | None


@router.get("", summary="Read the audit")
async def read_audit(request: Request, desk: AtDesk, wanted: Annotated[Wanted, Query()]) -> Log:
    """Return up to 100 entries, newest first: all to the owner, to an assistant those of her own acts."""
    cursors = Cursors.at(desk, wanted.name)
    before = cursors.opened(wanted.cursor)
    found = await log.read_log(desk, wanted.asked(desk.mailbox.zone), before=int(before) if before else None)
    return Log(
        entries=[Entry.of(row, found, choose(request)) for row in found.entries],
        cursor=cursors.sealed(str(found.before or "")),
    )


@router.get("/verification", summary="Verify the chain")
async def verify_audit(desk: OwnerDesk) -> Verification:
    """Recompute the chain from its first entry."""
    first_bad = await log.verify(desk)
    return Verification(whole=first_bad is None, first_bad=first_bad)


@router.put("/{number:int}/reversal", summary="Undo an act")
async def undo_act(desk: AtDesk, number: int) -> Message:
    """Take back a change of labels or a move, by the number of its closing entry; return the message as it is then."""
    return Message.of(await undo(desk, number))
