"""A Graph that answers as a test says, and Alice's mailbox there."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx2

from app.child import Child
from app.providers import reading
from app.providers.allowed import graph
from app.providers.graph.mailbox import Graph
from tests.providers.wires import Way, way_to

GRAPH = "https://graph.test/v1.0"
ID = "AAkALg/a+b=="  # as hostile to a path as Graph's are
QUOTED = "AAkALg%2Fa%2Bb%3D%3D"
Answering = Callable[[httpx2.Request], httpx2.Response]
FOLDERS = {
    "inbox": "AQ-in",
    "archive": "AQ-ar",
    "sentitems": "AQ-se",
    "drafts": "AQ-dr",
    "junkemail": "AQ-ju",
    "deleteditems": "AQ-de",
}


def way(handler: Answering) -> Way:
    """Return the way to this Graph."""
    return way_to(handler, allowed=tuple(graph(GRAPH)))


def mailbox_at(handler: Answering, reader: Child | None = None) -> Graph:
    """Open Alice's mailbox at this Graph."""

    async def tokens(refused: str) -> str:
        return f"{refused}x"

    reads = reader or Child(reading.work)
    return Graph(way(handler).transport, tokens, mailbox="alice", api_url=GRAPH, reader=reads)


def refusal(status: int, code: str, message: str = "No.", **headers: str) -> httpx2.Response:
    """Return an error answer as Graph writes it."""
    inner = {"date": "2026-11-22T00:00:00", "request-id": "1", "client-request-id": "1"}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx2.Response(
        status, json={"error": {"code": code, "message": message, "innerError": inner}}, headers=named
    )


def resource(**more: Any) -> dict[str, Any]:
    """Return a letter of Clara's as Graph shows it, some of it changed."""
    return {
        "@odata.etag": 'W/"one"',
        "id": ID,
        "conversationId": "AAQk/c+d=",
        "parentFolderId": FOLDERS["inbox"],
        "changeKey": "one",
        "isDraft": False,
        "isRead": True,
        "categories": [],
        "subject": "Terrace in March?",
        "from": {"emailAddress": {"name": "Clara Client", "address": "clara@customer.example"}},
        "toRecipients": [{"emailAddress": {"name": "Alice", "address": "alice@practice.example"}}],
        "receivedDateTime": "2026-11-22T22:40:00Z",
        "internetMessageId": "<march@c.example>",
        "body": {"contentType": "html", "content": "<p>Could you start?</p>"},
        **more,
    }


class FewAnswers:
    """A Graph that knows its folders, and else gives these answers by method, one after the other; the last stays."""

    def __init__(self, **answers: list[Any]) -> None:
        self._answers = {method: list(given) for method, given in answers.items()}
        self.requests: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        name = request.url.path.rsplit("/", 1)[-1]
        if name in FOLDERS:
            return httpx2.Response(200, json={"id": FOLDERS[name]})
        self.requests.append(request)
        left = self._answers[request.method]
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx2.Response) else httpx2.Response(200, json=answer)

    def made(self) -> list[tuple[str, str]]:
        """Return the calls that were made, folders left out: method, and path below the mailbox as it was sent."""
        raw = [(each.method, each.url.raw_path.decode().partition("?")[0]) for each in self.requests]
        return [(method, path.removeprefix("/v1.0/me")) for method, path in raw]

    def body(self, place: int) -> Any:
        """Return what was sent with one of the calls."""
        return json.loads(self.requests[place].content)
