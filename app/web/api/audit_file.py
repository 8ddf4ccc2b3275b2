"""The audit as a file for its owner's programs, after a fresh sign-in."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import ConfigDict, Field
from starlette.requests import Request
from starlette.responses import StreamingResponse

from app.actions.export_log import begin_export
from app.actions.log_asked import EVERYTHING
from app.web.api.shapes import Shape
from app.web.deps import AtDesk, Fresh
from app.web.languages import choose
from app.web.log_files import Form, as_file
from app.web.log_filter import LogFilter

router = APIRouter(prefix="/mailboxes/{mailbox_id:uuid}/audit", tags=["audit"])


class FileWanted(LogFilter):
    """Which form: `json` is always the whole chain, `csv` has the entries that are asked for."""

    model_config = ConfigDict(extra="forbid")

    format: Form = "json"
    lang: str = Field(default="", max_length=10, description="Of the sentences: es, fr or en; else the caller's own.")


class ExportedEntry(Shape):
    """What an entry says (all that is hashed), its digest, and what a person reads of it."""

    said: dict[str, object]
    hash: str
    shown: dict[str, object]


class ExportedLog(Shape):
    """A whole chain, oldest entry first; `docs/audit-log.md` says how to recompute it."""

    format: str
    mailbox: UUID
    address: str
    end: dict[str, object]
    entries: list[ExportedEntry]


@router.get(
    "/export",
    summary="Take the audit out as a file",
    response_class=StreamingResponse,
    responses={
        200: {
            "model": ExportedLog,
            "content": {"text/csv": {"schema": {"type": "string"}}},
        }
    },
)
async def export_audit(
    request: Request, desk: AtDesk, _signed: Fresh, wanted: Annotated[FileWanted, Query()]
) -> StreamingResponse:
    """Return it as JSON, from which the chain can be recomputed, or as CSV. It needs a fresh sign-in of the owner."""
    asked = wanted.asked(desk.mailbox.zone) if wanted.format == "csv" else EVERYTHING
    return as_file(await begin_export(desk, wanted.format, asked), wanted.format, choose(request))
