"""An assistant's own hand-over notes: what somebody has to know who stands in for her here."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form
from pydantic import Field
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.actions import handover, handovers
from app.actions.desk import Desk
from app.errors import BadRequest
from app.locale.catalogues import N_
from app.web.console.frame import assistant_page, pages, said, step, to_assistant
from app.web.console.rights import rights_at
from app.web.deps import AssistantDesk
from app.web.flash import Flash
from app.web.forms import PostForm
from app.web.kept import forget_typed, typed_at

router = pages()
PATH = "/assistant/mailboxes/{mailbox_id:uuid}/handover"


class NotesForm(PostForm):
    """Notes as they were typed."""

    text: str = Field(default="", max_length=4 * handover.MOST)


@router.get(PATH)
async def own_notes(request: Request, desk: AssistantDesk) -> HTMLResponse:
    """Show an assistant's own notes."""
    kept = typed_at(request, desk, NotesForm)
    response = await _page(request, desk, text=kept.text if kept else None)
    forget_typed(request, response)
    return response


@router.post(PATH)
async def keep_notes(request: Request, desk: AssistantDesk, form: Annotated[NotesForm, Form()]) -> Response:
    """Keep what was typed in the place of what was there."""
    try:
        await handover.write_handover(desk, form.text)
    except BadRequest as wrong:
        return await _page(request, desk, text=form.text, wrong=wrong)
    return to_assistant(request, desk, "/handover", Flash.SAVED)


async def _page(
    request: Request, desk: Desk, *, text: str | None = None, wrong: BadRequest | None = None
) -> HTMLResponse:
    """Return the page; `text` is what was typed and could not be kept."""
    rights = await rights_at(desk)
    kept = await handovers.own_handover(desk) if text is None and not rights.shut else ""
    return assistant_page(
        request,
        desk,
        "console/handover.html",
        step(request, N_("Hand-over notes")),
        status=wrong.status if wrong else 200,
        tab="handover",
        rights=rights,
        text=text or kept,
        again=text is not None and wrong is None,
        most=handover.MOST,
        wrong=said(request, wrong),
    )
