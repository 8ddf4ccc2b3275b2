"""Gmail under `/gmail/v1` and `/upload/gmail/v1`: every call is checked as Google checks it, then done."""

from __future__ import annotations

from typing import Any

from app.sandbox.gmail import drafts, history, labels, messages, settings, threads
from app.sandbox.gmail.call import Call, Handler
from app.sandbox.gmail.checks import read_body, read_parameters
from app.sandbox.gmail.discovery import Operation, discovery
from app.sandbox.gmail.fields import apply_mask, read_mask
from app.sandbox.gmail.mailbox import Mailbox
from app.sandbox.gmail.quota import charge
from app.sandbox.gmail.refusals import (
    Refusal,
    forbidden,
    invalid_credentials,
    login_required,
    no_such_method,
    not_practised,
    scope_insufficient,
    too_large,
)
from app.sandbox.gmail.upload import Uploaded, read_upload
from app.sandbox.google.grants import Access
from app.sandbox.ledger import Seen
from app.sandbox.sandbox import Sandbox
from app.sandbox.wire import Answer, Request, json_answer

Json = dict[str, Any]
MOST_JSON_BYTES = 70_000_000

HANDLERS: dict[str, Handler] = {
    "getProfile": settings.get_profile,
    "watch": settings.watch,
    "stop": settings.stop,
    "settings.sendAs.list": settings.list_send_as,
    "settings.sendAs.get": settings.get_send_as,
    "messages.list": messages.list_messages,
    "messages.get": messages.get_message,
    "messages.attachments.get": messages.get_attachment,
    "messages.modify": messages.modify_message,
    "messages.batchModify": messages.batch_modify,
    "messages.trash": messages.trash_message,
    "messages.untrash": messages.untrash_message,
    "messages.delete": messages.delete_message,
    "messages.batchDelete": messages.batch_delete,
    "messages.send": messages.send_message,
    "messages.insert": messages.insert_message,
    "messages.import": messages.import_message,
    "threads.list": threads.list_threads,
    "threads.get": threads.get_thread,
    "threads.modify": threads.modify_thread,
    "threads.trash": threads.trash_thread,
    "threads.untrash": threads.untrash_thread,
    "threads.delete": threads.delete_thread,
    "labels.list": labels.list_labels,
    "labels.get": labels.get_label,
    "labels.create": labels.create_label,
    "labels.update": labels.update_label,
    "labels.patch": labels.patch_label,
    "labels.delete": labels.delete_label,
    "drafts.list": drafts.list_drafts,
    "drafts.get": drafts.get_draft,
    "drafts.create": drafts.create_draft,
    "drafts.update": drafts.update_draft,
    "drafts.delete": drafts.delete_draft,
    "drafts.send": drafts.send_draft,
    "history.list": history.list_history,
}


def _method(request: Request) -> str:
    # Google reads the method a client could not use from this header, of POST alone.
    override = request.headers.get("x-http-method-override", "").upper()
    return override if request.method == "POST" and override else request.method


def _find(request: Request) -> tuple[Operation, dict[str, str]] | None:
    path, method = request.path, _method(request)
    for prefix in ("/upload", "/resumable/upload"):
        if path.startswith(f"{prefix}/gmail/"):
            path = path.removeprefix(prefix)
            if request.parameter("upload_id"):
                method = _method_of_session(path)
    return discovery().find(method, path)


def _method_of_session(path: str) -> str:
    # The pieces of a resumable upload come by PUT whatever the call itself is.
    return next((method for method in ("POST", "PUT") if discovery().find(method, path)), "POST")


def _access(sandbox: Sandbox, request: Request) -> Access | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return sandbox.grants.access(token.strip()) if scheme.lower() == "bearer" else None


def identify(sandbox: Sandbox, request: Request) -> Seen:
    """Say what a call is and whose mailbox it is about, without doing anything."""
    found, access = _find(request), _access(sandbox, request)
    return Seen(access.email if access else None, found[0].id if found else None)


def answer(sandbox: Sandbox, request: Request) -> tuple[Answer, Seen]:
    """Answer a Gmail call."""
    seen = identify(sandbox, request)
    try:
        return _answered(sandbox, request, seen)
    except Refusal as refusal:
        return refusal.answer(), seen


def _answered(sandbox: Sandbox, request: Request, seen: Seen) -> tuple[Answer, Seen]:
    found = _find(request)
    if found is None:
        raise no_such_method()
    operation, in_path = found
    access = _admitted(sandbox, request, operation)
    values = read_parameters(operation, _query(request)) | in_path
    mask = read_mask(values["fields"], operation.answer) if values.get("fields") else {}
    uploaded = _uploaded(sandbox, request, operation)
    if uploaded.answer is not None:
        return uploaded.answer, seen
    body = read_body(operation, uploaded.metadata)
    mailbox = _mailbox(sandbox, access, values["userId"])
    call = Call(sandbox, mailbox, operation.id, frozenset(access.scopes), values, body, uploaded.letter)
    charge(sandbox, access.email, operation.id)
    done = _handler(operation)(call)
    answered = Seen(seen.mailbox, seen.operation, call.effect)
    if done is None:
        return Answer(204, b""), answered
    pretty = values.get("prettyPrint", True)
    return json_answer(apply_mask(done, mask), pretty=pretty), answered


def _query(request: Request) -> tuple[tuple[str, str], ...]:
    # What belongs to the upload protocol is no parameter of the method.
    return tuple(pair for pair in request.query if pair[0] != "upload_id")


def _admitted(sandbox: Sandbox, request: Request, operation: Operation) -> Access:
    if not request.headers.get("authorization"):
        raise login_required(operation.id)
    access = _access(sandbox, request)
    if access is None:
        raise invalid_credentials(operation.id)
    if operation.scopes.isdisjoint(access.scopes):
        raise scope_insufficient(operation.id)
    return access


def _uploaded(sandbox: Sandbox, request: Request, operation: Operation) -> Uploaded:
    if request.path.startswith("/gmail/"):
        if len(request.body) > MOST_JSON_BYTES:
            raise too_large()
        return Uploaded(request.body)
    return read_upload(sandbox.uploads, operation, request, sandbox.origin)


def _mailbox(sandbox: Sandbox, access: Access, user_id: str) -> Mailbox:
    if user_id.casefold() not in {"me", access.email.casefold()}:
        raise forbidden(f"Delegation denied for {access.email}")
    mailbox = sandbox.mailboxes.get(access.email.casefold())
    if mailbox is None:
        raise Refusal(400, "Mail service not enabled", "failedPrecondition", "FAILED_PRECONDITION")
    return mailbox


def _handler(operation: Operation) -> Handler:
    handler = HANDLERS.get(operation.id.removeprefix("gmail.users."))
    if handler is None:
        raise not_practised(operation.id)
    return handler
