"""history.list: what happened since a cursor, and 404 when the cursor is too old."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import Any

from app.sandbox.gmail.call import Call
from app.sandbox.gmail.historybook import Record
from app.sandbox.gmail.listing import page_size
from app.sandbox.gmail.refusals import invalid, not_found

Json = dict[str, Any]
_MEMBERS = {
    "messageAdded": "messagesAdded",
    "messageDeleted": "messagesDeleted",
    "labelAdded": "labelsAdded",
    "labelRemoved": "labelsRemoved",
}


def list_history(call: Call) -> Json:
    """users.history.list: `historyId` is the cursor for the next time."""
    if "startHistoryId" not in call.values:
        raise invalid("Missing start history id")
    start = _start(call)
    keep = timedelta(days=call.sandbox.modes.history_days)
    records = call.mailbox.history.since(start, keep=keep)
    if records is None:
        raise not_found()
    wanted = (record for record in records if _wanted(call, record))
    size = page_size(call)
    page = list(islice(wanted, size + 1))
    answer: Json = {"history": [_shown(record) for record in page[:size]]} if page else {}
    if len(page) > size:
        answer["nextPageToken"] = str(page[size - 1].id)
    return answer | {"historyId": str(call.mailbox.history.current)}


def _start(call: Call) -> int:
    # The start stays the same on every page; the token says how far the pages have come.
    token: str = call.values.get("pageToken", "")
    if token and not token.isdecimal():
        raise invalid("Invalid pageToken")
    return max(int(call.values["startHistoryId"]), int(token or 0))


def _wanted(call: Call, record: Record) -> bool:
    kinds, label_id = call.values.get("historyTypes"), call.values.get("labelId")
    return (not kinds or record.kind in kinds) and (not label_id or label_id in (*record.all_labels, *record.labels))


def _shown(record: Record) -> Json:
    named: Json = {"id": record.message, "threadId": record.thread}
    entry: Json = {"message": named | ({"labelIds": list(record.all_labels)} if record.all_labels else {})}
    if record.kind.startswith("label"):
        entry["labelIds"] = list(record.labels)
    return {"id": str(record.id), "messages": [named], _MEMBERS[record.kind]: [entry]}
