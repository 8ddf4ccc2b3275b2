"""The token endpoint. A refresh brings a new refresh token each time, and the old one stays good."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app import clock
from app.sandbox.clients import Client, credentials_of, fits_challenge, proven
from app.sandbox.entra.accounts import Account
from app.sandbox.entra.grants import ACCESS_LIFE, IDLE_LIFE, Cause, Code, Refresh
from app.sandbox.entra.identity import id_token
from app.sandbox.entra.refusals import EntraRefusal, entra_json, missing, no_consent
from app.sandbox.entra.scopes import OPENID, as_answered, asked_for, for_graph
from app.sandbox.entra.tenants import Tenant
from app.sandbox.sandbox import Sandbox
from app.sandbox.wire import Answer, Request, form_of

Parts = dict[str, Any]


def token(sandbox: Sandbox, tenant: Tenant, request: Request) -> Answer:
    """Exchange a code or a refresh token."""
    form = form_of(request)
    try:
        if not form.get("grant_type"):
            raise missing("grant_type")
        client = _client(sandbox, tenant, request, form)
        if form["grant_type"] == "authorization_code":
            return entra_json(_from_code(sandbox, tenant, client, form))
        if form["grant_type"] == "refresh_token":
            return entra_json(_from_refresh(sandbox, tenant, client, form))
        text = f"The app requested an unsupported grant type '{form['grant_type']}'."
        raise EntraRefusal(70003, "unsupported_grant_type", text)
    except EntraRefusal as refusal:
        return refusal.answer()


def _client(sandbox: Sandbox, tenant: Tenant, request: Request, form: dict[str, str]) -> Client:
    client_id, secret = credentials_of(request, form)
    if not client_id:
        raise missing("client_id")
    client = sandbox.clients.get(client_id)
    if client is None:
        text = f"Application with identifier '{client_id}' was not found in the directory '{tenant.named}'."
        raise EntraRefusal(700016, "unauthorized_client", text)
    if not secret:
        text = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."
        raise EntraRefusal(7000218, "invalid_client", text, status=401)
    if not proven(client, secret):
        text = f"Invalid client secret provided for app '{client_id}'."
        raise EntraRefusal(7000215, "invalid_client", text, status=401)
    return client


def _from_code(sandbox: Sandbox, tenant: Tenant, client: Client, form: dict[str, str]) -> Parts:
    if not form.get("code"):
        raise missing("code")
    code = sandbox.entra.grants.codes.get(form["code"])
    account = sandbox.entra.account(code.email) if code else None
    if code is None or account is None or code.client_id != client.id or not tenant.admits(account):
        raise EntraRefusal(9002313, "invalid_grant", "Invalid request. Request is malformed or invalid.")
    _check_code(code, form)
    code.used = True
    return _parts(sandbox, client, account, code.scopes, strong=code.strong, nonce=code.nonce)


def _check_code(code: Code, form: dict[str, str]) -> None:
    if code.used:
        text = "OAuth2 Authorization code was already redeemed, please retry with a new valid code."
        raise EntraRefusal(54005, "invalid_grant", text)
    if code.expires <= clock.now():
        raise EntraRefusal(70008, "invalid_grant", "The provided authorization code or refresh token has expired.")
    if form.get("redirect_uri") != code.redirect_uri:
        text = f"The reply address '{form.get('redirect_uri', '')}' does not match the one provided when requesting "
        raise EntraRefusal(500112, "invalid_client", f"{text}Authorization code.")
    verifier = form.get("code_verifier", "")
    if code.challenge and not fits_challenge(verifier, code.challenge):
        text = "The Code_Verifier does not match the code_challenge supplied in the authorization request."
        raise EntraRefusal(501481, "invalid_grant", text)


def _from_refresh(sandbox: Sandbox, tenant: Tenant, client: Client, form: dict[str, str]) -> Parts:
    if not form.get("refresh_token"):
        raise missing("refresh_token")
    refresh = sandbox.entra.grants.refreshes.get(form["refresh_token"])
    account = sandbox.entra.account(refresh.email) if refresh else None
    if refresh is None or account is None or refresh.client_id != client.id or not tenant.admits(account):
        raise EntraRefusal(9002313, "invalid_grant", "Invalid request. Request is malformed or invalid.")
    _check_alive(refresh, client)
    _check_strength(sandbox, refresh, account)
    scopes = _scopes_of_refresh(sandbox, client, account, refresh, form.get("scope", ""))
    refresh.last_used = clock.now()
    return _parts(sandbox, client, account, scopes, strong=refresh.strong, refreshing=True)


def _check_alive(refresh: Refresh, client: Client) -> None:
    cause = refresh.ended or (Cause.IDLE if refresh.last_used + IDLE_LIFE <= clock.now() else None)
    issued = _stamp(refresh.issued)
    if cause is Cause.REVOKED:
        text = "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might "
        more = f"have changed or reset their password. The grant was issued on '{issued}'."
        raise EntraRefusal(50173, "invalid_grant", text + more, suberror="bad_token")
    if cause is Cause.CONSENT:
        raise no_consent(client.id, "invalid_grant", suberror="consent_required")
    if cause is Cause.IDLE:
        text = f"The refresh token has expired due to inactivity. The token was issued on {issued} and was inactive "
        raise EntraRefusal(700082, "invalid_grant", f"{text}for 90.00:00:00.", suberror="bad_token")
    if cause is Cause.DISABLED:
        raise EntraRefusal(50057, "invalid_grant", "The user account is disabled.", suberror="bad_token")


def _check_strength(sandbox: Sandbox, refresh: Refresh, account: Account) -> None:
    if sandbox.modes.demands_mfa(account.email) and not refresh.strong:
        text = "Due to a configuration change made by your administrator, or because you moved to a new location, you "
        more = "must use multi-factor authentication to access '00000003-0000-0000-c000-000000000000'."
        claims = '{"access_token":{"capolids":{"essential":true,"values":["practice"]}}}'
        raise EntraRefusal(50076, "interaction_required", text + more, suberror="basic_action", claims=claims)


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S.0000000}Z"


def _scopes_of_refresh(
    sandbox: Sandbox, client: Client, account: Account, refresh: Refresh, wanted: str
) -> tuple[str, ...]:
    """Return what a refresh is for: anything the program has by now, else what the token was first made for."""
    if not wanted:
        return refresh.scopes
    scopes = asked_for(wanted)
    covered = sandbox.entra.grants.covered(account.email, account.tid, client.id)
    if not set(for_graph(scopes)) <= covered:
        raise no_consent(client.id, "invalid_grant", suberror="consent_required")
    kept = tuple(scope for scope in refresh.scopes if scope in OPENID)
    return tuple(dict.fromkeys((*scopes, *kept)))


def _parts(
    sandbox: Sandbox,
    client: Client,
    account: Account,
    scopes: tuple[str, ...],
    *,
    strong: bool,
    nonce: str = "",
    refreshing: bool = False,
) -> Parts:
    grants = sandbox.entra.grants
    life = int(ACCESS_LIFE.total_seconds())
    # One access token is for everything that the program has at Graph, whatever was asked for this time.
    held = grants.covered(account.email, account.tid, client.id) if for_graph(scopes) else frozenset()
    answered = {*scopes, *held}
    parts: Parts = {"token_type": "Bearer", "scope": as_answered(answered), "expires_in": life}
    parts |= {"ext_expires_in": life, "access_token": grants.new_access(client.id, account.email, answered)}
    if refreshing or "offline_access" in scopes:
        parts["refresh_token"] = grants.new_refresh(client.id, account.email, scopes, strong=strong)
    if "openid" in scopes:
        parts["id_token"] = id_token(sandbox, client.id, account, scopes, nonce=nonce)
    return parts
