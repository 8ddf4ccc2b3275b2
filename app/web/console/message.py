"""One message as an assistant works on it: read, labelled, archived, put into the trash and back."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Form
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.actions import label, move
from app.actions.open_attachment import open_attachment as opened_attachment
from app.actions.undoing import newest_to_undo
from app.errors import BadRequest, ProviderRefused
from app.web.console.frame import pages, said, to_assistant
from app.web.console.message_page import LabelsForm, TextForm, message_page
from app.web.deps import AssistantDesk
from app.web.downloads import as_download
from app.web.flash import Flash
from app.web.forms import PostForm
from app.web.kept import forget_typed, typed_at

router = pages()
PATH = "/assistant/mailboxes/{mailbox_id:uuid}/messages/{message_id:uuid}"

MOVES = {"archive": (move.archive, Flash.ARCHIVED), "trash": (move.trash, Flash.TRASHED)}


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
    kept = typed_at(request, desk, TextForm)
    typed = kept.text if kept else ""
    response = await message_page(request, desk, message_id, view=view, undo=undo, typed=typed, again=bool(kept))
    forget_typed(request, response)
    return response


@router.get(PATH + "/attachments/{number:int}")
async def open_attachment(desk: AssistantDesk, message_id: UUID, number: int) -> Response:
    """Return an attachment, for saving."""
    attachment, content = await opened_attachment(desk, message_id, number)
    return as_download(attachment.name, content)


@router.post(PATH + "/labels")
async def change_labels(
    request: Request, desk: AssistantDesk, message_id: UUID, form: Annotated[LabelsForm, Form()]
) -> Response:
    """Put on what was ticked and take off what was unticked; a name that no label can bear stays in the form."""
    ticked = {*form.labels, *([form.new] if form.new.strip() else [])}
    add, remove = ticked - set(form.had), set(form.had) - ticked
    at = f"/messages/{message_id}"
    if not add | remove:
        return to_assistant(request, desk, at)
    try:
        await label.label(desk, message_id, add=add, remove=remove)
    except (BadRequest, ProviderRefused) as wrong:
        return await message_page(request, desk, message_id, labelling=form, wrong_label=said(request, wrong))
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
