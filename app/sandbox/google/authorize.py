"""The authorization endpoint: code flow with PKCE, granular consent, and the refusals of project and administrator.

`practice_consent=yes` answers without a page as the account in `login_hint`; `practice_scopes` then names the scopes
that are ticked (all if it is left out), and `practice_consent=no` denies.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from app import clock
from app.sandbox.clients import Client
from app.sandbox.google.grants import CODE_LIFE, Code
from app.sandbox.google.pages import consent_page, stopped_page
from app.sandbox.google.scopes import SIGN_IN, asked_for, unknown
from app.sandbox.people import Person
from app.sandbox.sandbox import Sandbox
from app.sandbox.wire import Answer, Request, form_of, redirect


class Stopped(Exception):
    """Google shows an error page and sends nobody back."""

    def __init__(self, status: int, code: str, text: str) -> None:
        """Keep what the page says."""
        super().__init__(code)
        self.status, self.code, self.text = status, code, text


@dataclass(frozen=True, slots=True)
class Asked:
    """A checked authorization request."""

    client: Client
    redirect_uri: str
    scopes: tuple[str, ...]
    fields: dict[str, str]

    def back(self, issuer: str, **answer: str) -> Answer:
        """Send the browser back with an answer, the state and the issuer (RFC 9207)."""
        parts = urlsplit(self.redirect_uri)
        named = {"state": self.fields["state"]} if "state" in self.fields else {}
        query = urlencode([*parse_qsl(parts.query), *(named | {"iss": issuer} | answer).items()])
        return redirect(urlunsplit((parts.scheme, parts.netloc, parts.path, query, "")))


def authorize(sandbox: Sandbox, request: Request) -> Answer:
    """Answer the authorization request, or the form of its page."""
    fields = form_of(request) if request.method == "POST" else dict(reversed(request.query))
    try:
        asked = _read(sandbox, fields)
        if request.method == "POST":
            return _decided(sandbox, asked, fields.get("account", ""), _ticked(request), fields.get("answer", ""))
        return _first_visit(sandbox, asked)
    except Stopped as stopped:
        return stopped_page(stopped.status, stopped.code, stopped.text)


def _ticked(request: Request) -> tuple[str, ...]:
    return tuple(value for name, value in parse_qsl(request.body.decode("utf-8", "replace")) if name == "allow")


def _first_visit(sandbox: Sandbox, asked: Asked) -> Answer:
    fields, hint = asked.fields, asked.fields.get("login_hint", "")
    practice = fields.get("practice_consent")
    if practice:
        ticked = asked_for(fields["practice_scopes"]) if "practice_scopes" in fields else asked.scopes
        return _decided(sandbox, asked, hint, ticked, "allow" if practice == "yes" else "deny")
    if fields.get("prompt") == "none":
        return asked.back(sandbox.issuer, error="interaction_required")
    people = sandbox.people.values()
    return consent_page(program=asked.client.id, people=people, hint=hint, scopes=asked.scopes, asked=fields)


def _read(sandbox: Sandbox, fields: dict[str, str]) -> Asked:
    client = sandbox.clients.get(fields.get("client_id", ""))
    if "client_id" not in fields:
        raise Stopped(400, "invalid_request", "Missing required parameter: client_id")
    if client is None:
        raise Stopped(401, "invalid_client", "The OAuth client was not found.")
    for name in ("redirect_uri", "response_type", "scope"):
        if not fields.get(name):
            raise Stopped(400, "invalid_request", f"Missing required parameter: {name}")
    if not client.may_return_to(fields["redirect_uri"]):
        raise Stopped(400, "redirect_uri_mismatch", "The redirect URI in the request is not registered.")
    if fields["response_type"] != "code":
        raise Stopped(400, "unsupported_response_type", f"Unsupported response_type: {fields['response_type']}")
    scopes = asked_for(fields["scope"])
    if strangers := unknown(scopes):
        raise Stopped(400, "invalid_scope", f"Some requested scopes were invalid: {strangers}")
    _check_pkce(fields)
    return Asked(client, fields["redirect_uri"], scopes, fields)


def _check_pkce(fields: dict[str, str]) -> None:
    challenge, method = fields.get("code_challenge", ""), fields.get("code_challenge_method", "plain")
    if challenge and method != "S256":
        raise Stopped(400, "invalid_request", "Only code_challenge_method S256 is practised here.")
    if challenge and len(challenge) != 43:
        raise Stopped(400, "invalid_request", "code_challenge must be 43 characters long.")


def _decided(sandbox: Sandbox, asked: Asked, email: str, ticked: tuple[str, ...], answer: str) -> Answer:
    if answer != "allow":
        return asked.back(sandbox.issuer, error="access_denied")
    person = sandbox.people.get(email.casefold())
    if person is None:
        raise Stopped(400, "invalid_request", f"There is no account {email} here.")
    _check_admission(sandbox, asked, person)
    # What only says who somebody is cannot be unticked.
    agreed = tuple(scope for scope in asked.scopes if scope in SIGN_IN or scope in ticked)
    if not agreed:
        return asked.back(sandbox.issuer, error="access_denied")
    return _back_with_code(sandbox, asked, person, agreed)


def _check_admission(sandbox: Sandbox, asked: Asked, person: Person) -> None:
    modes = sandbox.modes
    project = asked.client.project or modes.project
    if project == "internal" and person.domain != modes.organisation.casefold():
        raise Stopped(403, "org_internal", "This client is restricted to users within its organization.")
    testers = {email.casefold() for email in modes.test_users}
    if project == "testing" and testers and person.email.casefold() not in testers:
        raise Stopped(403, "access_denied", "The app is being tested and can only be accessed by its testers.")
    if modes.blocked(person.email) and not set(asked.scopes) <= SIGN_IN.keys():
        text = f"Your administrator must trust this app: client id {asked.client.id}"
        raise Stopped(400, "admin_policy_enforced", text)


def _back_with_code(sandbox: Sandbox, asked: Asked, person: Person, agreed: tuple[str, ...]) -> Answer:
    fields, key = asked.fields, (person.email, asked.client.id)
    # Without asking for consent anew, only a person's first yes brings a refresh token.
    before = sandbox.grants.agreed.get(key, ())
    covered = tuple(dict.fromkeys((*agreed, *before))) if fields.get("include_granted_scopes") == "true" else agreed
    sandbox.grants.agreed[key] = tuple(dict.fromkeys((*before, *agreed)))
    code = Code(
        client_id=asked.client.id,
        redirect_uri=asked.redirect_uri,
        email=person.email,
        scopes=covered,
        nonce=fields.get("nonce", ""),
        challenge=fields.get("code_challenge", ""),
        offline=fields.get("access_type") == "offline",
        renew="consent" in fields.get("prompt", "").split() or not before,
        expires=clock.now() + CODE_LIFE,
    )
    extra = {"hd": person.domain} if sandbox.modes.organisation.casefold() == person.domain else {}
    token = sandbox.grants.new_code(code)
    return asked.back(sandbox.issuer, code=token, scope=" ".join(covered), authuser="0", **extra, prompt="consent")
