"""Who has access to the owner's mailbox: since when, until when, used last, and what nobody uses ended by ticks."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form
from pydantic import Field
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.actions import review
from app.actions.desk import Desk
from app.errors import BadRequest
from app.locale.catalogues import N_
from app.web.console import terms
from app.web.console.frame import owner_page, pages, said, step, to_owner
from app.web.console.standing import grant_state
from app.web.deps import OwnerDesk
from app.web.flash import Flash
from app.web.forms import PostForm
from app.web.languages import choose
from app.web.review_file import as_file

router = pages()
PATH = "/owner/mailboxes/{mailbox_id:uuid}/review"
REMARKS = {
    "over": N_("its last day is past"),
    "expiring": N_("ends within 14 days"),
    "never_used": N_("never used"),
    "unused": N_("not used for 30 days"),
}


class ReviewForm(PostForm):
    """Which of the unused accesses are to end."""

    end: list[UUID] = Field(default_factory=list, max_length=500)


@router.get(PATH)
async def see_review(request: Request, desk: OwnerDesk) -> HTMLResponse:
    """Show everybody who has access."""
    return await _page(request, desk)


@router.post(PATH)
async def note_review(request: Request, desk: OwnerDesk, form: Annotated[ReviewForm, Form()]) -> Response:
    """Note the review, and end what was ticked."""
    try:
        await review.note_review(desk, form.end)
    except BadRequest as wrong:
        return await _page(request, desk, wrong=wrong)
    return to_owner(request, desk, "/review", Flash.REVIEWED)


@router.get(PATH + "/table")
async def save_review(desk: OwnerDesk) -> Response:
    """Return the review as a table for a spreadsheet."""
    return as_file(await review.review(desk))


async def _page(request: Request, desk: Desk, *, wrong: BadRequest | None = None) -> HTMLResponse:
    language = choose(request)
    listed = await review.review(desk)
    return owner_page(
        request,
        desk,
        "console/review.html",
        step(request, N_("Who has access")),
        status=wrong.status if wrong else 200,
        wrong=said(request, wrong),
        tab="review",
        listed=listed,
        rights={each.grant.id: terms.sentences(language, each.grant.scopes) for each in listed},
        unused=[each for each in listed if each.unused],
        remarks=REMARKS,
        state_of=grant_state,
    )
