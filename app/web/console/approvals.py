"""What assistants have written and wait to send: read by the owner word for word, then approved."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form
from pydantic import Field
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.actions import approve
from app.actions.headings import headings
from app.actions.people import people_of
from app.errors import Conflict, MessageGone
from app.locale.catalogues import N_
from app.web.console.approve_page import ReturnForm, approve_page
from app.web.console.frame import owner_page, pages, step, to_owner
from app.web.deps import OwnerDesk
from app.web.flash import Flash
from app.web.forms import DraftForm
from app.web.kept import forget_typed, typed_at

router = pages()
PATH = "/owner/mailboxes/{mailbox_id:uuid}"


class ApprovalForm(DraftForm):
    """The text that was on the page: an approval names one."""

    sha256: str = Field(pattern="^[0-9a-f]{64}$")


@router.get(PATH + "/approvals")
async def see_waiting(request: Request, desk: OwnerDesk) -> HTMLResponse:
    """Show which drafts wait for the owner's word."""
    waiting = await approve.waiting_for_approval(desk)
    return owner_page(
        request,
        desk,
        "console/approvals.html",
        step(request, N_("Waiting for your approval")),
        tab="approvals",
        waiting=waiting,
        headings=await headings(desk, [row for row, _send in waiting]),
        people=await people_of(desk),
    )


@router.get(PATH + "/drafts/{draft_id:uuid}")
async def read_draft(request: Request, desk: OwnerDesk, draft_id: UUID) -> HTMLResponse:
    """Show a draft exactly as it stands in the mailbox, with its recipients and its hour."""
    kept = typed_at(request, desk, ReturnForm)
    response = await approve_page(request, desk, draft_id, word=kept.word if kept else "", again=bool(kept))
    forget_typed(request, response)
    return response


@router.post(PATH + "/drafts/{draft_id:uuid}/approval")
async def approve_draft(
    request: Request, desk: OwnerDesk, draft_id: UUID, form: Annotated[ApprovalForm, Form()]
) -> Response:
    """Approve exactly what was on the page; another text by now is shown first."""
    try:
        await approve.approve(desk, draft_id, sha256=bytes.fromhex(form.sha256))
    except Conflict:
        return to_owner(request, desk, f"/drafts/{draft_id}", Flash.CHANGED_MEANWHILE)
    except MessageGone:
        return to_owner(request, desk, f"/drafts/{draft_id}")  # which says so
    return to_owner(request, desk, "/approvals", Flash.APPROVED)
