"""The token and revocation endpoints. Error bodies are Google's: `{"error", "error_description"}`."""

from __future__ import annotations

from app import clock
from app.sandbox.clients import Client, credentials_of, fits_challenge, proven
from app.sandbox.google.grants import ACCESS_LIFE, TESTING_LIFE, Code, Refresh
from app.sandbox.google.identity import id_token
from app.sandbox.google.scopes import SIGN_IN, asked_for
from app.sandbox.sandbox import Sandbox
from app.sandbox.wire import Answer, Request, form_of, json_answer

Parts = dict[str, object]


class TokenRefusal(Exception):
    """The token endpoint says no."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        """Keep Google's words."""
        super().__init__(error)
        self.answer = json_answer({"error": error, "error_description": description}, status)


def token(sandbox: Sandbox, request: Request) -> Answer:
    """Exchange a code or a refresh token."""
    form = form_of(request)
    try:
        client = _client(sandbox, request, form)
        grant_type = form.get("grant_type", "")
        if grant_type == "authorization_code":
            return json_answer(_from_code(sandbox, client, form))
        if grant_type == "refresh_token":
            return json_answer(_from_refresh(sandbox, client, form))
        raise TokenRefusal("unsupported_grant_type", f"Invalid grant_type: {grant_type}")
    except TokenRefusal as refusal:
        return refusal.answer


def _client(sandbox: Sandbox, request: Request, form: dict[str, str]) -> Client:
    client_id, secret = credentials_of(request, form)
    if not client_id:
        raise TokenRefusal("invalid_request", "Could not determine client ID from request.")
    client = sandbox.clients.get(client_id)
    if client is None:
        raise TokenRefusal("invalid_client", "The OAuth client was not found.", 401)
    if not secret:
        raise TokenRefusal("invalid_request", "client_secret is missing.")
    if not proven(client, secret):
        raise TokenRefusal("invalid_client", "Unauthorized", 401)
    return client


def _from_code(sandbox: Sandbox, client: Client, form: dict[str, str]) -> Parts:
    code = sandbox.grants.codes.get(form.get("code", ""))
    if not form.get("code"):
        raise TokenRefusal("invalid_request", "Missing required parameter: code")
    if code is None or code.client_id != client.id:
        raise TokenRefusal("invalid_grant", "Malformed auth code.")
    if code.used or code.expires <= clock.now():
        raise TokenRefusal("invalid_grant", "Bad Request")
    if form.get("redirect_uri") != code.redirect_uri:
        raise TokenRefusal("redirect_uri_mismatch", "Bad Request")
    _check_verifier(code, form)
    # A refused exchange leaves the code as it was; only a good one uses it up.
    code.used = True
    parts = _access(sandbox, client, code.email, code.scopes)
    if code.offline and code.renew:
        parts |= _refresh_parts(sandbox, client, code)
    return parts | _identity(sandbox, client, code.email, code.scopes, parts, nonce=code.nonce)


def _check_verifier(code: Code, form: dict[str, str]) -> None:
    verifier = form.get("code_verifier", "")
    if code.challenge and not verifier:
        raise TokenRefusal("invalid_grant", "Missing code verifier.")
    if code.challenge and not fits_challenge(verifier, code.challenge):
        raise TokenRefusal("invalid_grant", "Invalid code verifier.")


def _refresh_parts(sandbox: Sandbox, client: Client, code: Code) -> Parts:
    # Consent that only says who somebody is does not end.
    testing = (client.project or sandbox.modes.project) == "testing" and not set(code.scopes) <= SIGN_IN.keys()
    now = clock.now()
    refresh = Refresh(client.id, code.email, code.scopes, now, now + TESTING_LIFE if testing else None)
    token = sandbox.grants.new_refresh(refresh)
    parts: Parts = {"refresh_token": token}
    return parts | ({"refresh_token_expires_in": int(TESTING_LIFE.total_seconds()) - 1} if testing else {})


def _from_refresh(sandbox: Sandbox, client: Client, form: dict[str, str]) -> Parts:
    if not form.get("refresh_token"):
        raise TokenRefusal("invalid_request", "Missing required parameter: refresh_token")
    # Why it is dead is not told: revoked, idle, expired and never known look the same.
    refresh = sandbox.grants.refresh(form["refresh_token"])
    if refresh is None or refresh.client_id != client.id:
        raise TokenRefusal("invalid_grant", "Token has been expired or revoked.")
    scopes = asked_for(form.get("scope", "")) or refresh.scopes
    if not set(scopes) <= set(refresh.scopes):
        raise TokenRefusal("invalid_scope", "Some requested scopes were invalid.")
    parts = _access(sandbox, client, refresh.email, scopes)
    if refresh.expires:
        parts["refresh_token_expires_in"] = int((refresh.expires - clock.now()).total_seconds())
    return parts | _identity(sandbox, client, refresh.email, scopes, parts)


def _access(sandbox: Sandbox, client: Client, email: str, scopes: tuple[str, ...]) -> Parts:
    token = sandbox.grants.new_access(client.id, email, scopes)
    life = int(ACCESS_LIFE.total_seconds())
    return {"access_token": token, "expires_in": life, "scope": " ".join(scopes), "token_type": "Bearer"}


def _identity(
    sandbox: Sandbox, client: Client, email: str, scopes: tuple[str, ...], parts: Parts, *, nonce: str = ""
) -> Parts:
    if "openid" not in scopes:
        return {}
    access_token = str(parts["access_token"])
    return {"id_token": id_token(sandbox, client.id, email, scopes, access_token=access_token, nonce=nonce)}


def revoke(sandbox: Sandbox, request: Request) -> Answer:
    """End a grant by one of its tokens; a dead token is 400 `invalid_token`."""
    token = form_of(request).get("token") or request.parameter("token")
    if not token:
        return json_answer({"error": "invalid_request", "error_description": "Missing token"}, 400)
    if not sandbox.grants.end(token):
        return json_answer({"error": "invalid_token", "error_description": "Token expired or revoked"}, 400)
    return json_answer({})
