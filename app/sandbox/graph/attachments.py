"""Calls on attachments: files of up to 3 MB at once, larger ones in pieces."""

from __future__ import annotations

import base64
import re
import secrets
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from app import clock
from app.sandbox.graph.call import GONE, Call, graph_json
from app.sandbox.graph.content import Attachment
from app.sandbox.graph.ids import MUTABLE, lasting_id
from app.sandbox.graph.item import Item
from app.sandbox.graph.refusals import Refusal, access_denied, bad_body, bad_request, not_found
from app.sandbox.graph.resource import moment
from app.sandbox.graph.writing import attachment_of, object_of
from app.sandbox.sandbox import Sandbox
from app.sandbox.wire import Answer, Request

Json = dict[str, Any]
MOST_LARGE = 150 * 2**20
_RANGE = re.compile(r"bytes (\d{1,12})-(\d{1,12})/(\d{1,12})")


@dataclass(slots=True)
class Session:
    """A large file on its way to a draft."""

    item: Item
    attachment: Attachment
    size: int
    received: bytearray = field(default_factory=bytearray)


def attachment_id(item: Item, one: Attachment, place: int) -> str:
    """Return an attachment's id: made when it was attached, else always the same for its place in a letter."""
    return one.id or lasting_id(MUTABLE, item.immutable, str(place))


def attachment_resource(item: Item, one: Attachment, place: int, *, whole: bool = True) -> Json:
    """Return an attachment as Graph shows it; an attached message comes without its bytes."""
    kind = "itemAttachment" if one.item else "fileAttachment"
    shown: Json = {
        "@odata.type": f"#microsoft.graph.{kind}",
        "@odata.mediaContentType": one.type,
        "id": attachment_id(item, one, place),
        "lastModifiedDateTime": moment(item.modified),
        "name": one.name,
        "contentType": None if one.item else one.type,
        "size": len(one.data),
        "isInline": one.inline,
    }
    if not one.item:
        shown |= {"contentId": one.content_id or None, "contentLocation": None}
        shown |= {"contentBytes": base64.b64encode(one.data).decode()} if whole else {}
    return shown


def list_attachments(call: Call) -> Answer:
    """GET /me/messages/{id}/attachments; `$select` leaves the bytes out."""
    item = call.item()
    wanted = [name.strip() for name in call.request.parameter("$select").split(",") if name.strip()]
    found = [attachment_resource(item, one, n) for n, one in enumerate(call.mailbox.content(item).attachments)]
    if wanted:
        kept = {"id", "@odata.type", *wanted}
        found = [{name: value for name, value in one.items() if name in kept} for one in found]
    return graph_json({"@odata.context": call.context("messages/attachments"), "value": found})


def _named(call: Call) -> tuple[Item, int, Attachment]:
    item = call.item()
    for place, one in enumerate(call.mailbox.content(item).attachments):
        if attachment_id(item, one, place) == call.keys[1]:
            return item, place, one
    raise not_found()


def get_attachment(call: Call) -> Answer:
    """GET /me/messages/{id}/attachments/{id}."""
    item, place, one = _named(call)
    context = {"@odata.context": call.context("messages/attachments/$entity")}
    return graph_json(context | attachment_resource(item, one, place))


def get_attached_bytes(call: Call) -> Answer:
    """GET /me/messages/{id}/attachments/{id}/$value."""
    _, _, one = _named(call)
    return Answer(200, one.data, (("content-type", one.type),))


def add_attachment(call: Call) -> Answer:
    """POST /me/messages/{id}/attachments: 201."""
    item = call.item()
    made = _attach(item, attachment_of(call.body()))
    call.mailbox.touch(item)
    call.did("draft_update", item)
    return graph_json(attachment_resource(item, made, 0), 201)


def _attach(item: Item, one: Attachment) -> Attachment:
    if item.draft is None:
        raise access_denied()
    made = replace(one, id=lasting_id(MUTABLE, item.immutable, secrets.token_hex(8)))
    item.draft.attachments.append(made)
    return made


def delete_attachment(call: Call) -> Answer:
    """DELETE /me/messages/{id}/attachments/{id}."""
    item, _, one = _named(call)
    if item.draft is None:
        raise access_denied()
    item.draft.attachments.remove(one)
    call.mailbox.touch(item)
    call.did("draft_update", item)
    return GONE


def create_upload(call: Call) -> Answer:
    """POST /me/messages/{id}/attachments/createUploadSession: 201 with an address that needs no token."""
    item = call.item()
    given = object_of(call.body(), "microsoft.graph.createUploadSession", ("AttachmentItem",)).get("AttachmentItem")
    known = ("attachmentType", "name", "size", "contentType", "isInline", "contentId")
    read = object_of(given, "microsoft.graph.attachmentItem", known)
    size = read.get("size")
    if read.get("attachmentType") != "file" or not isinstance(size, int) or not 0 < size <= MOST_LARGE:
        raise bad_body("An attachment item needs the type file, a name and a size of at most 150 MB.")
    if item.draft is None:
        raise access_denied()
    kind = str(read.get("contentType") or "application/octet-stream")
    token = secrets.token_urlsafe(30)
    made = Attachment(
        str(read.get("name") or ""), kind, b"", bool(read.get("isInline")), str(read.get("contentId") or "")
    )
    call.sandbox.uploads[token] = Session(item, made, size)
    expires = moment(clock.now() + timedelta(hours=1))
    address = f"{call.sandbox.origin}/v1.0/uploads/{token}"
    return graph_json({"uploadUrl": address, "expirationDateTime": expires, "nextExpectedRanges": ["0-"]}, 201)


def take_piece(sandbox: Sandbox, request: Request) -> Answer:
    """PUT to an upload address: 200 with what is still missing, 201 when all is there."""
    token = request.path.rpartition("/")[2]
    session = sandbox.uploads.get(token)
    if not isinstance(session, Session):
        raise Refusal(404, "itemNotFound", "The upload session was not found.")
    written = _RANGE.fullmatch(request.headers.get("content-range", ""))
    first = int(written[1]) if written else -1
    if not written or first != len(session.received) or int(written[2]) + 1 - first != len(request.body):
        raise bad_request("The Content-Range header does not fit what was received.")
    session.received += request.body
    if len(session.received) < session.size:
        return graph_json({"nextExpectedRanges": [f"{len(session.received)}-"]})
    del sandbox.uploads[token]
    made = _attach(session.item, replace(session.attachment, data=bytes(session.received)))
    location = f"{sandbox.origin}/v1.0/me/messages/attachments/{made.id}"
    return Answer(201, b"", (("location", location), ("content-length", "0")))
