"""A draft that the owner sends back to its writer."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.requests import Request
from starlette.responses import Response

from app.actions.send_back import send_back
from app.errors import BadRequest
from app.web.console.approve_page import ReturnForm, approve_page
from app.web.console.frame import pages, to_owner
from app.web.deps import OwnerDesk
from app.web.flash import Flash

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
