"""The log as a file for its owner, after a fresh sign-in."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import ConfigDict
from starlette.requests import Request
from starlette.responses import StreamingResponse

from app.actions.export_log import begin_export
from app.actions.log_asked import EVERYTHING
from app.web.console.frame import pages
from app.web.deps import Fresh, OwnerDesk
from app.web.languages import choose
from app.web.log_files import Form, as_file
from app.web.log_filter import LogFilter

router = pages()


class FileWanted(LogFilter):
    """Which entries, in which form."""

    model_config = ConfigDict(extra="ignore")

    form: Form = "csv"


@router.get("/owner/mailboxes/{mailbox_id:uuid}/audit/export")
async def take_out(
    request: Request, desk: OwnerDesk, _signed: Fresh, wanted: Annotated[FileWanted, Query()]
) -> StreamingResponse:
    """Return the log as a file to save; as JSON it is always the whole chain."""
    asked = wanted.asked(desk.mailbox.zone) if wanted.form == "csv" else EVERYTHING
    return as_file(await begin_export(desk, wanted.form, asked), wanted.form, choose(request))
