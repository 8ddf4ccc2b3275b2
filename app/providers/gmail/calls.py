"""One call to Gmail: built and read by Google's library, sent by our transport, its failure told in our own words."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

from app.errors import InvalidMessage, MessageGone, NoAnswer, ProviderError
from app.providers.calling import TokenSource, authorised
from app.providers.gmail.builder import Builder, builder
from app.providers.gmail.meaning import busy, error_of
from app.providers.transport import MOST_BYTES, Answer, Call, Transport

ID = re.compile(r"(?!\.+$)[\w.~=+:@-]{1,1024}", re.ASCII)
ME = "me"


class Calls:
    """Calls to one mailbox."""

    def __init__(self, transport: Transport, tokens: TokenSource, *, mailbox: str, api_url: str) -> None:
        """`mailbox` is the key by which the transport counts and limits; `api_url` ends with a slash."""
        self._transport, self._tokens, self._mailbox = transport, tokens, mailbox
        self.build: Builder = builder(api_url)

    async def call(self, request: Any, *, repeatable: bool = True, most_bytes: int = MOST_BYTES) -> dict[str, Any]:
        """Send one built request and return the answer's object, empty where Gmail answers with nothing.

        `repeatable=False` for what must not happen twice: anything that sends, or makes something new.
        """
        answer = await self._answer(request, repeatable, most_bytes)
        if answer.status >= 300:
            raise error_of(answer, repeatable=repeatable)
        if not answer.body and repeatable:
            return {}
        try:
            value = request.postproc(SimpleNamespace(status=answer.status), answer.body)
        except (ValueError, RecursionError):
            value = None
        if isinstance(value, dict):
            return value
        if answer.body.startswith(b"{") and repeatable:
            raise InvalidMessage(detail="it is nested too deeply to be read")
        raise ProviderError(detail="its answer is not JSON") if repeatable else NoAnswer()

    async def _answer(self, request: Any, repeatable: bool, most_bytes: int) -> Answer:
        headers = {name: value for name, value in request.headers.items() if name.lower() != "accept-encoding"}
        body = request.body or b""
        call = Call(
            method=request.method,
            url=request.uri,
            headers=headers,
            body=body.encode() if isinstance(body, str) else body,
            repeatable=repeatable,
            most_bytes=most_bytes,
        )
        return await authorised(self._transport, self._tokens, call, mailbox=self._mailbox, busy=busy)


def known_id(given: str) -> str:
    """Return an id that can be one of Gmail's; raise MessageGone for anything else, which names nothing there."""
    if not ID.fullmatch(given):
        raise MessageGone()
    return given
