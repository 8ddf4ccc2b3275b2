"""The headers of a message (RFC 5322) as both providers give them: a list of names and values that strangers wrote."""

from __future__ import annotations

import re

from app.providers.characters import clean_line
from app.providers.fields import dicts

PRIVATE_HEADER, NOTICE_HEADER = "X-Deskhand-Id", "X-Deskhand-Notice"
# What only mail systems put on a letter: Google's, and Exchange's.
REPORT_HEADERS = ("X-Failed-Recipients", "X-MS-Exchange-Message-Is-Ndr")
MOST_HEADERS, MOST_LETTERS = 1000, 64 * 1024
MOST_REFERENCES = 100
# Nothing that looks like an encoded word: Python would decode it on the way out, line ends and all.
MESSAGE_ID = re.compile(r"<(?![^<>\s]{0,250}=\?)[\x21-\x3b\x3d\x3f-\x7e]{1,250}>")


class Headers:
    """The headers of one part by name in any case; of several of a name, all."""

    def __init__(self, given: object) -> None:
        """`given` is a list of `{"name": …, "value": …}`; anything else has no headers."""
        self._values: dict[str, list[str]] = {}
        for header in dicts(given)[:MOST_HEADERS]:
            name, value = header.get("name"), header.get("value")
            if isinstance(name, str) and isinstance(value, str):
                self._values.setdefault(name.casefold(), []).append(value[:MOST_LETTERS])

    def all(self, name: str) -> list[str]:
        """Return every value of that name."""
        return self._values.get(name.casefold(), [])

    def first(self, name: str) -> str:
        """Return the first value of that name, empty without one."""
        return next(iter(self.all(name)), "")


def notice_mark_in(headers: Headers) -> str:
    """Return the mark of a letter of our own; empty without one, or where several contradict each other."""
    marks = headers.all(NOTICE_HEADER)
    return clean_line(marks[0], 300) if len(marks) == 1 else ""


def is_report(headers: Headers) -> bool:
    """Say whether a mail system wrote this about the delivery of a letter (RFC 3464), by its headers alone."""
    kind = headers.first("Content-Type").casefold()
    return (kind.lstrip().startswith("multipart/report") and "delivery-status" in kind) or any(
        headers.all(name) for name in REPORT_HEADERS
    )


def message_id_in(value: str) -> str:
    """Return the first message id of a header's value, empty without one."""
    return next(iter(MESSAGE_ID.findall(value)), "")


def references_in(references: str, in_reply_to: str) -> tuple[str, ...]:
    """Return the ids a message refers to, its thread's first one and the latest (RFC 5322 3.6.4)."""
    found = MESSAGE_ID.findall(references)
    if not found:
        answered = MESSAGE_ID.findall(in_reply_to)
        found = answered if len(answered) == 1 else []
    return tuple(found[:1] + found[1:][-(MOST_REFERENCES - 1) :])
