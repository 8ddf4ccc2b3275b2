"""One member of a lead's team: notes for whoever stands in for her, and who that is."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.actions import handover
from app.errors import BadRequest, Conflict, Denied
from app.web.console.frame import pages
from app.web.console.handover import NotesForm
from app.web.console.member_page import PATH, member_page
from app.web.deps import LeadDesk
from app.web.flash import Flash
from app.web.render import go

router = pages()


@router.get(PATH)
async def see_member(request: Request, leading: LeadDesk, member_id: UUID) -> HTMLResponse:
    """Show what a lead can prepare for a member's absence."""
    return await member_page(request, leading, member_id)


@router.post(PATH + "/handover")
async def keep_notes(
    request: Request, leading: LeadDesk, member_id: UUID, form: Annotated[NotesForm, Form()]
) -> Response:
    """Keep what the lead has written for whoever stands in."""
    try:
        await handover.write_lead_notes(leading, member_id, form.text)
    except (BadRequest, Conflict, Denied) as wrong:
        return await member_page(request, leading, member_id, notes=form.text, wrong=wrong)
    return go(request, f"/team/{leading.access.id}/members/{member_id}", Flash.SAVED)
