"""Undo, beside the sentence of the log that it takes back, and right after an assistant's act."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form
from starlette.requests import Request
from starlette.responses import RedirectResponse

from app.actions.undo import undo
from app.web.console.frame import pages, to_assistant, to_owner
from app.web.deps import AssistantDesk, OwnerDesk
from app.web.flash import Flash
from app.web.forms import PostForm

router = pages()


@router.post("/owner/mailboxes/{mailbox_id:uuid}/audit/{number:int}/undo")
async def take_back(
    request: Request, desk: OwnerDesk, number: int, _form: Annotated[PostForm, Form()]
) -> RedirectResponse:
    """Undo what an entry says was done to a message."""
    await undo(desk, number)
    return to_owner(request, desk, "/audit", Flash.UNDONE)


@router.post("/assistant/mailboxes/{mailbox_id:uuid}/audit/{number:int}/undo")
async def take_own_back(
    request: Request, desk: AssistantDesk, number: int, _form: Annotated[PostForm, Form()]
) -> RedirectResponse:
    """Undo what one has just done to a message oneself, and show the message."""
    seen = await undo(desk, number)
    return to_assistant(request, desk, f"/messages/{seen.id}", Flash.UNDONE)
