"""One message as an assistant works on it: read, labelled, archived, put into the trash and back."""

from __future__ import annotations

import secrets
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Form
from pydantic import Field
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.actions import label, move, read
from app.actions.desk import Desk
from app.actions.headings import heading_of
from app.actions.undoing import newest_to_undo
from app.web.console.frame import assistant_page, here, pages, to_assistant
from app.web.console.rights import rights_at
from app.web.deps import AssistantDesk
from app.web.downloads import as_download
from app.web.flash import Flash
from app.web.forms import PostForm

router = pages()
PATH = "/assistant/mailboxes/{mailbox_id:uuid}/messages/{message_id:uuid}"

MOVES = {"archive": (move.archive, Flash.ARCHIVED), "trash": (move.trash, Flash.TRASHED)}


class LabelsForm(PostForm):
    """The labels ticked now, those that were ticked when the page was shown, and one to be made."""

    labels: list[str] = Field(default_factory=list, max_length=500)
    had: list[str] = Field(default_factory=list, max_length=500)
    new: str = Field(default="", max_length=225)


class MoveForm(PostForm):
    """Where a message goes."""

    to: Literal["archive", "trash", "inbox"]


@router.get(PATH)
async def see_message(
    request: Request,
    desk: AssistantDesk,
    message_id: UUID,
    view: Literal["html", "text"] = "html",
    changed: bool = False,
) -> HTMLResponse:
    """Show a message with what may be done with it, and how to undo what was `changed` just now."""
    undo = await newest_to_undo(desk, message_id) if changed else None
    return await message_page(request, desk, message_id, view=view, undo=undo)


@router.get(PATH + "/attachments/{number:int}")
async def open_attachment(desk: AssistantDesk, message_id: UUID, number: int) -> Response:
    """Return an attachment, for saving."""
    attachment, content = await read.open_attachment(desk, message_id, number)
    return as_download(attachment.name, content)


@router.post(PATH + "/labels")
async def change_labels(
    request: Request, desk: AssistantDesk, message_id: UUID, form: Annotated[LabelsForm, Form()]
) -> RedirectResponse:
    """Put on what was ticked and take off what was unticked."""
    ticked = {*form.labels, *([form.new] if form.new.strip() else [])}
    add, remove = ticked - set(form.had), set(form.had) - ticked
    at = f"/messages/{message_id}"
    if not add | remove:
        return to_assistant(request, desk, at)
    await label.label(desk, message_id, add=add, remove=remove)
    return to_assistant(request, desk, f"{at}?changed=true", Flash.LABELLED)


@router.post(PATH + "/folder")
async def move_message(
    request: Request, desk: AssistantDesk, message_id: UUID, form: Annotated[MoveForm, Form()]
) -> RedirectResponse:
    """Archive a message or put it into the trash, from where one press brings it back."""
    if form.to == "inbox":
        await move.restore(desk, message_id)
        return to_assistant(request, desk, f"/messages/{message_id}?changed=true", Flash.RESTORED)
    do, flash = MOVES[form.to]
    await do(desk, message_id)
    return to_assistant(request, desk, f"?undo={message_id}", flash)


async def message_page(
    request: Request,
    desk: Desk,
    message_id: UUID,
    *,
    view: str = "html",
    typed: str = "",
    wrong: str = "",
    undo: int | None = None,
) -> HTMLResponse:
    """Return the page of a message; without the right to read, its headers alone.

    `typed` is a reply not yet taken, `undo` the number of the entry that can be taken back from here.
    """
    rights = await rights_at(desk)
    if rights.may("mail.read") or rights.shut:
        reading = await read.read(desk, message_id)
        message, content, thread = reading.content.message, reading.content, reading.thread
        labels = reading.labels
    else:
        message, content, thread = (await heading_of(desk, message_id)).message, None, ()
        labels = sorted(message.labels)
    return assistant_page(
        request,
        desk,
        "console/message.html",
        here(message.subject),
        status=400 if wrong else 200,
        rights=rights,
        message_id=message_id,
        message=message,
        content=content,
        thread=[each for each in thread if each.id != message_id],
        labels=labels if rights.may("label") else (),
        view=view,
        key=secrets.token_urlsafe(12),
        typed=typed,
        wrong=wrong,
        undo=undo,
    )
