"""A browser without a window: keeps cookies, follows nothing by itself, sends the token and the origin with forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Any
from uuid import UUID

import httpx2
from fastapi import FastAPI

from app import clock
from app.access.identity import begin_login, digest_of
from app.actions.resources import Resources
from app.models.person import Person
from app.web.csrf import token_for

ORIGIN = "http://localhost:8025"


class Browser:
    """One person's browser at one service."""

    def __init__(self, app: FastAPI, resources: Resources) -> None:
        self.app, self.resources = app, resources
        transport = httpx2.ASGITransport(app)
        headers = {"accept": "text/html", "accept-language": "en"}
        self.http = httpx2.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers)

    async def sign_in(self, person: Person) -> Browser:
        """Begin a login for somebody without the way through Google."""
        async with self.resources.db.transaction() as session:
            secret = await begin_login(session, person, agent="a test", now=clock.now())
        self.take(secret)
        return self

    @property
    def secret(self) -> str:
        """Return what the session's cookie holds, empty without one."""
        return self.http.cookies.get("deskhand") or ""

    def take(self, secret: str) -> None:
        """Put a session's secret into this browser, as a thief would."""
        self.http.cookies.set("deskhand", secret, domain="localhost.local")  # where the cookie jar keeps localhost's

    @property
    def token(self) -> str:
        """Return the CSRF token of this session, empty without one."""
        return token_for(digest_of(self.secret), self.app.state.csrf_key) if self.secret else ""

    async def get(self, path: str, **parameters: Any) -> httpx2.Response:
        """Open a page."""
        return await self.http.get(path, params=parameters or None)

    async def post(self, path: str, fields: Mapping[str, Any] | None = None, /, **more: Any) -> httpx2.Response:
        """Send a form of ours."""
        data = {"csrf": self.token, **(fields or {}), **more}
        return await self.http.post(path, data=data, headers={"origin": ORIGIN})

    async def api(self, method: str, path: str, body: Any = None, **headers: str) -> httpx2.Response:
        """Call the JSON API as a page of ours would."""
        sent = {"accept": "application/json", "origin": ORIGIN, "x-csrf-token": self.token, **headers}
        return await self.http.request(method, f"/api/v1{path}", json=body, headers=sent)

    async def follow(self, answer: httpx2.Response) -> httpx2.Response:
        """Go where an answer sends this browser; it has to be a page of ours."""
        assert answer.status_code == 303, answer.text
        target = answer.headers["location"]
        assert target.startswith("/"), target
        return await self.get(target)

    async def close(self) -> None:
        """Close the browser."""
        await self.http.aclose()


def text_of(answer: httpx2.Response) -> str:
    """Return what a page says, without markup, in one line."""
    body = re.sub(r"(?s)<(style|script|head)\b.*?</\1>", " ", answer.text)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body))).strip()


def mailbox_path(mailbox_id: UUID) -> str:
    """Return where a mailbox stands in the API."""
    return f"/mailboxes/{mailbox_id}"
