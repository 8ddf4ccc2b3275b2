"""A message as Graph shows it: each property is made only when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from app.sandbox.graph.bodies import as_html, as_text, preview_of
from app.sandbox.graph.call import Call
from app.sandbox.graph.content import Content, Recipient
from app.sandbox.graph.item import Item

Json = dict[str, Any]
_OWA = "https://outlook.office365.com/owa/?ItemID="


def moment(at: datetime) -> str:
    """Return a moment as Graph writes it: whole seconds, UTC, Z."""
    return f"{at:%Y-%m-%dT%H:%M:%S}Z"


def person(one: Recipient) -> Json:
    """Return an address as Graph shows it."""
    return {"emailAddress": {"name": one.shown, "address": one.email}}


def _people(several: Iterable[Recipient]) -> list[Json]:
    return [person(one) for one in several]


@dataclass(slots=True)
class View:
    """One message in one answer."""

    call: Call
    item: Item
    _content: Content | None = None

    @property
    def content(self) -> Content:
        """What it says, read when it is first needed."""
        if self._content is None:
            self._content = self.call.mailbox.content(self.item)
        return self._content

    def body(self) -> Json:
        """Return the body in the form the caller prefers."""
        kind = self.call.body_kind
        shaped = as_text if kind == "text" else as_html
        return {"contentType": kind, "content": shaped(self.content.kind, self.content.body)}

    def has_attachments(self) -> bool:
        """Say whether anything hangs on it; what is shown inside the body does not count."""
        return any(not one.inline for one in self.content.attachments)

    def web_link(self) -> str:
        """Return where Outlook on the web shows it."""
        return f"{_OWA}{quote(self.item.mutable, safe='')}&exvsurl=1&viewmodel=ReadMessageItem"


def _sent(view: View) -> str:
    sent = view.content.sent if view.item.draft is None else None
    return moment(sent or view.item.received)


def _headers(view: View) -> list[Json] | None:
    headers = view.content.headers
    return [{"name": name, "value": value} for name, value in headers] if headers else None


# In the order in which Graph prints them.
FIELDS: dict[str, Callable[[View], Any]] = {
    "createdDateTime": lambda view: moment(view.item.created),
    "lastModifiedDateTime": lambda view: moment(view.item.modified),
    "changeKey": lambda view: view.item.change,
    "categories": lambda view: list(view.item.categories),
    "receivedDateTime": lambda view: moment(view.item.received),
    "sentDateTime": _sent,
    "hasAttachments": lambda view: view.has_attachments(),
    "internetMessageId": lambda view: view.item.message_id,
    "subject": lambda view: view.content.subject if view.item.draft else view.item.subject,
    "bodyPreview": lambda view: preview_of(view.content.kind, view.content.body),
    "importance": lambda view: view.item.importance,
    "parentFolderId": lambda view: view.item.folder.id,
    "conversationId": lambda view: view.item.conversation,
    "conversationIndex": lambda view: view.item.conversation_index,
    "isDeliveryReceiptRequested": lambda view: view.content.receipts[0],
    "isReadReceiptRequested": lambda view: view.content.receipts[1],
    "isRead": lambda view: view.item.read,
    "isDraft": lambda view: view.item.draft is not None,
    "webLink": lambda view: view.web_link(),
    "inferenceClassification": lambda view: view.item.inference,
    "body": lambda view: view.body(),
    "sender": lambda view: person(view.content.sender) if view.content.sender else None,
    "from": lambda view: person(view.content.author) if view.content.author else None,
    "toRecipients": lambda view: _people(view.content.to),
    "ccRecipients": lambda view: _people(view.content.cc),
    "bccRecipients": lambda view: _people(view.content.bcc),
    "replyTo": lambda view: _people(view.content.reply_to),
    "flag": lambda view: {"flagStatus": view.item.flag},
}
ON_REQUEST: dict[str, Callable[[View], Any]] = {
    "uniqueBody": lambda view: view.body(),
    "internetMessageHeaders": _headers,
}
NOT_BASIC = frozenset({"body", "bodyPreview", "uniqueBody"})
# Known to Graph's type, so that naming them is no mistake.
ELSEWHERE = frozenset({"attachments", "extensions", "singleValueExtendedProperties", "multiValueExtendedProperties"})
NAMES = {name.casefold(): name for name in ("id", *FIELDS, *ON_REQUEST, *ELSEWHERE)}


def message_resource(
    call: Call, item: Item, select: tuple[str, ...] = (), expand: dict[str, tuple[str, ...]] | None = None
) -> Json:
    """Return a message; `select` names properties (none: all but those that have to be asked for).

    `expand` may ask for `singleValueExtendedProperties`, by their ids, and for `attachments`.
    """
    view = View(call, item)
    shown: Json = {"@odata.etag": item.etag, "id": call.id_of(item)}
    for name in select or FIELDS:
        made = FIELDS.get(name) or ON_REQUEST.get(name)
        if made is not None and not (call.basic_only and name in NOT_BASIC):
            value = made(view)
            if value is not None or select:
                shown[name] = value
    wanted = {one.casefold() for one in (expand or {}).get("singleValueExtendedProperties", ())}
    found = [{"id": key, "value": value} for key, value in item.properties.items() if key.casefold() in wanted]
    return shown | ({"singleValueExtendedProperties": found} if found else {})
