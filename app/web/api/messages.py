"""Messages of a mailbox: listed, read, labelled, moved; what is private is not there for an assistant."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from app.actions import label, list_messages, move, read, search
from app.actions.listed import SeenMessage
from app.actions.open_attachment import open_attachment as opened_attachment
from app.providers.base import Folder, Listing
from app.web.api.shapes import Attachment, Message, Shape, attachments
from app.web.cursors import OF_MESSAGES, Cursors
from app.web.downloads import as_download
from app.web.programs import WorkDesk

router = APIRouter(prefix="/mailboxes/{mailbox_id:uuid}", tags=["messages"])

LabelName = Annotated[str, Field(max_length=225)]
MOVES = {"archive": move.archive, "inbox": move.restore, "trash": move.trash}


class MessagePage(Shape):
    """A part of a list; `cursor` asks for the next and is empty at the end."""

    messages: list[Message]
    cursor: str


class Body(Shape):
    """A message to read. `html` is sanitised: no scripts, forms, styles, pictures or frames."""

    message: Message
    text: str
    html: str
    readable: bool = Field(description="False where the content is broken or hostile: open it in the mailbox.")
    attachments: list[Attachment]
    thread: list[Message] = Field(description="The conversation without bodies, oldest first.")


class LabelChange(Shape):
    """Labels by name; those that are missing are made."""

    add: list[LabelName] = Field(default_factory=list, max_length=20)
    remove: list[LabelName] = Field(default_factory=list, max_length=20)


class Place(Shape):
    """Where a message is to lie."""

    folder: Literal["archive", "inbox", "trash"]


class Listed(Shape):
    """Which messages, newest first; without `folder` all but spam and trash."""

    folder: Folder | None = None
    label: str = Field(default="", max_length=225)
    unread: bool = False
    search: str = Field(
        default="", max_length=200, description="Words that all have to be found; not in spam. Needs `mail.read`."
    )
    size: int = Field(default=50, ge=1, le=100)
    cursor: str = Field(default="", max_length=8000)

    @property
    def name(self) -> str:
        """Name this very list, so that its cursors fit no other."""
        return f"messages {self.folder} {self.unread} {self.label!r} {self.search!r}"


@router.get("/messages", summary="List messages")
async def get_messages(desk: WorkDesk, listed: Annotated[Listed, Query()]) -> MessagePage:
    """Return a page of messages that the caller may see. Its length says nothing about what is private."""
    listing = Listing(folder=listed.folder, label=listed.label, unread_only=listed.unread, size=listed.size)
    cursors = Cursors.at(desk, listed.name, block=OF_MESSAGES)
    cursor = cursors.opened(listed.cursor)
    if listed.search:
        found = await search.search(desk, listing, listed.search, cursor)
    else:
        found = await list_messages.list_messages(desk, listing, cursor)
    return MessagePage(messages=[Message.of(seen) for seen in found.messages], cursor=cursors.sealed(found.cursor))


@router.get("/messages/{message_id:uuid}", summary="Read a message")
async def get_message(desk: WorkDesk, message_id: UUID) -> Body:
    """Return a message with its body and its conversation."""
    reading = await read.read(desk, message_id)
    content = reading.content
    return Body(
        message=Message.of(SeenMessage(id=reading.id, message=content.message)),
        text=content.text,
        html=content.html,
        readable=content.readable,
        attachments=attachments(content.attachments),
        thread=[Message.of(each) for each in reading.thread],
    )


@router.get(
    "/messages/{message_id:uuid}/attachments/{number:int}",
    summary="Open an attachment",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}},
)
async def get_attachment(desk: WorkDesk, message_id: UUID, number: int) -> Response:
    """Return the bytes of an attachment, for saving: a browser never shows them in our name."""
    attachment, content = await opened_attachment(desk, message_id, number)
    return as_download(attachment.name, content)


@router.patch("/messages/{message_id:uuid}/labels", summary="Change labels")
async def change_labels(desk: WorkDesk, message_id: UUID, change: LabelChange) -> Message:
    """Put labels on a message and take labels off."""
    return Message.of(await label.label(desk, message_id, add=change.add, remove=change.remove))


@router.put("/messages/{message_id:uuid}/folder", summary="Move a message")
async def put_in_folder(desk: WorkDesk, message_id: UUID, place: Place) -> Message:
    """Archive a message, put it into the trash, or bring it back to the inbox."""
    return Message.of(await MOVES[place.folder](desk, message_id))
