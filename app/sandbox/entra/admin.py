"""An administrator's consent for everybody of a tenant: `/{tenant}/v2.0/adminconsent`.

The answer is `admin_consent=True&tenant=…&scope=…&state=…`. Cancelled, it is by Microsoft's page on this address
`admin_consent=True&error=consent_required&error_description=AADSTS65004…&state=…`, and as reported
`error=access_denied&error_subcode=cancel&state=…` (MicrosoftDocs/azure-docs #41053). Here it has a bit of each, and
`admin_consent=True` is no yes while there is an `error`. The tenant in the answer is anybody's to write: it proves
nothing. `practice_consent` and `login_hint` work as at the authorization endpoint.
"""

from __future__ import annotations

from app.sandbox.entra.accounts import Account
from app.sandbox.entra.asking import Asked, SentBack, fields_of, read_asked
from app.sandbox.entra.authorize import CANCELLED
from app.sandbox.entra.pages import approval_page, consent_page, stopped_page
from app.sandbox.entra.refusals import EntraRefusal, missing, needs_admin
from app.sandbox.entra.scopes import GRAPH, asked_for, for_graph
from app.sandbox.entra.tenants import Tenant, check_membership
from app.sandbox.sandbox import Sandbox
from app.sandbox.wire import Answer, Request


def admin_consent(sandbox: Sandbox, tenant: Tenant, request: Request) -> Answer:
    """Answer an administrator's visit, or the form of its page."""
    fields = fields_of(request)
    try:
        asked = read_asked(sandbox, tenant, fields)
        return _answered(sandbox, asked, by_form=request.method == "POST")
    except EntraRefusal as refusal:
        return stopped_page(refusal)


def _answered(sandbox: Sandbox, asked: Asked, *, by_form: bool) -> Answer:
    fields = asked.fields
    try:
        if not fields.get("scope"):
            raise SentBack(missing("scope"))
        scopes = asked_for(fields["scope"])
    except SentBack as back:
        return asked.back(**back.refusal.parameters())
    except EntraRefusal as refusal:
        return asked.back(**refusal.parameters())
    hint = fields.get("account" if by_form else "login_hint", "")
    if by_form or fields.get("practice_consent"):
        return _decided(sandbox, asked, scopes, hint)
    people = [one for one in sandbox.entra.accounts.values() if asked.tenant.admits(one) and not one.personal]
    return consent_page(program=asked.client.id, people=people, hint=hint, scopes=scopes, asked=fields, admin=True)


def _decided(sandbox: Sandbox, asked: Asked, scopes: tuple[str, ...], email: str) -> Answer:
    account = sandbox.entra.account(email)
    if account is None or account.personal:
        text = f"The user account {email} does not exist in a directory that has administrators."
        raise EntraRefusal(50034, "invalid_request", text)
    check_membership(asked.client, asked.tenant, account, sandbox.modes)
    if not sandbox.modes.is_administrator(account.email):
        state = {"state": asked.fields["state"]} if "state" in asked.fields else {}
        return approval_page(needs_admin(asked.client.id), asked.way_back(CANCELLED | state))
    if (asked.fields.get("answer") or asked.fields.get("practice_consent")) not in {"allow", "yes"}:
        return _refused(asked, account)
    sandbox.entra.grants.agree_for_all(account.tid, asked.client.id, for_graph(scopes))
    granted = " ".join(f"{GRAPH}{scope}" for scope in for_graph(scopes))
    return asked.back(admin_consent="True", tenant=account.tid, scope=granted)


def _refused(asked: Asked, account: Account) -> Answer:
    text = "The resource owner or authorization server denied the request."
    refusal = EntraRefusal(65004, "access_denied", text)
    told = {"admin_consent": "True", "tenant": account.tid, "error_description": refusal.description}
    return asked.back(**CANCELLED, **told)
