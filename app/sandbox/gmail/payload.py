"""A message as the API shows it: `payload`, `raw`, `snippet`. Text comes as UTF-8 whatever the letter says."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import Any

from app.sandbox.bodies import snippet_of, text_of_letter
from app.sandbox.gmail.mailbox import Mailbox, Message
from app.sandbox.gmail.refusals import invalid
from app.sandbox.headers import decode_words
from app.sandbox.mime import Part

Json = dict[str, Any]
_PREFIX = "ANGjdJ"


def base64url(data: bytes) -> str:
    """Return base64url with its padding, as Gmail answers."""
    return base64.urlsafe_b64encode(data).decode("ascii")


def brief(message: Message) -> Json:
    """Return what `modify` and `send` answer; Gmail leaves labelIds out where there are none."""
    labels = {"labelIds": sorted(message.labels)} if message.labels else {}
    return {"id": message.id, "threadId": message.thread_id} | labels


def message_resource(mailbox: Mailbox, message: Message, form: str, wanted_headers: list[str] | None = None) -> Json:
    """Return a message in the format minimal, metadata, full or raw; header names are compared without case."""
    root = mailbox.parsed(message).root
    resource = brief(message) | {
        "snippet": snippet_of(text_of_letter(root)),
        "sizeEstimate": message.place.length,
        "historyId": str(message.history),
        "internalDate": str(message.date),
    }
    if form == "raw":
        resource["raw"] = base64url(mailbox.raw(message))
    elif form == "metadata":
        resource["payload"] = {"mimeType": root.mime_type, "headers": _headers(root, wanted_headers)}
    elif form == "full":
        resource["payload"] = _part(mailbox, message, root, "")
    return resource


def _headers(part: Part, wanted: list[str] | None = None) -> list[Json]:
    names = {name.casefold() for name in wanted or ()}
    return [
        {"name": name, "value": decode_words(value)}
        for name, value in part.head.fields
        if not names or name.casefold() in names
    ]


def _part(mailbox: Mailbox, message: Message, part: Part, part_id: str) -> Json:
    shown: Json = {
        "partId": part_id,
        "mimeType": part.mime_type,
        "filename": part.filename,
        "headers": _headers(part),
        "body": _body(mailbox, message, part, part_id),
    }
    if part.children:
        prefix = f"{part_id}." if part_id else ""
        shown["parts"] = [
            _part(mailbox, message, child, f"{prefix}{index}") for index, child in enumerate(part.children)
        ]
    return shown


def _body(mailbox: Mailbox, message: Message, part: Part, part_id: str) -> Json:
    if part.mime_type.startswith("multipart/") and part.children:
        return {"size": 0}
    if part.filename or not part.mime_type.startswith("text/"):
        size = len(part.decoded())
        return {"attachmentId": attachment_id(mailbox, message, part_id), "size": size} if size else {"size": 0}
    # Gmail turns text into UTF-8 and leaves the Content-Type as it was written.
    data = part.text().encode("utf-8", "replace")
    return {"size": len(data), "data": base64url(data)} if data else {"size": 0}


def attachment_id(mailbox: Mailbox, message: Message, part_id: str) -> str:
    """Return an id for one part of one message; Gmail gives another one each time, and so do we."""
    # Nothing is kept: the id itself says which part it means, and the mark that we made it.
    sealed = secrets.token_bytes(24) + _mark(mailbox, message, part_id) + part_id.encode()
    return _PREFIX + base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()


def _mark(mailbox: Mailbox, message: Message, part_id: str) -> bytes:
    named = f"{message.id}/{part_id}".encode()
    return hmac.new(mailbox.secret, named, hashlib.sha256).digest()[:16]


def attached(mailbox: Mailbox, message: Message, token: str) -> Json:
    """Return the body of an attached part; raise Google's 400 for a token that is none of this message's."""
    part_id = _part_id(mailbox, message, token)
    part = mailbox.parsed(message).root
    for index in part_id.split(".") if part_id else ():
        part = part.children[int(index)]
    data = part.decoded()
    return {"size": len(data), "data": base64url(data)}


def _part_id(mailbox: Mailbox, message: Message, token: str) -> str:
    try:
        sealed = base64.urlsafe_b64decode(token.removeprefix(_PREFIX) + "==")
        part_id = sealed[40:].decode("ascii")
    except ValueError:
        raise invalid("Invalid attachment token") from None
    if not token.startswith(_PREFIX) or not hmac.compare_digest(sealed[24:40], _mark(mailbox, message, part_id)):
        raise invalid("Invalid attachment token")
    return part_id
