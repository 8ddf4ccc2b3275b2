"""A Graph that does less than Microsoft's: another implementation of it, at which the acts have to work all the same.

It knows no etags, no changeKey, no extended properties and no `$value`; its `createReply` takes nothing along, its
folders are called by their well-known names, its links are relative, and it answers 200 when it has sent a letter.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import httpx2

from tests.providers.graph.wires import FOLDERS

ME = {"mail": "alice@practice.example", "displayName": "Alice", "userPrincipalName": "alice@practice.example"}
CLARA = {"emailAddress": {"address": "clara@customer.example"}}


class PlainGraph:
    """A few messages in memory, by id."""

    def __init__(self) -> None:
        self.messages: dict[str, dict[str, Any]] = {}
        self.sent: list[str] = []
        self.changes = 0
        self.calls = 0

    def put(self, message_id: str, *, minute: int = 0, conversation: str = "conv_1", **more: Any) -> str:
        """Put a letter into the mailbox."""
        self.messages[message_id] = {
            "id": message_id,
            "conversationId": conversation,
            "parentFolderId": "inbox",
            "subject": "Terrace in March?",
            "bodyPreview": "Could you start?",
            "from": CLARA,
            "toRecipients": [],
            "ccRecipients": [],
            "receivedDateTime": f"2026-11-22T10:{minute:02}:00Z",
            "lastModifiedDateTime": "0",
            "isDraft": False,
            "isRead": False,
            "categories": [],
            "body": {"contentType": "html", "content": "<p>Could you start?</p>"},
            "internetMessageId": f"<{message_id}@x>",
            **more,
        }
        return message_id

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.calls += 1
        parts = [unquote(part) for part in request.url.path.removeprefix("/v1.0/me").strip("/").split("/")]
        query = {name: values[0] for name, values in parse_qs(urlsplit(str(request.url)).query).items()}
        if parts == [""]:
            return httpx2.Response(200, json=ME)
        if parts[:2] == ["outlook", "masterCategories"]:
            return httpx2.Response(200, json={"value": [{"displayName": "Follow up"}]})
        if parts[0] == "mailFolders" and len(parts) == 2:
            return self._folder(parts[1])
        if parts[0] == "mailFolders":
            return self._list(request, query, lambda one: one["parentFolderId"] == parts[1])
        if len(parts) == 1:
            return self._list(request, query, lambda one: True)
        return self._one(request, parts[1:])

    @staticmethod
    def _folder(name: str) -> httpx2.Response:
        if name in FOLDERS:
            return httpx2.Response(200, json={"id": name, "displayName": name.title()})
        return _refused(404, "ErrorFolderNotFound")

    def _list(
        self, request: httpx2.Request, query: dict[str, str], wanted: Callable[[dict[str, Any]], bool]
    ) -> httpx2.Response:
        found = [one for one in self.messages.values() if wanted(one) and _matches(one, query.get("$filter", ""))]
        found.sort(key=lambda one: str(one["receivedDateTime"]), reverse="desc" in query.get("$orderby", ""))
        top, skip = int(query.get("$top", "10")), int(query.get("$skip", "0"))
        answer: dict[str, Any] = {"value": found[skip : skip + top]}
        if skip + top < len(found):
            raw = request.url.raw_path.decode().partition("&%24skip=")[0]
            answer["@odata.nextLink"] = f"{raw}&%24skip={skip + top}"
        return httpx2.Response(200, json=answer)

    def _one(self, request: httpx2.Request, parts: list[str]) -> httpx2.Response:
        message = self.messages.get(parts[0])
        if message is None:
            return _refused(404, "ErrorItemNotFound")
        if request.method == "GET":
            files = message.get("files", [])
            shown = {1: message, 2: {"value": files}}.get(len(parts))
            return httpx2.Response(200, json=shown or next(each for each in files if each["id"] == parts[2]))
        if parts[1:] == ["createReply"]:
            return httpx2.Response(201, json=self._reply_to(message))
        change = self._change(request.method, parts[1:], json.loads(request.content or b"{}"))
        if change is None:
            return httpx2.Response(404, text="404 Not Found")
        if parts[1:] == ["send"]:
            self.sent.append(parts[0])
        self.changes += 1
        message |= change | {"lastModifiedDateTime": str(self.changes)}
        return httpx2.Response(204) if request.method == "DELETE" else httpx2.Response(200, json=message)

    @staticmethod
    def _change(method: str, verb: list[str], body: dict[str, Any]) -> dict[str, Any] | None:
        known = ("categories", "body", "toRecipients", "ccRecipients", "bccRecipients", "isRead", "subject")
        changes = {
            "PATCH": {name: body[name] for name in known if name in body},
            "DELETE": {"parentFolderId": "deleteditems", "isDraft": False},
            "POST move": {"parentFolderId": body.get("destinationId")},
            "POST send": {"parentFolderId": "sentitems", "isDraft": False},
        }
        return changes.get(" ".join([method, *verb]))

    def _reply_to(self, message: dict[str, Any]) -> dict[str, Any]:
        nothing, to = {"contentType": "html", "content": ""}, [message["from"]]
        draft = {"parentFolderId": "drafts", "isDraft": True, "body": nothing, "from": None, "toRecipients": to}
        return self.messages[self.put(f"msg_{len(self.messages)}", minute=59, **draft)]


def _matches(message: dict[str, Any], wanted: str) -> bool:
    """Apply what this Graph understands of a filter; what it does not understand it leaves out."""
    for condition in wanted.split(" and "):
        name, _, value = condition.partition(" eq ")
        if name == "conversationId" and message["conversationId"] != value.strip("'"):
            return False
        if name == "isRead" and message["isRead"] != (value == "true"):
            return False
        if name.startswith("categories/any") and value.strip("')") not in message["categories"]:
            return False
    return True


def _refused(status: int, code: str) -> httpx2.Response:
    return httpx2.Response(status, json={"error": {"code": code, "message": code}})
