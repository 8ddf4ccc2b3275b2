"""The audit as its owner's programs read it: entries in order, and whether the chain is whole."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.requests import Request

from app.actions import log
from app.actions.saying import say
from app.locale.catalogues import Language
from app.models.audit import AuditEntry
from app.web.api.shapes import Shape
from app.web.cursors import Cursors
from app.web.deps import OwnerDesk
from app.web.languages import choose

router = APIRouter(prefix="/mailboxes/{mailbox_id:uuid}/audit", tags=["audit"])


class Entry(Shape):
    """Who did what, and how it ended. An act has two entries, `begin` and `end` (which names the first in `begins`)."""

    seq: int
    at: datetime
    phase: str
    begins: int | None
    actor_kind: str
    actor_id: UUID | None
    key_id: UUID | None = Field(description="The key of the program that acted for the assistant, if one did.")
    surface: str
    action: str
    decision: str
    reason: str
    outcome: str
    grant_id: UUID | None
    grant_version: int | None
    subject_kind: str
    subject_id: UUID | None
    labels_before: list[str]
    labels_after: list[str]
    request_id: str
    hash: str = Field(description="SHA-256 over this entry and the hash of the one before (hex).")
    sentence: str

    @classmethod
    def of(cls, row: AuditEntry, names: dict[UUID, str], language: Language) -> Entry:
        """Return an entry with its sentence, without the provider's ids."""
        plain = {name: getattr(row, name) for name in cls.model_fields if name not in ("hash", "sentence")}
        return cls(**plain, hash=row.hash.hex(), sentence=say(row, names, language.gettext))


class Log(Shape):
    """A part of the audit, newest first."""

    entries: list[Entry]
    cursor: str


class Wanted(Shape):
    """Which entries; `actor` picks those of one person."""

    actor: UUID | None = None
    cursor: str = Field(default="", max_length=400)
    lang: str = Field(default="", max_length=10, description="Of the sentences: es, fr or en; else the caller's own.")


class Verification(Shape):
    """`first_bad` is the number of the first entry that is wrong or missing, null if the chain is whole."""

    whole: bool
    first_bad: int | None


@router.get("", summary="Read the audit")
async def read_audit(request: Request, desk: OwnerDesk, wanted: Annotated[Wanted, Query()]) -> Log:
    """Return up to 100 entries, newest first."""
    cursors = Cursors.at(desk, f"audit {wanted.actor}")
    before = cursors.opened(wanted.cursor)
    found = await log.read_log(desk, before=int(before) if before else None, actor_id=wanted.actor)
    return Log(
        entries=[Entry.of(row, found.names, choose(request)) for row in found.entries],
        cursor=cursors.sealed(str(found.before or "")),
    )


@router.get("/verification", summary="Verify the chain")
async def verify_audit(desk: OwnerDesk) -> Verification:
    """Recompute the chain from its first entry."""
    first_bad = await log.verify(desk)
    return Verification(whole=first_bad is None, first_bad=first_bad)
