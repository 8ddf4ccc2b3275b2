"""Alice's practice Outlook mailbox as a program of hers sees it: consent, tokens and Graph calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx2

from app.sandbox.sandbox import Sandbox
from tests.sandbox.practice import BACK, VERIFIER, Program, came_back, challenge, code_form

ALICE, BOB, CHARLIE = "alice@contoso.example", "bob@fabrikam.example", "charlie@outlook.example"
CLARA = "clara@customer.example"
SIGN_IN = "openid profile email offline_access User.Read"
MAIL = "Mail.ReadWrite Mail.Send"
SETTINGS = "MailboxSettings.ReadWrite"
V1 = "/v1.0"
IMMUTABLE = {"prefer": 'IdType="ImmutableId"'}
MARK = "String {66f5a359-4659-4830-9070-00047ec6ac6e} Name Deskhand"

__all__ = ["BACK", "VERIFIER", "came_back", "code_form"]


def entra(path: str, tenant: str = "common") -> str:
    """Return an address of Entra's."""
    return f"/entra/{tenant}/{path}"


def authorize_query(email: str = ALICE, scope: str = f"{SIGN_IN} {MAIL}", **more: str) -> dict[str, str]:
    """Return a good authorization request that is answered without a page."""
    return {
        "client_id": "practice",
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": scope,
        "state": "a state",
        "nonce": "a nonce",
        "code_challenge": challenge(),
        "code_challenge_method": "S256",
        "login_hint": email,
        "practice_consent": "yes",
    } | more


async def authorize(client: httpx2.AsyncClient, tenant: str = "common", **query: str) -> httpx2.Response:
    """Ask for consent."""
    return await client.get(entra("oauth2/v2.0/authorize", tenant), params=authorize_query(**query))


async def exchange(client: httpx2.AsyncClient, form: dict[str, str], tenant: str = "common") -> httpx2.Response:
    """Post a form to the token endpoint."""
    return await client.post(entra("oauth2/v2.0/token", tenant), data=form)


async def tokens_of(client: httpx2.AsyncClient, **query: str) -> dict[str, Any]:
    """Go through the whole of a consent and return what the token endpoint answered."""
    code = came_back(await authorize(client, **query))["code"]
    answer = await exchange(client, code_form(code))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def aadsts(answer: httpx2.Response) -> tuple[str, int]:
    """Return the word and the number of a refusal by the token endpoint."""
    found = answer.json()
    assert set(found) >= {"error", "error_description", "error_codes", "timestamp", "trace_id", "correlation_id"}
    assert found["error_description"].startswith(f"AADSTS{found['error_codes'][0]}: ")
    return found["error"], found["error_codes"][0]


@dataclass
class Caller(Program):
    """A program that calls Graph; paths without a slash in front are below `/me`."""

    async def ask(self, method: str, path: str, **more: Any) -> httpx2.Response:
        """Make a call."""
        url = path if path.startswith(("/", "http://")) else f"{V1}/me/{path}"
        headers = self.headers | more.pop("headers", {})
        return await self.client.request(method, url, headers=headers, **more)

    async def refused(self, method: str, path: str, **more: Any) -> tuple[int, str]:
        """Make a call that must be refused and return status and code; the body must be Graph's."""
        answer = await self.ask(method, path, **more)
        error = answer.json()["error"]
        assert set(error) == {"code", "message", "innerError"}
        assert set(error["innerError"]) == {"date", "request-id", "client-request-id"}
        assert error["innerError"]["request-id"] == answer.headers["request-id"]
        return answer.status_code, error["code"]

    async def reply(self, message_id: str, comment: str = "<p>Gladly.</p>") -> dict[str, Any]:
        """Make a draft of a reply, seen by its immutable id."""
        path = f"messages/{quoted(message_id)}/createReply"
        made = await self.done("POST", path, json={"comment": comment}, headers=IMMUTABLE)
        return dict(made)


def quoted(item_id: str) -> str:
    """Return an id as it may stand in a path."""
    return quote(item_id, safe="")


def let_in(client: httpx2.AsyncClient, sandbox: Sandbox, email: str, scope: str) -> Caller:
    """Return a program that has a token for these scopes, without the way through the consent."""
    token = sandbox.entra.grants.new_access("practice", email, scope.split())
    return Caller(client, {"access_token": token})


def to(*emails: str) -> list[dict[str, Any]]:
    """Return recipients as Graph takes them."""
    return [{"emailAddress": {"address": email}} for email in emails]
