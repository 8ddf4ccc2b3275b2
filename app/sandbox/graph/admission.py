"""Who may call what: the token, its scopes, and whose mailbox it opens."""

from __future__ import annotations

from app import clock
from app.sandbox.entra.accounts import Account
from app.sandbox.entra.grants import Access
from app.sandbox.graph.mailbox import GraphMailbox
from app.sandbox.graph.refusals import access_denied, bad_token, cut_off, no_mailbox
from app.sandbox.sandbox import Sandbox
from app.sandbox.wire import Request


def _token(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def access_of(sandbox: Sandbox, request: Request) -> Access | None:
    """Return what is known of the token of a request, be it alive or not."""
    return sandbox.entra.grants.accesses.get(_token(request))


def admit(sandbox: Sandbox, request: Request) -> Access:
    """Return the living access token of a call; raise Graph's 401 otherwise."""
    if not _token(request):
        raise bad_token("Access token is empty.")
    access = access_of(sandbox, request)
    if access is None:
        raise bad_token("CompactToken parsing failed with error code: 80049217")
    if access.expires <= clock.now():
        raise bad_token("Lifetime validation failed, the token is expired.")
    if sandbox.modes.continuous_access and sandbox.entra.grants.cut_off(access):
        raise cut_off()
    return access


def account_of(sandbox: Sandbox, access: Access, user: str) -> Account:
    """Return the token's account; another's name in the path is 403, whatever that one has shared."""
    account = sandbox.entra.account(access.email)
    if account is None:
        raise bad_token("The user account in the token does not exist.")
    if user.casefold() not in {"me", account.email.casefold(), account.oid, account.graph_id}:
        raise access_denied()
    return account


def mailbox_of(sandbox: Sandbox, account: Account) -> GraphMailbox:
    """Return an account's mailbox; raise Graph's 404 if it has none."""
    found = sandbox.graph_mailboxes.get(account.email.casefold())
    if found is None:
        raise no_mailbox()
    return found
