"""Lists of messages: found, ordered, cut into pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

from app import clock
from app.sandbox.graph.call import Call, graph_json
from app.sandbox.graph.filters import Filter
from app.sandbox.graph.folders import Folder
from app.sandbox.graph.item import Item
from app.sandbox.graph.query import Query, next_link, read_query
from app.sandbox.graph.refusals import bad_filter
from app.sandbox.graph.resource import NAMES, View, message_resource
from app.sandbox.graph.searching import MOST_FOUND, read_search
from app.sandbox.wire import Answer

Json = dict[str, Any]
VALUES: dict[str, Callable[[View], Any]] = {
    "isRead": lambda view: view.item.read,
    "isDraft": lambda view: view.item.draft is not None,
    "hasAttachments": lambda view: view.has_attachments(),
    "subject": lambda view: view.content.subject if view.item.draft else view.item.subject,
    "importance": lambda view: view.item.importance,
    "inferenceClassification": lambda view: view.item.inference,
    "flag/flagStatus": lambda view: view.item.flag,
    "from/emailAddress/address": lambda view: view.item.author,
    "from/emailAddress/name": lambda view: view.content.author.shown if view.content.author else "",
    "sender/emailAddress/address": lambda view: view.content.sender.email if view.content.sender else "",
    "internetMessageId": lambda view: view.item.message_id,
    "conversationId": lambda view: view.item.conversation,
    "parentFolderId": lambda view: view.item.folder.id,
    # Graph writes whole seconds, and compares with what it writes.
    "receivedDateTime": lambda view: view.item.received.replace(microsecond=0),
    "sentDateTime": lambda view: (view.content.sent or view.item.received).replace(microsecond=0),
    "createdDateTime": lambda view: view.item.created.replace(microsecond=0),
    "lastModifiedDateTime": lambda view: view.item.modified.replace(microsecond=0),
    "categories": lambda view: view.item.categories,
    "singleValueExtendedProperties": lambda view: {key.casefold(): one for key, one in view.item.properties.items()},
}
_PATHS = {path.casefold(): path for path in VALUES}


def list_messages(call: Call) -> Answer:
    """GET /me/messages: of all folders, drafts and deleted ones too."""
    return _listed(call, None)


def list_in_folder(call: Call) -> Answer:
    """GET /me/mailFolders/{id}/messages."""
    return _listed(call, call.folder(call.keys[0]))


def _listed(call: Call, folder: Folder | None) -> Answer:
    query = read_query(call.request, NAMES)
    found = (
        _searched(call, folder, query) if query.search else _ordered(call, _found(call, folder, query.filter), query)
    )
    total = list(found) if query.count else None
    page = list(islice(total or found, query.skip, query.skip + query.top + 1))
    answer: Json = {"@odata.context": call.context("messages")}
    if total is not None:
        answer["@odata.count"] = len(total)
    shown = page[: query.top]
    answer["value"] = [message_resource(call, item, query.select, query.expand) for item in shown]
    if len(page) > query.top:
        answer["@odata.nextLink"] = next_link(call.sandbox.origin, call.request, query.skip + query.top)
    return graph_json(answer)


def _found(call: Call, folder: Folder | None, read: Filter | None) -> Iterator[Item]:
    for item in call.mailbox.newest_first():
        if (folder is None or item.folder is folder) and (read is None or _passes(call, item, read)):
            yield item


def _searched(call: Call, folder: Folder | None, query: Query) -> list[Item]:
    terms, until = read_search(query.search), clock.now() - timedelta(seconds=call.sandbox.modes.search_lag)
    found = []
    for item in _found(call, folder, None):
        view = View(call, item)
        if item.created <= until and all(term.found_in(view) for term in terms):
            found.append((VALUES["sentDateTime"](view), item))
    return [item for _, item in sorted(found, key=lambda each: each[0], reverse=True)[:MOST_FOUND]]


def _passes(call: Call, item: Item, read: Filter) -> bool:
    view = View(call, item)
    return read.matches(lambda path: VALUES[path](view))


def _ordered(call: Call, found: Iterable[Item], query: Query) -> Iterable[Item]:
    if query.order in {(), (("receivedDateTime", True),)}:
        return found
    items = list(found)
    for name, falls in reversed(query.order):
        value = VALUES.get(_PATHS.get(name.casefold(), ""))
        if value is None:
            raise bad_filter()
        items.sort(key=lambda item, value=value: _comparable(value(View(call, item))), reverse=falls)  # type: ignore[misc]
    return items


def _comparable(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value
