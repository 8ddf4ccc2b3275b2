"""One call to Graph: built by Microsoft's library, sent by our transport, its failure told in our own words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from app.errors import InvalidMessage, MessageGone, NoAnswer, ProviderError
from app.providers.calling import TokenSource, authorised
from app.providers.graph.builder import Builder, Request, builder
from app.providers.graph.meaning import busy, error_of
from app.providers.transport import MOST_BYTES, Answer, Call, Transport

# Ids hold `/`, `+` and `=` and differ by case alone. No part between slashes may be dots: it would mean another place.
ID = re.compile(r"[\w~=+/-]{1,1024}", re.ASCII)


class Calls:
    """Calls to one mailbox."""

    def __init__(self, transport: Transport, tokens: TokenSource, *, mailbox: str, api_url: str) -> None:
        """`mailbox` is the key by which the transport counts and limits; `api_url` ends without a slash."""
        self.transport, self.mailbox, self._tokens = transport, mailbox, tokens
        self.build: Builder = builder(api_url)

    async def get(self, node: Any, query: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the object that a GET gives."""
        return await self.ask(self.build.request("GET", node, query=query))

    async def ask(self, request: Request, *, repeatable: bool = True, most_bytes: int = MOST_BYTES) -> dict[str, Any]:
        """Send one built request and return the answer's object, empty where Graph answers with nothing.

        `repeatable=False` for what must not happen twice: anything that sends, or makes something new. Raises Conflict
        where the message has changed since it was read, and a ProviderError for every other refusal.
        """
        answer = await self._answer(request, repeatable, most_bytes)
        if answer.status in (202, 204) or (not answer.body and repeatable):
            return {}
        try:
            value = json.loads(answer.body)
        except (ValueError, RecursionError):
            value = None
        if isinstance(value, dict):
            return value
        if answer.body.startswith(b"{") and repeatable:
            raise InvalidMessage(detail="it is nested too deeply to be read")
        raise ProviderError(detail="its answer is not JSON") if repeatable else NoAnswer()

    async def raw(self, request: Request, *, most_bytes: int) -> bytes:
        """Send one built request and return the answer's bytes."""
        return (await self._answer(request, True, most_bytes)).body

    async def _answer(self, request: Request, repeatable: bool, most_bytes: int) -> Answer:
        call = Call(
            method=request.method,
            url=request.url,
            headers=request.headers,
            body=request.body,
            repeatable=repeatable,
            most_bytes=most_bytes,
        )
        answer = await authorised(self.transport, self._tokens, call, mailbox=self.mailbox, busy=busy)
        if answer.status >= 300:
            raise error_of(answer, repeatable=repeatable)
        return answer


def known_id(given: str) -> str:
    """Return an id that can be one of Graph's; raise MessageGone for anything else, which names nothing there."""
    if not ID.fullmatch(given):
        raise MessageGone()
    return given
