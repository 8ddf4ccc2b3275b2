"""A request to Entra's authorization and administrator's consent pages, checked; and the way back from them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from app.sandbox.clients import Client
from app.sandbox.entra.pages import posting_page
from app.sandbox.entra.refusals import EntraRefusal, missing
from app.sandbox.entra.tenants import Tenant, check_audience
from app.sandbox.sandbox import Sandbox
from app.sandbox.wire import Answer, Request, form_of, redirect

MODES = {"", "query", "fragment", "form_post"}


class SentBack(Exception):
    """The browser goes back to the program with a refusal."""

    def __init__(self, refusal: EntraRefusal) -> None:
        """Keep what the program is told."""
        super().__init__(str(refusal))
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of a known program with a registered redirect address."""

    client: Client
    tenant: Tenant
    redirect_uri: str
    fields: dict[str, str]

    def back(self, **answer: str) -> Answer:
        """Send the browser back with an answer and the state. Entra adds no `iss` (RFC 9207) to it."""
        whole = answer | ({"state": self.fields["state"]} if "state" in self.fields else {})
        if self.fields.get("response_mode") == "form_post":
            return posting_page(self.redirect_uri, whole)
        return redirect(self.way_back(whole))

    def way_back(self, answer: dict[str, str]) -> str:
        """Return the redirect address with an answer in it."""
        parts = urlsplit(self.redirect_uri)
        if self.fields.get("response_mode") == "fragment":
            return urlunsplit((parts.scheme, parts.netloc, parts.path, parts.query, urlencode(answer)))
        query = urlencode([*parse_qsl(parts.query), *answer.items()])
        return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def fields_of(request: Request) -> dict[str, str]:
    """Return the parameters of a visit or of its page's form, the first of each name."""
    return form_of(request) if request.method == "POST" else dict(reversed(request.query))


def read_asked(sandbox: Sandbox, tenant: Tenant, fields: dict[str, str]) -> Asked:
    """Check who asks and where the browser is to go back to; what is wrong with that ends on a page."""
    if not fields.get("client_id"):
        raise missing("client_id")
    client = sandbox.clients.get(fields["client_id"])
    if client is None:
        text = f"Application with identifier '{fields['client_id']}' was not found in the directory '{tenant.named}'."
        raise EntraRefusal(700016, "unauthorized_client", text)
    redirect_uri = fields.get("redirect_uri", "")
    if not redirect_uri or not client.may_return_to(redirect_uri):
        text = f"The redirect URI '{redirect_uri}' specified in the request does not match the redirect URIs "
        raise EntraRefusal(50011, "invalid_request", f"{text}configured for the application '{client.id}'.")
    check_audience(client, tenant, sandbox.modes)
    return Asked(client, tenant, redirect_uri, fields)
