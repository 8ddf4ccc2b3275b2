"""The authorization endpoint: code flow with PKCE, one yes for everything asked, and an administrator's in the way.

`practice_consent=yes` answers without a page as the account in `login_hint`, `no` as somebody who presses Cancel.
`practice_scopes` names fewer permissions than were asked for; Entra has no such choice, a hostile answer has.

Where a tenant wants an administrator's consent, a person lands on "Need admin approval" (AADSTS90094), which sends
nobody anywhere; its link back brings `error=access_denied&error_subcode=cancel`, which cannot be told from a Cancel.
Programs have also seen `access_denied` or `consent_required` with AADSTS90094 or AADSTS65001 in the description
(reported; unverified - check): `practice_consent=yes` gets the first of these.
"""

from __future__ import annotations

import uuid

from app import clock
from app.sandbox.entra.accounts import Account
from app.sandbox.entra.asking import MODES, Asked, SentBack, fields_of, read_asked
from app.sandbox.entra.grants import CODE_LIFE, Code
from app.sandbox.entra.pages import approval_page, consent_page, stopped_page
from app.sandbox.entra.refusals import EntraRefusal, missing, needs_admin, no_consent
from app.sandbox.entra.scopes import SIGN_IN, asked_for, for_graph
from app.sandbox.entra.tenants import Tenant, check_membership
from app.sandbox.sandbox import Sandbox
from app.sandbox.wire import Answer, Request

CANCELLED = {"error": "access_denied", "error_subcode": "cancel"}


def authorize(sandbox: Sandbox, tenant: Tenant, request: Request) -> Answer:
    """Answer the authorization request, or the form of its page."""
    fields = fields_of(request)
    try:
        asked = read_asked(sandbox, tenant, fields)
        return _answered(sandbox, asked, by_form=request.method == "POST")
    except EntraRefusal as refusal:
        return stopped_page(refusal)


def _answered(sandbox: Sandbox, asked: Asked, *, by_form: bool) -> Answer:
    try:
        scopes = _checked(asked)
        if by_form:
            return _decided(sandbox, asked, scopes, asked.fields.get("account", ""))
        return _first_visit(sandbox, asked, scopes)
    except SentBack as back:
        return asked.back(**back.refusal.parameters())


def _checked(asked: Asked) -> tuple[str, ...]:
    fields = asked.fields
    if fields.get("response_mode", "") not in MODES:
        raise SentBack(EntraRefusal(900235, "invalid_request", "The value of 'response_mode' is not supported."))
    for name in ("response_type", "scope"):
        if not fields.get(name):
            raise SentBack(missing(name))
    if fields["response_type"] != "code":
        text = f"response_type '{fields['response_type']}' is not enabled for the application."
        raise SentBack(EntraRefusal(700051, "unsupported_response_type", text))
    if fields.get("code_challenge") and fields.get("code_challenge_method") != "S256":
        raise SentBack(EntraRefusal(501481, "invalid_request", "Only code_challenge_method S256 is practised here."))
    try:
        return asked_for(fields["scope"])
    except EntraRefusal as refusal:
        raise SentBack(refusal) from None


def _first_visit(sandbox: Sandbox, asked: Asked, scopes: tuple[str, ...]) -> Answer:
    fields, hint = asked.fields, asked.fields.get("login_hint", "")
    if fields.get("prompt") == "none":
        return _silently(sandbox, asked, scopes, hint)
    if fields.get("practice_consent"):
        return _decided(sandbox, asked, scopes, hint)
    people = [one for one in sandbox.entra.accounts.values() if asked.tenant.admits(one)]
    return consent_page(program=asked.client.id, people=people, hint=hint, scopes=scopes, asked=fields, admin=False)


def _silently(sandbox: Sandbox, asked: Asked, scopes: tuple[str, ...], hint: str) -> Answer:
    account = sandbox.entra.account(hint)
    if account is None or not asked.tenant.admits(account):
        text = "A silent sign-in request was sent but no user is signed in."
        raise SentBack(EntraRefusal(50058, "login_required", text))
    covered = sandbox.entra.grants.covered(account.email, account.tid, asked.client.id)
    if not set(for_graph(scopes)) <= covered:
        raise SentBack(no_consent(asked.client.id, "interaction_required"))
    return _back_with_code(sandbox, asked, account, scopes)


def _decided(sandbox: Sandbox, asked: Asked, scopes: tuple[str, ...], email: str) -> Answer:
    fields = asked.fields
    if (fields.get("answer") or fields.get("practice_consent")) not in {"allow", "yes"}:
        refusal = EntraRefusal(65004, "access_denied", "User declined to consent to access the app.")
        return asked.back(**CANCELLED, error_description=refusal.description)
    account = sandbox.entra.account(email)
    if account is None:
        raise EntraRefusal(50034, "invalid_request", f"The user account {email} does not exist in the directory.")
    check_membership(asked.client, asked.tenant, account, sandbox.modes)
    if _admin_is_needed(sandbox, asked, account, scopes):
        return _approval_needed(asked)
    ticked = asked_for(fields["practice_scopes"]) if "practice_scopes" in fields else scopes
    agreed = tuple(scope for scope in scopes if scope in ticked or scope not in for_graph(scopes))
    sandbox.entra.grants.agree(account.email, asked.client.id, for_graph(agreed))
    return _back_with_code(sandbox, asked, account, agreed)


def _admin_is_needed(sandbox: Sandbox, asked: Asked, account: Account, scopes: tuple[str, ...]) -> bool:
    if account.personal or not sandbox.modes.wants_admin_consent(account.email):
        return False
    beyond = set(scopes) - SIGN_IN
    covered = sandbox.entra.grants.covered(account.email, account.tid, asked.client.id)
    # prompt=consent asks the person anew, and she may not answer, whatever an administrator said before.
    return bool(beyond) and (asked.fields.get("prompt") == "consent" or not beyond <= covered)


def _approval_needed(asked: Asked) -> Answer:
    refusal = needs_admin(asked.client.id)
    if asked.fields.get("practice_consent"):
        return asked.back(**refusal.parameters())
    state = {"state": asked.fields["state"]} if "state" in asked.fields else {}
    return approval_page(refusal, asked.way_back(CANCELLED | state))


def _back_with_code(sandbox: Sandbox, asked: Asked, account: Account, scopes: tuple[str, ...]) -> Answer:
    fields = asked.fields
    code = Code(
        client_id=asked.client.id,
        redirect_uri=asked.redirect_uri,
        email=account.email,
        scopes=scopes,
        nonce=fields.get("nonce", ""),
        challenge=fields.get("code_challenge", ""),
        strong=sandbox.modes.demands_mfa(account.email),
        expires=clock.now() + CODE_LIFE,
    )
    return asked.back(code=sandbox.entra.grants.new_code(code), session_state=str(uuid.uuid4()))
