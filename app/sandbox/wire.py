"""What comes in and what goes out over HTTP, before any provider has looked at it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

MOST_BYTES = 220_000_000  # above the largest upload Gmail takes (150 MiB) and its growth in base64
JSON_TYPE = "application/json; charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `path` is the raw path, percent signs and all, and header names are lower case."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: dict[str, str]
    body: bytes = b""

    def parameter(self, name: str, default: str = "") -> str:
        """Return the first query parameter of this name."""
        return next((value for key, value in self.query if key == name), default)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, complete."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


def json_answer(
    data: Any, status: int = 200, *, pretty: bool = True, headers: tuple[tuple[str, str], ...] = ()
) -> Answer:
    """Return JSON as Google prints it: indented by two unless told otherwise, never to be cached."""
    body = orjson.dumps(data, option=orjson.OPT_INDENT_2 if pretty else 0) + b"\n"
    fixed = (("content-type", JSON_TYPE), ("cache-control", "no-cache, no-store, max-age=0, must-revalidate"))
    return Answer(status, body, (*fixed, ("vary", "Origin, X-Origin, Referer"), *headers))


def html_answer(page: str, status: int = 200) -> Answer:
    """Return a page that may load nothing and be framed by nobody."""
    policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
    headers = (("content-type", "text/html; charset=utf-8"), ("content-security-policy", policy))
    return Answer(status, page.encode(), (*headers, ("cache-control", "no-store"), ("referrer-policy", "no-referrer")))


def redirect(url: str) -> Answer:
    """Send the browser on."""
    return Answer(302, b"", (("location", url), ("cache-control", "no-store")))


def form_of(request: Request) -> dict[str, str]:
    """Return the fields of a form post, the first of each name."""
    pairs = parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    return dict(reversed(pairs))


class TooLarge(Exception):
    """The request has more bytes than anything here takes."""


async def read_request(scope: Scope, receive: Receive) -> Request:
    """Read a request whole; raise TooLarge past the cap, ConnectionError if the caller went away."""
    body = bytearray()
    more = True
    while more:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise ConnectionResetError("the caller went away")
        body += event.get("body", b"")
        more = event.get("more_body", False)
        if len(body) > MOST_BYTES:
            raise TooLarge
    raw_path = scope.get("raw_path") or scope["path"].encode()
    query = parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:  # a header that comes twice is one list (RFC 9110, 5.3)
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    path = raw_path.split(b"?")[0].decode("latin-1")
    return Request(scope["method"].upper(), path, tuple(query), headers, bytes(body))
