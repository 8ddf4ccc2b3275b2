"""A person's browser window, watched: nothing it shows may call elsewhere, complain, run or ask anything."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import BrowserContext, ConsoleMessage, Dialog, Page, Request, WebError

from tests.browser.place import Place

# Chromium says so itself for every answer of these kinds; the page is what it should be.
EXPECTED = ("401 (Unauthorized)", "403 (Forbidden)", "404 (Not Found)", "400 (Bad Request)", "409 (Conflict)")
PATIENCE, LOOK_AGAIN = 10.0, 0.05  # seconds


@dataclass
class Window:
    """One window of one person; `noticed` is what no window should ever have to notice."""

    place: Place
    page: Page
    noticed: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        """Write down what the browser does behind the pages."""
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._request)
        self.page.on("dialog", self._dialog)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(word in message.text for word in EXPECTED):
            self.noticed.append(f"console: {message.text}")

    def _error(self, error: WebError) -> None:
        self.noticed.append(f"script: {error.error}")

    def _request(self, request: Request) -> None:
        self.asked.append(request.url)
        origin = self.place.sandbox.origin
        ours = (self.place.base + "/", f"{origin}/google/", f"{origin}/entra/", "data:")
        if not request.url.startswith(ours):
            self.noticed.append(f"request: {request.url}")

    async def _dialog(self, dialog: Dialog) -> None:
        self.noticed.append(f"dialog: {dialog.message}")
        await dialog.dismiss()

    async def open(self, path: str) -> None:
        """Open an address of ours."""
        await self.page.goto(path if path.startswith("http") else self.place.base + path)

    async def press(self, name: str, *, nth: int = 0) -> None:
        """Press the button of this name."""
        await self.page.get_by_role("button", name=name).nth(nth).click()

    async def follow(self, name: str, *, nth: int = 0) -> None:
        """Follow the link of this name."""
        await self.page.get_by_role("link", name=name).nth(nth).click()

    async def unfold(self, name: str) -> None:
        """Open what is folded under this summary."""
        await self.page.locator("summary", has_text=name).click()

    async def text(self) -> str:
        """Return what the page shows, blanks evened out."""
        return " ".join((await self.page.locator("body").inner_text()).split())

    async def says(self, *sentences: str) -> None:
        """Require sentences on the page, which may still be on its way."""
        last = asyncio.get_running_loop().time() + PATIENCE
        while missing := [each for each in sentences if each not in (shown := await self.text())]:
            assert asyncio.get_running_loop().time() < last, f"{missing} not on {self.page.url}: {shown}"
            await asyncio.sleep(LOOK_AGAIN)

    async def says_not(self, *sentences: str) -> None:
        """Require that sentences are not on the page."""
        shown = await self.text()
        for sentence in sentences:
            assert sentence not in shown, f"{sentence!r} is on {self.page.url}"

    async def consent(self, email: str) -> None:
        """Choose an account on the practice Google's own page and allow what is ticked there."""
        assert self.page.url.startswith(self.place.sandbox.origin)
        await self.page.locator(f'input[name=account][value="{email}"]').check()
        await self.press("Allow")
        assert self.page.url.startswith(self.place.base), self.page.url

    async def accept(self, email: str) -> None:
        """Choose an account on the practice Microsoft's own page and accept what is asked for there."""
        assert self.page.url.startswith(self.place.sandbox.origin)
        await self.page.locator(f'input[name=account][value="{email}"]').check()
        await self.press("Accept")

    async def sign_in(self, email: str, path: str = "/sign-in") -> None:
        """Sign in by clicking, from the page at `path`."""
        await self.open(path)
        await self.press("Sign in with Google")
        await self.consent(email)

    async def evaluate(self, script: str) -> Any:
        """Return what a script of the test's own sees on the page."""
        return await self.page.evaluate(script)
