"""The practice provider's answers, kept and given again: what a benchmark of ours measures is then not its CPU."""

from __future__ import annotations

import httpx2


class Recorded(httpx2.AsyncBaseTransport):
    """Passes requests on and keeps the answers; once `replays` is set, a known request is answered from them."""

    def __init__(self, inner: httpx2.AsyncBaseTransport) -> None:
        """Begin with nothing kept."""
        self.inner = inner
        self.replays = False
        self.kept: dict[tuple[str, str, bytes], tuple[int, list[tuple[bytes, bytes]], bytes]] = {}

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer from what is kept, else ask."""
        key = (request.method, str(request.url), await request.aread())
        if not (self.replays and key in self.kept):
            answer = await self.inner.handle_async_request(request)
            self.kept[key] = (answer.status_code, answer.headers.raw, await answer.aread())
        status, headers, content = self.kept[key]
        return httpx2.Response(status, headers=headers, content=content, request=request)
