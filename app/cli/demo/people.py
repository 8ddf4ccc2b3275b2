"""The people of the story, each at a browser of her own: she signs in, consents, and calls the same API as any page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx2

from app.cli.demo.pages import PageForm, forms_of
from app.cli.demo.telling import StoryBroken

REDIRECTS = (302, 303, 307)
FAILED = 400


@dataclass
class Character:
    """Somebody with an account at a provider (`way` as our pages name it), and her browser with its cookies."""

    email: str
    name: str
    way: str
    base: str
    http: httpx2.AsyncClient = field(repr=False)
    csrf: str = field(default="", repr=False)

    async def sign_in(self) -> None:
        """Sign in with her provider and remember the token that unsafe calls carry."""
        await self._consented("/sign-in", f"/sign-in/{self.way}")
        self.csrf = (await self.call("GET", "/session"))["csrf_token"]

    async def accept(self, link: str) -> None:
        """Open an invitation's link and accept it."""
        page = await self._page(await self.http.get(link))
        await self._send(_form(page, f"{link.removeprefix(self.base)}/acceptance"))

    async def connect(self, zone: str) -> None:
        """Let Deskhand into her mailbox, and say yes to the address that her provider named."""
        page = await self._page(await self._consented(f"/connect/{self.way}", f"/connect/{self.way}"))
        form = _form(page, "/connect/confirm")
        await self._send(form, zone=zone, answer="connect")

    async def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Call the JSON API; raise StoryBroken with the problem's own sentence if it refuses."""
        answer = await self.ask(method, path, body)
        if answer.status_code >= FAILED:
            raise StoryBroken(what=f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        return answer.json() if answer.content else None

    async def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> httpx2.Response:
        """Call the JSON API and return whatever it answers."""
        headers = {"origin": self.base, "x-csrf-token": self.csrf}
        return await self.http.request(method, f"{self.base}/api/v1{path}", json=body, headers=headers)

    async def _consented(self, page_path: str, action: str) -> httpx2.Response:
        """Go to her provider by a form of one of our pages, consent there, and return what one comes back to."""
        page = await self._page(await self.http.get(f"{self.base}{page_path}"))
        away = await self._send(_form(page, action))
        back = await self.http.get(f"{away.headers['location']}&login_hint={self.email}&practice_consent=yes")
        return await self.http.get(back.headers["location"])

    async def _send(self, form: PageForm, **fields: str) -> httpx2.Response:
        answer = await self.http.post(
            f"{self.base}{form.action}", data={**form.fields, **fields}, headers={"origin": self.base}
        )
        if answer.status_code not in REDIRECTS:
            raise StoryBroken(what=f"{form.action} answered {answer.status_code}")
        return answer

    async def _page(self, answer: httpx2.Response) -> str:
        while answer.status_code in REDIRECTS:
            answer = await self.http.get(str(answer.url.join(answer.headers["location"])))
        if answer.status_code >= FAILED:
            raise StoryBroken(what=f"{answer.url.path} answered {answer.status_code}")
        return answer.text


def _form(page: str, action: str) -> PageForm:
    for form in forms_of(page):
        if form.action == action:
            return form
    raise StoryBroken(what=f"a page has no form for {action}")
