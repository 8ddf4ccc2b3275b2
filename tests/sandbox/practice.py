"""Alice's practice mailbox as a program of hers sees it: consent, tokens, calls, and letters to play with."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import httpx2

from app.sandbox.gmail.discovery import Operation
from app.sandbox.gmail.refusals import Refusal
from app.sandbox.ledger import Effect
from app.sandbox.sandbox import Sandbox
from app.sandbox.server import make_app

ORIGIN = "http://practice.example"
ALICE, BOB, CHARLIE = "alice@practice.example", "bob@practice.example", "charlie@elsewhere.example"
BACK = "http://localhost:8025/connect/callback/google"
VERIFIER = "a-verifier-of-more-than-forty-three-characters-0123456789"
GMAIL = "https://www.googleapis.com/auth/gmail."
FULL = "https://mail.google.com/"
MODIFY = f"{GMAIL}modify"
SIGN_IN = "openid email profile"
ME = "/gmail/v1/users/me"


def challenge(verifier: str = VERIFIER) -> str:
    """Return the S256 challenge of a verifier (RFC 7636)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def letter(
    subject: str = "Terrace",
    body: str = "Could you start in March?",
    *,
    sender: str = "Clara Client <clara@customer.example>",
    to: str = ALICE,
    message_id: str = "",
    answers: str = "",
    **more: str,
) -> bytes:
    """Return a plain letter; further header fields are named with _ for -."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, subject
    if message_id:
        made["Message-ID"] = message_id
    if answers:
        made["In-Reply-To"] = made["References"] = answers
    for name, value in more.items():
        made[name.replace("_", "-")] = value
    made.set_content(body)
    return made.as_bytes(policy=made.policy.clone(linesep="\r\n"))


def raw(written: bytes) -> str:
    """Return a letter as the API takes it."""
    return base64.urlsafe_b64encode(written).decode()


def unraw(text: str) -> bytes:
    """Return base64url, padded or not, as bytes."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def reply(subject: str = "Re: Terrace", body: str = "Gladly.", *, answers: str = "<march@customer.example>") -> bytes:
    """Return Alice's reply to Clara."""
    return letter(subject, body, sender=ALICE, to="clara@customer.example", answers=answers)


@dataclass
class Program:
    """A program that somebody has let into an account; without a token it is a stranger."""

    client: httpx2.AsyncClient
    tokens: dict[str, Any]

    @property
    def headers(self) -> dict[str, str]:
        """The proof each call bears."""
        token = self.tokens.get("access_token")
        return {"authorization": f"Bearer {token}"} if token else {}

    async def ask(self, method: str, path: str, **more: Any) -> httpx2.Response:
        """Make a call; a path without a slash in front is one of my own mailbox."""
        url = path if path.startswith(("/", "http://")) else f"{ME}/{path}"
        headers = self.headers | more.pop("headers", {})
        return await self.client.request(method, url, headers=headers, **more)

    async def done(self, method: str, path: str, **more: Any) -> Any:
        """Make a call that must succeed and return its JSON, None where there is none."""
        answer = await self.ask(method, path, **more)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def get(self, path: str, **params: Any) -> Any:
        """Read something that must be there."""
        return await self.done("GET", path, params=params)

    async def post(self, path: str, body: Any = None) -> Any:
        """Do something that must succeed."""
        return await self.done("POST", path, json=body)

    async def draft(self, written: bytes, **message: str) -> Any:
        """Make a draft."""
        return await self.post("drafts", {"message": {"raw": raw(written), **message}})


def authorize_query(email: str = ALICE, scope: str = f"{SIGN_IN} {MODIFY}", **more: str) -> dict[str, str]:
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
        "access_type": "offline",
        "prompt": "consent",
        "login_hint": email,
        "practice_consent": "yes",
    } | more


def came_back(answer: httpx2.Response) -> dict[str, str]:
    """Return what the browser was sent back with."""
    assert answer.status_code == 302, answer.text
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def code_form(code: str, **more: str) -> dict[str, str]:
    """Return a good exchange of a code."""
    fixed = {"grant_type": "authorization_code", "redirect_uri": BACK, "code_verifier": VERIFIER}
    return fixed | {"code": code, "client_id": "practice", "client_secret": "practice"} | more


def refresh_form(token: str, **more: str) -> dict[str, str]:
    """Return a good refresh."""
    fixed = {"grant_type": "refresh_token", "client_id": "practice", "client_secret": "practice"}
    return fixed | {"refresh_token": token} | more


async def consent(client: httpx2.AsyncClient, email: str = ALICE, scope: str = MODIFY, **more: str) -> Program:
    """Let a program into an account and return it with its tokens."""
    query = authorize_query(email, f"{SIGN_IN} {scope}", **more)
    back = came_back(await client.get("/google/authorize", params=query))
    answer = await client.post("/google/token", data=code_form(back["code"]))
    assert answer.status_code == 200, answer.text
    return Program(client, answer.json())


def path_of(operation: Operation, value: str = "x") -> str:
    """Return a path of an operation in my own mailbox, each further parameter filled with a value."""
    path = operation.pattern.pattern.replace("\\", "").replace("(?P<userId>[^/]+)", "me", 1)
    return re.sub(r"\(\?P<\w+>\[\^/\]\+\)", lambda _: quote(value, safe=""), path)


def refusal_of(function: Callable[..., Any], *arguments: Any) -> Refusal | None:
    """Call a function and return Google's refusal if it ends in one."""
    try:
        function(*arguments)
    except Refusal as refusal:
        return refusal
    return None


def last_effect(sandbox: Sandbox) -> Effect:
    """Return what was done last."""
    return next(entry.effect for entry in reversed(sandbox.ledger.entries) if entry.effect)


def in_process(sandbox: Sandbox) -> httpx2.AsyncClient:
    """Return a client whose calls reach the practice server without a network."""
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(make_app(sandbox)), base_url=sandbox.origin)
