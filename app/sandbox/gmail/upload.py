"""Uploads under `/upload/gmail/v1`: a letter alone, a letter with its metadata, or in pieces."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from app.sandbox.gmail.discovery import Operation
from app.sandbox.gmail.refusals import Refusal, invalid, too_large
from app.sandbox.mime import Part, parse
from app.sandbox.parameters import mime_type_of
from app.sandbox.wire import Answer, Request

_RANGE = re.compile(r"bytes (?:\*|(\d{1,12})-(\d{1,12}))/(\*|\d{1,12})")


@dataclass(slots=True)
class Session:
    """A resumable upload: the metadata, and what has come so far."""

    path: str
    metadata: bytes
    received: bytearray


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What an upload brought: metadata as JSON bytes, the letter; or an answer to give at once."""

    metadata: bytes = b""
    letter: bytes | None = None
    answer: Answer | None = None


def kind_of(request: Request) -> str:
    """Return media, multipart or resumable; raise Google's 400 for anything else."""
    kind = request.parameter("uploadType") or request.parameter("upload_protocol")
    if kind not in {"media", "multipart", "resumable"}:
        raise invalid("Invalid upload request: uploadType must be media, multipart or resumable")
    return kind


def read_upload(sessions: dict[str, object], operation: Operation, request: Request, origin: str) -> Uploaded:
    """Return what an upload brought; raise Google's errors for what is no letter or too large."""
    if not operation.most_media_bytes:
        raise invalid("This method does not support media upload")
    kind = kind_of(request)
    if kind == "media":
        _check_type(request.headers.get("content-type", ""))
        return Uploaded(letter=_checked_size(operation, request.body))
    if kind == "multipart":
        return _multipart(operation, request)
    return _resumable(sessions, operation, request, origin)


def _check_type(content_type: str) -> None:
    if not mime_type_of(content_type).startswith("message/"):
        text = f"Media type '{content_type.partition(';')[0]}' is not supported. Valid media types: [message/*]"
        raise Refusal(400, text, "badContent", "INVALID_ARGUMENT")


def _checked_size(operation: Operation, letter: bytes) -> bytes:
    if len(letter) > operation.most_media_bytes:
        raise too_large()
    return letter


def _multipart(operation: Operation, request: Request) -> Uploaded:
    declared = request.headers.get("content-type", "")
    # A multipart request is a letter's body without its header: the same reader takes both apart.
    whole = f"Content-Type: {declared}\r\n\r\n".encode("latin-1", "replace") + request.body
    root = _outer_parts(whole)
    if root is None:
        raise invalid("Invalid multipart request with 0 mime parts.")
    metadata, media = root
    _check_type(media.head.first("Content-Type"))
    return Uploaded(metadata.decoded(), _checked_size(operation, media.decoded()))


def _outer_parts(whole: bytes) -> tuple[Part, Part] | None:
    root = parse(whole).root
    if root.mime_type != "multipart/related" or len(root.children) != 2:
        return None
    return root.children[0], root.children[1]


def _resumable(sessions: dict[str, object], operation: Operation, request: Request, origin: str) -> Uploaded:
    if request.method == "PUT" and request.parameter("upload_id"):
        return _piece(sessions, operation, request)
    _check_type(request.headers.get("x-upload-content-type", "message/rfc822"))
    upload_id = secrets.token_urlsafe(30)
    sessions[upload_id] = Session(request.path, request.body, bytearray())
    place = f"{origin}{request.path}?uploadType=resumable&upload_id={upload_id}"
    headers = (("location", place), ("x-guploader-uploadid", upload_id), ("content-length", "0"))
    return Uploaded(answer=Answer(200, b"", headers))


def _piece(sessions: dict[str, object], operation: Operation, request: Request) -> Uploaded:
    upload_id = request.parameter("upload_id")
    session = sessions.get(upload_id)
    if not isinstance(session, Session) or session.path != request.path:
        raise Refusal(404, "Upload session not found.", "notFound", "NOT_FOUND")
    total = _take(session, request)
    _checked_size(operation, bytes(session.received))
    if total is None or len(session.received) < total:
        received = len(session.received)
        headers = (("range", f"bytes=0-{received - 1}"),) if received else ()
        return Uploaded(answer=Answer(308, b"", headers))
    del sessions[upload_id]
    return Uploaded(session.metadata, bytes(session.received))


def _take(session: Session, request: Request) -> int | None:
    """Take the bytes of a piece and return how many there will be in all, None if that is not known yet."""
    written = request.headers.get("content-range", "")
    if not written:
        session.received += request.body
        return len(session.received)
    found = _RANGE.fullmatch(written)
    if not found:
        raise invalid("Failed to parse Content-Range header.")
    if found[1] is not None:
        if int(found[1]) != len(session.received) or int(found[2]) + 1 - int(found[1]) != len(request.body):
            raise invalid("Invalid Content-Range header")
        session.received += request.body
    return None if found[3] == "*" else int(found[3])
