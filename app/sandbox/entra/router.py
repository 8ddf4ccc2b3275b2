"""Entra under `/entra/{tenant}`: which function answers which path, and the names the ledger gives them."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

from app.sandbox.entra.admin import admin_consent
from app.sandbox.entra.authorize import authorize
from app.sandbox.entra.identity import configuration, keys
from app.sandbox.entra.pages import stopped_page
from app.sandbox.entra.refusals import EntraRefusal, entra_json
from app.sandbox.entra.tenants import Tenant, tenant_named
from app.sandbox.entra.tokens import token
from app.sandbox.faults import Kind
from app.sandbox.ledger import Seen
from app.sandbox.sandbox import Sandbox
from app.sandbox.wire import Answer, Request, form_of

Endpoint = Callable[[Sandbox, Tenant, Request], Answer]

ENDPOINTS: dict[tuple[str, str], tuple[str, Endpoint]] = {
    ("GET", "oauth2/v2.0/authorize"): ("authorize", authorize),
    ("POST", "oauth2/v2.0/authorize"): ("authorize", authorize),
    ("POST", "oauth2/v2.0/token"): ("token", token),
    ("GET", "v2.0/adminconsent"): ("adminconsent", admin_consent),
    ("POST", "v2.0/adminconsent"): ("adminconsent", admin_consent),
    ("GET", "discovery/v2.0/keys"): ("keys", keys),
    ("GET", "v2.0/.well-known/openid-configuration"): ("openid-configuration", configuration),
}
FOR_PROGRAMS = frozenset({"token", "keys", "openid-configuration"})


def _found(request: Request) -> tuple[str, str, Endpoint] | None:
    _, _, tenant, *rest = request.path.split("/", 3)
    found = ENDPOINTS.get((request.method, rest[0] if rest else ""))
    return (unquote(tenant), *found) if found else None


def identify(sandbox: Sandbox, request: Request) -> Seen:
    """Say what a call is and, where its token tells, whose mailbox it is about, without doing anything."""
    found = _found(request)
    if found is None:
        return Seen()
    form, grants = form_of(request) if request.method == "POST" else {}, sandbox.entra.grants
    owner = grants.refreshes.get(form.get("refresh_token", "")) or grants.codes.get(form.get("code", ""))
    kind = f".{form['grant_type']}" if found[1] == "token" and form.get("grant_type") else ""
    return Seen(owner.email if owner else None, f"entra.{found[1]}{kind}")


def answer(sandbox: Sandbox, request: Request) -> tuple[Answer, Seen]:
    """Answer a call under `/entra`."""
    seen, found = identify(sandbox, request), _found(request)
    if found is None:
        refusal = EntraRefusal(900561, "invalid_request", "The endpoint does not answer such requests.", status=404)
        return refusal.answer(), seen
    tenant, name, endpoint = found
    try:
        return endpoint(sandbox, tenant_named(tenant, sandbox.entra.accounts.values()), request), seen
    except EntraRefusal as refusal:
        return (refusal.answer() if name in FOR_PROGRAMS else stopped_page(refusal)), seen


def busy(kind: Kind, seconds: float) -> Answer:
    """Return what Entra says when it is asked too often or cannot answer."""
    if kind is Kind.STATUS_503:
        text = "A transient error has occurred. Please try again."
        return EntraRefusal(90033, "temporarily_unavailable", text, status=503).answer()
    text = (
        "Client application has been throttled and should not attempt to repeat the request before an amount of time."
    )
    made = EntraRefusal(90055, "too_many_requests", text, status=429).answer()
    return Answer(made.status, made.body, (*made.headers, ("retry-after", str(max(1, round(seconds))))))


def broken() -> Answer:
    """Return what Entra says when it has failed."""
    return entra_json({"error": "server_error", "error_description": "AADSTS90020: An internal error."}, 500)
