"""Drafts as an assistant writes them: into the owner's mailbox, and changed there."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.requests import Request
from starlette.responses import Response

from app.actions import draft
from app.errors import BadRequest
from app.web.console.draft_page import draft_page
from app.web.console.frame import pages, said, to_assistant
from app.web.console.hour_choice import Asked
from app.web.console.hours import HourForm
from app.web.console.message_page import TextForm, message_page
from app.web.console.words import NOT_SAVED
from app.web.deps import AssistantDesk
from app.web.flash import Flash
from app.web.repeats import repeated_draft, same_id

router = pages()
PATH = "/assistant/mailboxes/{mailbox_id:uuid}"


@router.post(PATH + "/messages/{message_id:uuid}/draft")
async def write(request: Request, desk: AssistantDesk, message_id: UUID, form: Annotated[TextForm, Form()]) -> Response:
    """Write a reply as a draft; what cannot be taken stays in the form."""
    draft_id = same_id(desk.mailbox.id, desk.actor.person_id, form.key, message_id, form.text)
    try:
        before = await repeated_draft(desk, draft_id) if draft_id else None
        seen = before or await draft.write_draft(desk, message_id, form.text, draft_id=draft_id)
    except BadRequest as wrong:
        return await message_page(request, desk, message_id, typed=form.text, wrong=said(request, wrong))
    return to_assistant(request, desk, f"/drafts/{seen.row.id}", Flash.DRAFTED)


@router.post(PATH + "/drafts/{draft_id:uuid}")
async def edit(request: Request, desk: AssistantDesk, draft_id: UUID, form: Annotated[HourForm, Form()]) -> Response:
    """Replace the words of a draft; the same words leave it and its approval as they are."""
    try:
        seen = await draft.edit_draft(desk, draft_id, form.text, sha256=form.digest)
    except NOT_SAVED as wrong:
        return await draft_page(request, desk, draft_id, typed=form.text, asked=Asked(hour=form), wrong=wrong)
    flash = Flash.SAME_WORDS if seen.unchanged else Flash.EDITED
    return to_assistant(request, desk, f"/drafts/{draft_id}", flash)
