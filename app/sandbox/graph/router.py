"""Graph under `/v1.0`: a path is split before it is decoded, since ids hold slashes; then it is checked and done."""

from __future__ import annotations

import re
from urllib.parse import unquote

from app.sandbox.faults import Kind
from app.sandbox.graph.admission import access_of, account_of, admit, mailbox_of
from app.sandbox.graph.attachments import take_piece
from app.sandbox.graph.call import Call
from app.sandbox.graph.profile import get_me
from app.sandbox.graph.refusals import Refusal, access_denied, no_segment, throttled, traced, unavailable, wrong_method
from app.sandbox.graph.routes import ROUTES, Route
from app.sandbox.ledger import Seen
from app.sandbox.sandbox import Sandbox
from app.sandbox.wire import Answer, Request

MOST_AT_ONCE = 4  # requests of one program at one mailbox (throttling limits of the Outlook service)
MOST_BYTES = 4 * 2**20 + 2**16  # a file of 3 MB in base64, and what is written around it
_KEY = re.compile(r"(\w+)\('(.*)'\)")


def _segments(path: str) -> tuple[str, ...]:
    """Return the decoded parts of a path; `messages('id')` is the same as `messages/id`."""
    found: list[str] = []
    for part in path.removeprefix("/v1.0/").strip("/").split("/"):
        decoded = unquote(part)
        keyed = _KEY.fullmatch(decoded)
        found += [keyed[1], keyed[2].replace("''", "'")] if keyed else [decoded]
    return tuple(found)


def _user(segments: tuple[str, ...]) -> tuple[str, tuple[str, ...]] | None:
    if segments[0].casefold() == "me":
        return "me", segments[1:]
    if segments[0].casefold() == "users" and len(segments) > 1:
        return segments[1], segments[2:]
    return None


def _fits(route: Route, path: tuple[str, ...]) -> bool:
    return len(route.path) == len(path) and _begins(route, path)


def _begins(route: Route, path: tuple[str, ...]) -> bool:
    pairs = zip(route.path, path, strict=False)
    return all(wanted == "{}" or wanted.casefold() == given.casefold() for wanted, given in pairs)


def _found(method: str, path: tuple[str, ...]) -> Route:
    # A word that Graph knows stands before an id: `attachments/createUploadSession` is no attachment.
    fitting = sorted((one for one in ROUTES if _fits(one, path)), key=lambda one: one.path.count("{}"))
    for route in fitting:
        if route.method == method:
            return route
    if fitting:
        raise wrong_method()
    reached = max((n for n in range(len(path)) if any(_reaches(one, path[:n]) for one in ROUTES)), default=0)
    raise no_segment(path[reached])


def _reaches(route: Route, path: tuple[str, ...]) -> bool:
    return len(route.path) >= len(path) and _begins(route, path)


def identify(sandbox: Sandbox, request: Request) -> Seen:
    """Say what a call is and whose mailbox it is about, without doing anything."""
    access, named = access_of(sandbox, request), _user(_segments(request.path))
    operation = None
    if named is not None:
        try:
            operation = _found(request.method, named[1]).name if named[1] else "graph.me"
        except Refusal:
            operation = None
    return Seen(access.email if access else None, operation)


def answer(sandbox: Sandbox, request: Request) -> tuple[Answer, Seen]:
    """Answer a Graph call."""
    seen, tracked = identify(sandbox, request), request.headers.get("client-request-id", "")
    try:
        if request.path.startswith("/v1.0/uploads/") and request.method == "PUT":
            return take_piece(sandbox, request), Seen(seen.mailbox, "graph.attachments.upload")
        return _answered(sandbox, request, seen)
    except Refusal as refusal:
        return refusal.answer(tracked), seen


def _answered(sandbox: Sandbox, request: Request, seen: Seen) -> tuple[Answer, Seen]:
    access = admit(sandbox, request)
    segments = _segments(request.path)
    named = _user(segments)
    if named is None:
        raise no_segment(segments[0])
    user, path = named
    account, scopes = account_of(sandbox, access, user), frozenset(access.scopes)
    if not path:
        if request.method != "GET":
            raise wrong_method()
        if "User.Read" not in scopes:
            raise Refusal(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
        return get_me(sandbox, account, request), seen
    route = _found(request.method, path)
    if route.scopes.isdisjoint(scopes):
        raise access_denied()
    if len(request.body) > MOST_BYTES:
        raise Refusal(413, "RequestEntityTooLarge", "The request is too large.")
    keys = tuple(given for wanted, given in zip(route.path, path, strict=True) if wanted == "{}")
    call = Call(sandbox, account, mailbox_of(sandbox, account), scopes, request, keys)
    done = route.handler(call)
    return _with_traces(done, call), Seen(seen.mailbox, seen.operation, call.effect)


def _with_traces(done: Answer, call: Call) -> Answer:
    named = {name for name, _ in done.headers}
    more = tuple(pair for pair in traced() if pair[0] not in named)
    return Answer(done.status, done.body, (*done.headers, *more, *call.applied()))


def busy(kind: Kind, seconds: float) -> Answer:
    """Return what Graph says when it is asked too often or cannot answer."""
    refusal = unavailable() if kind is Kind.STATUS_503 else throttled("ApplicationRequests", seconds)
    return refusal.answer()


def crowded() -> Answer:
    """Return what a fifth call gets while four are under way at one mailbox."""
    return throttled("MailboxConcurrency", 1).answer()


def broken() -> Answer:
    """Return what Graph says when it has failed."""
    return Refusal(500, "ErrorInternalServerError", "An internal server error occurred. The operation failed.").answer()
