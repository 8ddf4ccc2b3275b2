"""The way between Deskhand and a provider, long enough for something to happen while a letter is on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx2

from app.actions.resources import Resources
from app.providers.allowed import allowed
from app.providers.transport import Transport
from app.sandbox.sandbox import Sandbox
from app.sandbox.server import make_app


class Wire(httpx2.AsyncBaseTransport):
    """Passes requests on; those that send wait for `pause` on their way there, and their answers on the way back."""

    def __init__(self, inner: httpx2.AsyncBaseTransport, pause: Callable[[], Awaitable[object]]) -> None:
        """Begin as an empty wire."""
        self.inner, self.pause = inner, pause

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Ask the provider."""
        sends = request.url.path.endswith("/send")
        if sends:
            await self.pause()
        answer = await self.inner.handle_async_request(request)
        if sends:
            await self.pause()
        return answer

    async def aclose(self) -> None:
        """Close what is below."""
        await self.inner.aclose()


@asynccontextmanager
async def wired(
    resources: Resources, sandbox: Sandbox, pause: Callable[[], Awaitable[object]]
) -> AsyncIterator[Resources]:
    """Give resources whose way to the practice server is such a wire."""
    wire = Wire(httpx2.ASGITransport(make_app(sandbox)), pause)
    async with httpx2.AsyncClient(transport=wire) as client:
        transport = Transport(client, allowed(resources.settings))
        yield Resources(resources.settings, resources.db, resources.keys, transport, resources.reader, resources.secret)
