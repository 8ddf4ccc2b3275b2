"""Who may call what: the token, its scopes, and whose mailbox it opens."""

from __future__ import annotations

from app.sandbox.gmail.discovery import Operation
from app.sandbox.gmail.mailbox import Mailbox
from app.sandbox.gmail.refusals import Refusal, forbidden, invalid_credentials, login_required, scope_insufficient
from app.sandbox.google.grants import Access
from app.sandbox.sandbox import Sandbox
from app.sandbox.wire import Request


def access_of(sandbox: Sandbox, request: Request) -> Access | None:
    """Return the living access token of a request, None if it bears none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return sandbox.grants.access(token.strip()) if scheme.lower() == "bearer" else None


def admit(sandbox: Sandbox, request: Request, operation: Operation) -> Access:
    """Return the access token of a call that it covers; raise Google's 401 or 403 otherwise."""
    if not request.headers.get("authorization"):
        raise login_required(operation.id)
    access = access_of(sandbox, request)
    if access is None:
        raise invalid_credentials(operation.id)
    if operation.scopes.isdisjoint(access.scopes):
        raise scope_insufficient(operation.id)
    return access


def mailbox_of(sandbox: Sandbox, access: Access, user_id: str) -> Mailbox:
    """Return the mailbox of a token; another's address is Google's 403, however much that mailbox was delegated."""
    if user_id.casefold() not in {"me", access.email.casefold()}:
        # Google names the one who asks, not the one asked for.
        raise forbidden(f"Delegation denied for {access.email}")
    mailbox = sandbox.mailboxes.get(access.email.casefold())
    if mailbox is None:
        raise Refusal(400, "Mail service not enabled", "failedPrecondition", "FAILED_PRECONDITION")
    return mailbox
