"""Scheduled sends: what waits for its hour, what is held and why, and how the last ones ended."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Form
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from app.actions import schedule
from app.actions.desk import Desk
from app.actions.headings import drafts_of, headings
from app.actions.people import people_of
from app.locale.catalogues import N_
from app.web.console.frame import assistant_page, owner_page, pages, step, to_assistant, to_owner
from app.web.console.standing import to_do, why
from app.web.deps import AssistantDesk, OwnerDesk
from app.web.flash import Flash
from app.web.forms import PostForm

router = pages()
PATH = "/mailboxes/{mailbox_id:uuid}/scheduled"
SCHEDULED = N_("Scheduled replies")
LAST = 20


@router.get("/owner" + PATH)
async def owners_sends(request: Request, desk: OwnerDesk) -> HTMLResponse:
    """Show the owner everything that is to leave her mailbox."""
    crumb = step(request, SCHEDULED)
    return owner_page(request, desk, "console/scheduled.html", crumb, tab="scheduled", **await _sends(desk))


@router.get("/assistant" + PATH)
async def assistants_sends(request: Request, desk: AssistantDesk) -> HTMLResponse:
    """Show an assistant what she has scheduled."""
    crumb = step(request, SCHEDULED)
    found = await _sends(desk)
    return assistant_page(request, desk, "console/assistant_scheduled.html", crumb, tab="scheduled", **found)


@router.post("/owner" + PATH + "/{send_id:uuid}/cancellation")
async def owner_cancels(
    request: Request, desk: OwnerDesk, send_id: UUID, _form: Annotated[PostForm, Form()]
) -> RedirectResponse:
    """Take a send back."""
    await schedule.cancel(desk, send_id)
    return to_owner(request, desk, "/scheduled", Flash.CANCELLED)


@router.post("/assistant" + PATH + "/{send_id:uuid}/cancellation")
async def assistant_cancels(
    request: Request, desk: AssistantDesk, send_id: UUID, _form: Annotated[PostForm, Form()]
) -> RedirectResponse:
    """Take a send back."""
    await schedule.cancel(desk, send_id)
    return to_assistant(request, desk, "/scheduled", Flash.CANCELLED)


async def _sends(desk: Desk) -> dict[str, Any]:
    coming = await schedule.scheduled(desk)
    ended = (await schedule.part_of_scheduled(desk, size=LAST, ended=True)).rows
    drafts = await drafts_of(desk, [*coming, *ended])
    return {
        "coming": coming,
        "ended": ended,
        "drafts": drafts,
        "headings": await headings(desk, drafts.values()),
        "people": await people_of(desk),
        "why": why,
        "to_do": to_do,
    }
