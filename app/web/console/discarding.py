"""A draft that its writer throws away: asked once more, since Deskhand cannot bring it back."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from app.actions.discard import discard_draft
from app.actions.standing import standing_of
from app.locale.catalogues import N_
from app.web.console.draft_gone import gone_page, seen_unless_gone
from app.web.console.frame import assistant_page, assistant_path, pages, step, to_assistant
from app.web.deps import AssistantDesk
from app.web.flash import Flash
from app.web.forms import PostForm

router = pages()
PATH = "/assistant/mailboxes/{mailbox_id:uuid}/drafts/{draft_id:uuid}/removal"


@router.get(PATH)
async def before_discarding(request: Request, desk: AssistantDesk, draft_id: UUID) -> HTMLResponse:
    """Ask once more, naming what it is about, to whom it goes, and its hour."""
    seen = await seen_unless_gone(desk, draft_id)
    if seen is None:
        return gone_page(request, desk, draft_id)
    return assistant_page(
        request,
        desk,
        "console/discard.html",
        step(request, N_("Drafts"), assistant_path(desk, "/drafts")),
        step(request, N_("A draft"), assistant_path(desk, f"/drafts/{draft_id}")),
        step(request, N_("Throw away")),
        tab="drafts",
        row=seen.row,
        message=seen.draft.message,
        send=(await standing_of(desk, seen.row)).send,
    )


@router.post(PATH)
async def discard(
    request: Request, desk: AssistantDesk, draft_id: UUID, _form: Annotated[PostForm, Form()]
) -> RedirectResponse:
    """Throw a draft away."""
    await discard_draft(desk, draft_id)
    return to_assistant(request, desk, "/drafts", Flash.DISCARDED)
