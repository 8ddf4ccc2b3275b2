"""An assistant's drafts: the list of those that wait, and each as it stands in the mailbox."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.actions.best_time import best_time
from app.actions.headings import headings
from app.actions.open_drafts import open_drafts
from app.errors import MessageGone
from app.locale.catalogues import N_
from app.web.console.draft_page import draft_page
from app.web.console.frame import assistant_page, pages, step
from app.web.console.hour_choice import Asked
from app.web.console.hours import HourForm
from app.web.deps import AssistantDesk
from app.web.kept import forget_typed, typed_at

router = pages()
PATH = "/assistant/mailboxes/{mailbox_id:uuid}"


@router.get(PATH + "/drafts")
async def own_drafts(request: Request, desk: AssistantDesk) -> HTMLResponse:
    """Show the drafts that wait."""
    rows = await open_drafts(desk)
    crumb = step(request, N_("Drafts"))
    found = await headings(desk, rows)
    return assistant_page(request, desk, "console/drafts.html", crumb, tab="drafts", rows=rows, headings=found)


@router.get(PATH + "/drafts/{draft_id:uuid}")
async def see_draft(request: Request, desk: AssistantDesk, draft_id: UUID) -> HTMLResponse:
    """Show a draft as it stands in the mailbox, its words to be changed and its hour to be set."""
    kept = typed_at(request, desk, HourForm)
    asked, typed = Asked(hour=kept), kept.typed if kept else ""
    response = await draft_page(request, desk, draft_id, typed=typed, asked=asked, again=bool(kept))
    forget_typed(request, response)
    return response


@router.post(PATH + "/drafts/{draft_id:uuid}/best")
async def see_best_time(
    request: Request, desk: AssistantDesk, draft_id: UUID, form: Annotated[HourForm, Form()]
) -> HTMLResponse:
    """Show the draft with the moment that its reader's own letters speak for; what was typed stays in the page."""
    best = None
    with suppress(MessageGone):  # the page says so
        best = await best_time(desk, draft_id)
    return await draft_page(request, desk, draft_id, typed=form.typed, asked=Asked(hour=form, best=best))
