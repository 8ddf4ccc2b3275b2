"""No request body is larger than we are ready to hold, whatever the request says about it."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.errors import TooLarge, answer

MEGABYTE = 2**20
MOST_BYTES = MEGABYTE


class BodyLimit:
    """ASGI middleware: 413 for a body of more than `most` bytes, before or while it is read."""

    def __init__(self, app: ASGIApp, most: int = MOST_BYTES) -> None:
        self.app = app
        self.most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if self._declares_too_much(Headers(scope=scope)):
            refusal = answer(Request(scope), self._error(), headers={"Connection": "close"})
            await refusal(scope, receive, send)
            return
        await self.app(scope, self._counting(receive), send)

    def _declares_too_much(self, headers: Headers) -> bool:
        declared = headers.get("content-length", "0")
        # What is no number is as bad as a number too large; fifteen digits spare us the parsing of thousands.
        return not declared.isdecimal() or len(declared) > 15 or int(declared) > self.most

    def _counting(self, receive: Receive) -> Receive:
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self.most:
                raise self._error()
            return message

        return counted

    def _error(self) -> TooLarge:
        return TooLarge(megabytes=self.most // MEGABYTE)
