"""The log as its owner reads it: a sentence for each act, by person, and whether nothing is missing."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field, field_validator
from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.actions import log
from app.actions.people import people_of
from app.actions.saying import say, together
from app.locale.catalogues import N_
from app.web.console.frame import owner_page, pages, step
from app.web.cursors import Cursors
from app.web.deps import OwnerDesk
from app.web.languages import choose

router = pages()


class Wanted(BaseModel):
    """Which part of the log; `who` picks one person, `check` has the chain recomputed."""

    model_config = ConfigDict(extra="ignore")  # the language switch and notices stand in the address too

    who: UUID | None = None
    after: str = Field(default="", max_length=400)
    check: bool = False

    @field_validator("who", mode="before")
    @classmethod
    def _everybody(cls, given: object) -> object:
        return given or None


@router.get("/owner/mailboxes/{mailbox_id:uuid}/audit")
async def see_log(request: Request, desk: OwnerDesk, wanted: Annotated[Wanted, Query()]) -> HTMLResponse:
    """Show who did what, newest first."""
    cursors = Cursors.at(desk, f"log {wanted.who}")
    before = cursors.opened(wanted.after)
    found = await log.read_log(desk, before=int(before) if before else None, actor_id=wanted.who)
    gettext = choose(request).gettext
    return owner_page(
        request,
        desk,
        "console/audit.html",
        step(request, N_("Log")),
        tab="audit",
        entries=[(entry, say(entry, found.names, gettext)) for entry in together(found.entries)],
        people=await people_of(desk),
        who=wanted.who,
        older=cursors.sealed(str(found.before or "")),
        checked=wanted.check,
        first_bad=await log.verify(desk) if wanted.check else None,
    )
