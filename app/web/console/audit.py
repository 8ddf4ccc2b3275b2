"""The log as its owner reads it: a sentence for each act, all of them or those she picks."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query
from pydantic import ConfigDict, Field
from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.actions import log
from app.actions.log_kinds import KINDS
from app.actions.people import people_of
from app.actions.saying import say, together
from app.actions.undoing import can_be_undone
from app.locale.catalogues import N_
from app.web.console.frame import owner_page, pages, step
from app.web.cursors import Cursors
from app.web.deps import OwnerDesk
from app.web.languages import choose
from app.web.log_filter import LogFilter

router = pages()


class Wanted(LogFilter):
    """Which part of the log; `check` has the chain recomputed."""

    model_config = ConfigDict(extra="ignore")  # the language switch and notices stand in the address too

    after: str = Field(default="", max_length=400)
    check: bool = False


@router.get("/owner/mailboxes/{mailbox_id:uuid}/audit")
async def see_log(request: Request, desk: OwnerDesk, wanted: Annotated[Wanted, Query()]) -> HTMLResponse:
    """Show who did what, newest first."""
    cursors = Cursors.at(desk, wanted.name)
    before = cursors.opened(wanted.after)
    found = await log.read_log(desk, wanted.asked(desk.mailbox.zone), before=int(before) if before else None)
    gettext = choose(request).gettext
    return owner_page(
        request,
        desk,
        "console/audit.html",
        step(request, N_("Log")),
        tab="audit",
        entries=[(entry, say(entry, found.names, gettext)) for entry in together(found.entries)],
        can_be_undone=can_be_undone,
        undone=found.undone,
        recipients=found.recipients,
        people=await people_of(desk),
        kinds=KINDS,
        wanted=wanted,
        query=urlencode(wanted.query),
        older=cursors.sealed(str(found.before or "")),
        checked=wanted.check,
        first_bad=await log.verify(desk) if wanted.check else None,
    )
