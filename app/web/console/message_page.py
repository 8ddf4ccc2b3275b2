"""The page of one message as an assistant works on it, with what of a form could not be taken."""

from __future__ import annotations

import secrets
from uuid import UUID

from pydantic import Field
from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.actions import read
from app.actions.desk import Desk
from app.actions.headings import heading_of
from app.web.console.frame import assistant_page, here
from app.web.console.rights import rights_at
from app.web.console.words import MOST
from app.web.forms import PostForm


class TextForm(PostForm):
    """The words of a reply; `key` makes a form that is sent twice write one draft."""

    text: str = Field(default="", max_length=MOST)
    key: str = Field(default="", max_length=40)


class LabelsForm(PostForm):
    """The labels ticked now, those that were ticked when the page was shown, and one to be made."""

    labels: list[str] = Field(default_factory=list, max_length=500)
    had: list[str] = Field(default_factory=list, max_length=500)
    new: str = Field(default="", max_length=225)


async def message_page(
    request: Request,
    desk: Desk,
    message_id: UUID,
    *,
    view: str = "html",
    typed: str = "",
    again: bool = False,
    wrong: str = "",
    labelling: LabelsForm | None = None,
    wrong_label: str = "",
    undo: int | None = None,
) -> HTMLResponse:
    """Return the page of a message; without the right to read, its headers alone.

    `typed` is a reply and `labelling` are labels that were not taken, the reply `again` for want of a sign-in;
    `undo` is the number of the entry that can be taken back from here.
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
        status=400 if wrong or wrong_label else 200,
        rights=rights,
        message_id=message_id,
        message=message,
        content=content,
        thread=[each for each in thread if each.id != message_id],
        labels=labels if rights.may("label") else (),
        ticked=labelling.labels if labelling else message.labels,
        new_label=labelling.new if labelling else "",
        wrong_label=wrong_label,
        view=view,
        key=secrets.token_urlsafe(12),
        typed=typed,
        again=again,
        wrong=wrong,
        undo=undo,
    )
