"""Google's accounts under `/google`: which function answers which path, and the names the ledger gives them."""

from __future__ import annotations

from collections.abc import Callable

from app.sandbox.google.authorize import authorize
from app.sandbox.google.identity import certs, configuration, userinfo
from app.sandbox.google.tokens import revoke, token
from app.sandbox.ledger import Seen
from app.sandbox.sandbox import Sandbox
from app.sandbox.wire import Answer, Request, form_of, json_answer

Endpoint = Callable[[Sandbox, Request], Answer]

ENDPOINTS: dict[tuple[str, str], Endpoint] = {
    ("GET", "/google/authorize"): authorize,
    ("POST", "/google/authorize"): authorize,
    ("POST", "/google/token"): token,
    ("POST", "/google/revoke"): revoke,
    ("GET", "/google/certs"): certs,
    ("GET", "/google/userinfo"): userinfo,
    ("POST", "/google/userinfo"): userinfo,
    ("GET", "/google/.well-known/openid-configuration"): configuration,
}


def identify(sandbox: Sandbox, request: Request) -> Seen:
    """Say what a call is and, where its token tells, whose mailbox it is about, without doing anything."""
    name = request.path.rpartition("/")[2]
    form = form_of(request) if request.method == "POST" else {}
    held = form.get("refresh_token") or form.get("token") or ""
    known = sandbox.grants.refreshes.get(held) or sandbox.grants.accesses.get(held)
    code = sandbox.grants.codes.get(form.get("code", ""))
    owner = known or code
    operation = f"google.{name}"
    if name == "token" and form.get("grant_type"):
        operation = f"google.token.{form['grant_type']}"
    return Seen(owner.email if owner else None, operation)


def answer(sandbox: Sandbox, request: Request) -> tuple[Answer, Seen]:
    """Answer a call under `/google`."""
    seen = identify(sandbox, request)
    endpoint = ENDPOINTS.get((request.method, request.path))
    if endpoint is None:
        return json_answer({"error": "not_found", "error_description": "There is no such address."}, 404), seen
    return endpoint(sandbox, request), seen
