"""Pages of lists: newest first, an opaque token for the next page, and Gmail's poor estimate of the whole."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from typing import Any

from app.sandbox.gmail.call import Call
from app.sandbox.gmail.mailbox import Message
from app.sandbox.gmail.matching import finder
from app.sandbox.gmail.refusals import invalid

Json = dict[str, Any]
MOST_PER_PAGE = 500
ESTIMATE = 201  # what Gmail says of anything longer, whatever its length


def page_size(call: Call) -> int:
    """Return how many entries a page has: 100 unless asked for others, never more than 500."""
    asked = call.values.get("maxResults", 100)
    return min(asked, MOST_PER_PAGE) or 100


def read_token(call: Call) -> tuple[int, str] | None:
    """Return the place a page begins behind, None for the first; raise Google's 400 for a token of nobody's."""
    token = call.values.get("pageToken", "")
    if not token:
        return None
    try:
        date, _, message_id = base64.urlsafe_b64decode(token.encode() + b"==").decode("ascii").partition(".")
        return int(date), message_id
    except ValueError:
        raise invalid("Invalid pageToken") from None


def write_token(message: Message) -> str:
    """Return the token of the page behind a message."""
    return base64.urlsafe_b64encode(f"{message.date}.{message.id}".encode()).rstrip(b"=").decode()


def found_messages(call: Call, before: tuple[int, str] | None = None) -> Iterator[Message]:
    """Yield the messages a list call asks for, newest first."""
    labels = call.values.get("labelIds", [])
    for label_id in labels:
        if not call.mailbox.labels.known(label_id):
            raise invalid("labelId not found")
    away = call.values.get("includeSpamTrash", False)
    lag = call.sandbox.modes.search_lag
    wanted = finder(call.mailbox, call.query(), labels, away=away, lag=lag)
    return (message for message in call.mailbox.newest_first(before) if wanted(message))


def listed(call: Call, name: str, rows: Iterator[tuple[Message, Json]]) -> Json:
    """Return one page of rows under a name; each row comes with the message that marks its place."""
    size = page_size(call)
    page: list[tuple[Message, Json]] = []
    seen = 0
    # Rows are made one by one: nothing is searched beyond the page and what the estimate needs.
    for seen, row in enumerate(rows, start=1):
        if seen <= size:
            page.append(row)
        if seen >= max(ESTIMATE, size + 1):
            break
    answer: Json = {name: [row for _, row in page]} if page else {}
    if seen > size:
        answer["nextPageToken"] = write_token(page[-1][0])
    first = not call.values.get("pageToken")
    estimate = seen if seen < ESTIMATE else ESTIMATE
    return answer | {"resultSizeEstimate": estimate if first or page else 0}


def each_once(messages: Iterator[Message], key: Callable[[Message], str]) -> Iterator[Message]:
    """Yield the first message of each key."""
    seen: set[str] = set()
    for message in messages:
        if key(message) not in seen:
            seen.add(key(message))
            yield message
