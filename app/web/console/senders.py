"""What stays private: the preview of the owner's real mail, and the list of private senders."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Form
from pydantic import Field
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.actions import preview, private
from app.actions.desk import Desk
from app.errors import BadRequest
from app.locale.catalogues import N_
from app.web.console.frame import owner_page, pages, said, step, to_owner
from app.web.deps import OwnerDesk
from app.web.flash import Flash
from app.web.forms import PostForm

router = pages()

# Why a message is private, as a heading over examples.
BECAUSE = {
    "sender": N_("From or to somebody on your private list"),
    "security": N_("Sign-in codes, password resets and the like"),
    "thread": N_("In one conversation with private mail"),
    "deskhand": N_("What Deskhand writes to you"),
}


class MarkForm(PostForm):
    """A sender and what the owner says of it; `back` is the page the form stands on."""

    sender: str = Field(default="", max_length=400)
    private: Literal["yes", "no"] = "yes"
    back: Literal["senders", "preview"] = "senders"


@router.get("/owner/mailboxes/{mailbox_id:uuid}/preview")
async def see_preview(request: Request, desk: OwnerDesk) -> HTMLResponse:
    """Show what an assistant would see of the newest mail, and what not."""
    found = await preview.preview(desk)
    crumb = step(request, N_("What assistants see"))
    return owner_page(request, desk, "console/preview.html", crumb, tab="preview", preview=found, because=BECAUSE)


@router.get("/owner/mailboxes/{mailbox_id:uuid}/senders")
async def see_senders(request: Request, desk: OwnerDesk) -> HTMLResponse:
    """Show the list of private senders."""
    return await _senders_page(request, desk)


@router.post("/owner/mailboxes/{mailbox_id:uuid}/senders")
async def mark_sender(request: Request, desk: OwnerDesk, form: Annotated[MarkForm, Form()]) -> Response:
    """Mark a sender as private, or as never private."""
    try:
        await private.mark_sender(desk, form.sender, private=form.private == "yes")
    except BadRequest as wrong:
        return await _senders_page(request, desk, wrong=wrong, typed=form.sender)
    return to_owner(request, desk, f"/{form.back}", Flash.MARKED)


@router.post("/owner/mailboxes/{mailbox_id:uuid}/senders/{rule_id:uuid}/removal")
async def unmark_sender(
    request: Request, desk: OwnerDesk, rule_id: UUID, _form: Annotated[PostForm, Form()]
) -> RedirectResponse:
    """Take a sender off the list."""
    await private.unmark_sender(desk, rule_id)
    return to_owner(request, desk, "/senders", Flash.UNMARKED)


async def _senders_page(
    request: Request, desk: Desk, *, wrong: BadRequest | None = None, typed: str = ""
) -> HTMLResponse:
    return owner_page(
        request,
        desk,
        "console/senders.html",
        step(request, N_("Private senders")),
        status=wrong.status if wrong else 200,
        tab="senders",
        rules=await private.marked_senders(desk),
        wrong=said(request, wrong),
        typed=typed,
    )
