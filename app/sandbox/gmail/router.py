"""Gmail under `/gmail/v1` and `/upload/gmail/v1`: every call is checked as Google checks it, then done."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from app.sandbox.gmail.admission import access_of, admit, mailbox_of
from app.sandbox.gmail.call import Call, Handler
from app.sandbox.gmail.checks import read_body, read_parameters
from app.sandbox.gmail.discovery import Operation, discovery
from app.sandbox.gmail.fields import apply_mask, read_mask
from app.sandbox.gmail.handlers import HANDLERS
from app.sandbox.gmail.quota import charge
from app.sandbox.gmail.refusals import Refusal, no_such_method, not_practised, too_large
from app.sandbox.gmail.upload import Uploaded, read_upload
from app.sandbox.ledger import Seen
from app.sandbox.sandbox import Sandbox
from app.sandbox.wire import Answer, Request, json_answer

Json = dict[str, Any]
MOST_JSON_BYTES = 70_000_000
UPLOADS = ("/upload", "/resumable/upload")


def _as_meant(request: Request) -> Request:
    """Return the request with its real method: clients send a GET that is too long for a URL as a POST."""
    meant = request.headers.get("x-http-method-override", "").upper()
    if request.method != "POST" or not meant:
        return request
    query, body = request.query, request.body
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        query = (*query, *parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        body = b""
    return Request(meant, request.path, query, request.headers, body)


def _find(request: Request) -> tuple[Operation, dict[str, str]] | None:
    path, method = request.path, request.method
    for prefix in UPLOADS:
        if path.startswith(f"{prefix}/gmail/"):
            path = path.removeprefix(prefix)
            if request.parameter("upload_id"):
                method = _method_of_upload(path)
    return discovery().find(method, path)


def _method_of_upload(path: str) -> str:
    # The pieces of a resumable upload come by PUT whatever the call itself is.
    return next((method for method in ("POST", "PUT") if discovery().find(method, path)), "POST")


def identify(sandbox: Sandbox, request: Request) -> Seen:
    """Say what a call is and whose mailbox it is about, without doing anything."""
    found, access = _find(_as_meant(request)), access_of(sandbox, request)
    return Seen(access.email if access else None, found[0].id if found else None)


def answer(sandbox: Sandbox, request: Request) -> tuple[Answer, Seen]:
    """Answer a Gmail call."""
    seen = identify(sandbox, request)
    try:
        return _answered(sandbox, _as_meant(request), seen)
    except Refusal as refusal:
        return refusal.answer(), seen


def _answered(sandbox: Sandbox, request: Request, seen: Seen) -> tuple[Answer, Seen]:
    found = _find(request)
    if found is None:
        raise no_such_method()
    operation, in_path = found
    access = admit(sandbox, request, operation)
    values = read_parameters(operation, _query(request)) | in_path
    mask = read_mask(values["fields"], operation.answer) if values.get("fields") else {}
    uploaded = _uploaded(sandbox, request, operation)
    if uploaded.answer is not None:
        return uploaded.answer, seen
    body = read_body(operation, uploaded.metadata)
    mailbox = mailbox_of(sandbox, access, values["userId"])
    call = Call(sandbox, mailbox, operation.id, frozenset(access.scopes), values, body, uploaded.letter)
    # Paid when it is let in, whether it then succeeds or not.
    charge(sandbox, access.email, operation.id)
    done = _handler(operation)(call)
    answered = Seen(seen.mailbox, seen.operation, call.effect)
    if done is None:
        return Answer(204), answered
    return json_answer(apply_mask(done, mask), pretty=values.get("prettyPrint", True)), answered


def _query(request: Request) -> tuple[tuple[str, str], ...]:
    # What belongs to the upload protocol is no parameter of the method.
    return tuple(pair for pair in request.query if pair[0] != "upload_id")


def _uploaded(sandbox: Sandbox, request: Request, operation: Operation) -> Uploaded:
    if request.path.startswith("/gmail/"):
        if len(request.body) > MOST_JSON_BYTES:
            raise too_large()
        return Uploaded(request.body)
    return read_upload(sandbox.uploads, operation, request, sandbox.origin)


def _handler(operation: Operation) -> Handler:
    handler = HANDLERS.get(operation.id.removeprefix("gmail.users."))
    if handler is None:
        raise not_practised(operation.id)
    return handler
