"""A program at the JSON API: a key in its header, no cookie, no page of ours."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx2
from fastapi import FastAPI

from app import clock
from tests.web.browser import ORIGIN, Browser


class Program:
    """One program with a key, or with what it takes for one."""

    def __init__(self, app: FastAPI, secret: str, *, address: str = "127.0.0.1") -> None:
        self.secret = secret
        transport = httpx2.ASGITransport(app, client=(address, 1))
        self.http = httpx2.AsyncClient(transport=transport, base_url=ORIGIN, headers={"accept": "application/json"})

    async def api(self, method: str, path: str, body: Any = None, **headers: str) -> httpx2.Response:
        """Call the JSON API as programs do."""
        sent = {"authorization": f"Bearer {self.secret}", **headers}
        return await self.http.request(method, f"/api/v1{path}", json=body, headers=sent)


def key_for(*scopes: str, name: str = "Nightly labels", days: float = 7) -> dict[str, Any]:
    """Return the body with which a key is asked for."""
    until = (clock.now() + timedelta(days=days)).isoformat()
    return {"name": name, "until": until, "scopes": list(scopes)}


async def made_key(assistant: Browser, at: str, *scopes: str, **more: Any) -> dict[str, Any]:
    """Have an assistant make a key, and return it with its secret."""
    answer = await assistant.api("POST", f"{at}/keys", key_for(*scopes, **more))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def said(program: Program, method: str, path: str, body: Any = None) -> tuple[int, str]:
    """Return status and code of what a program is told; the code of a good answer is empty."""
    answer = await program.api(method, path, body)
    return answer.status_code, answer.json()["code"] if answer.status_code >= 400 else ""
