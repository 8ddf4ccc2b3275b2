"""What the owner says to a draft instead of yes: other words, no, or nothing any more since it is gone."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.actions.decline import decline
from app.actions.discard import take_off
from app.actions.send_back import send_back
from app.errors import BadRequest
from app.web.console.approve_page import ReturnForm, approve_page
from app.web.console.frame import pages, to_owner
from app.web.deps import OwnerDesk
from app.web.flash import Flash
from app.web.forms import PostForm

router = pages()
PATH = "/owner/mailboxes/{mailbox_id:uuid}"


@router.post(PATH + "/drafts/{draft_id:uuid}/return")
async def return_draft(
    request: Request, desk: OwnerDesk, draft_id: UUID, form: Annotated[ReturnForm, Form()]
) -> Response:
    """Send a draft back to its writer, with a word of what should be different; without one, ask for it."""
    try:
        await send_back(desk, draft_id, form.word)
    except BadRequest as wrong:
        return await approve_page(request, desk, draft_id, word=form.word, wrong=wrong)
    return to_owner(request, desk, "/approvals", Flash.SENT_BACK)


@router.post(PATH + "/drafts/{draft_id:uuid}/refusal")
async def decline_draft(
    request: Request, desk: OwnerDesk, draft_id: UUID, _form: Annotated[PostForm, Form()]
) -> RedirectResponse:
    """Say no: what was scheduled of it is cancelled, the draft stays in the mailbox."""
    await decline(desk, draft_id)
    return to_owner(request, desk, "/approvals", Flash.DECLINED)


@router.post(PATH + "/drafts/{draft_id:uuid}/removal")
async def remove_draft(
    request: Request, desk: OwnerDesk, draft_id: UUID, _form: Annotated[PostForm, Form()]
) -> RedirectResponse:
    """Take a draft that is gone off the list; what is in the mailbox still is left alone."""
    await take_off(desk, draft_id)
    return to_owner(request, desk, "/approvals", Flash.TAKEN_OFF)
