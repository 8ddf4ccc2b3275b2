"""A draft that the owner sends back to its writer."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form
from pydantic import Field
from starlette.requests import Request
from starlette.responses import RedirectResponse

from app.actions.send_back import LONGEST_WORD, send_back
from app.web.console.frame import pages, to_owner
from app.web.deps import OwnerDesk
from app.web.flash import Flash
from app.web.forms import PostForm

router = pages()
PATH = "/owner/mailboxes/{mailbox_id:uuid}"


class ReturnForm(PostForm):
    """What should be different."""

    word: str = Field(default="", max_length=4 * LONGEST_WORD)


@router.post(PATH + "/drafts/{draft_id:uuid}/return")
async def return_draft(
    request: Request, desk: OwnerDesk, draft_id: UUID, form: Annotated[ReturnForm, Form()]
) -> RedirectResponse:
    """Send a draft back to its writer, with a word of what should be different."""
    await send_back(desk, draft_id, form.word)
    return to_owner(request, desk, "/approvals", Flash.SENT_BACK)
