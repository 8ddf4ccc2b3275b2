"""The addresses of a header (RFC 5322 3.4), read in one pass whose time grows with the length alone.

Python's own parser can be crashed and stalled by a stranger's header. This one errs on the careful side: what is no
plain address is left out, and two addresses where one was meant come out as two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from app.providers.base import Address
from app.providers.characters import clean_line, decode_words

MOST_LETTERS = 64 * 1024
MOST_ADDRESSES = 500
PLAIN = re.compile(r"[^\s@<>(),;:\\\"\[\]\x00-\x20\x7f-\x9f]{1,64}@[^\s@<>(),;:\\\"\[\]\x00-\x20\x7f-\x9f]{1,253}")
WORDS = re.compile(r"[^\"(<>,;:\\]+|.", re.DOTALL)
QUOTED = re.compile(r'((?:[^"\\]|\\.)*)(?:"|\\?$)', re.DOTALL)
ANGLE = re.compile(r"([^<>]*)>?")
ROUTE = re.compile(r"@[^:]*:")
IN_COMMENT = re.compile(r"[^()\\]+|\\.?|[()]", re.DOTALL)


def parse_addresses(values: Iterable[str]) -> tuple[Address, ...]:
    """Return every address of these header values, at most 500 of them, names decoded and cleaned."""
    found: list[Address] = []
    for value in values:
        for address in _each(value[:MOST_LETTERS]):
            found.append(address)
            if len(found) == MOST_ADDRESSES:
                return tuple(found)
    return tuple(found)


def _each(value: str) -> Iterator[Address]:
    entry, at = _Entry(), 0
    while at < len(value):
        sign = value[at]
        if sign == '"':
            at = entry.quoted(value, at + 1)
        elif sign == "(":
            at = entry.comment(value, at + 1)
        elif sign == "<":
            if entry.angle is not None:
                yield from entry.address()
                entry = _Entry()
            at = entry.address_in_angles(value, at + 1)
        elif sign in ",;":
            yield from entry.address()
            entry, at = _Entry(), at + 1
        elif sign == ":":  # what stood before is the name of a group
            entry, at = _Entry(), at + 1
        else:
            at = entry.words(value, at)
    yield from entry.address()


class _Entry:
    """What has been read of one address."""

    def __init__(self) -> None:
        self.name: list[str] = []
        self.comments: list[str] = []
        self.angle: str | None = None

    def quoted(self, value: str, at: int) -> int:
        """Take in a quoted string; return where it ends."""
        match = QUOTED.match(value, at)
        if match is None:
            return at
        self.name.append(re.sub(r"\\(.)", r"\1", match[1], flags=re.DOTALL))
        return match.end()

    def comment(self, value: str, at: int) -> int:
        """Take in a comment with the comments inside it, however deep."""
        depth, start = 1, at
        for match in IN_COMMENT.finditer(value, at):
            depth += {"(": 1, ")": -1}.get(match[0], 0)
            if depth == 0:
                self.comments.append(value[start : match.start()])
                return match.end()
        return len(value)

    def address_in_angles(self, value: str, at: int) -> int:
        """Take in what stands in angle brackets, a route before it left out."""
        match = ANGLE.match(value, at)
        inside = match[1] if match else ""
        self.angle = ROUTE.sub("", inside, count=1).strip() if inside.lstrip().startswith("@") else inside.strip()
        return match.end() if match else at

    def words(self, value: str, at: int) -> int:
        """Take in words that are neither quoted nor in brackets."""
        match = WORDS.match(value, at)
        if match is None:
            return at + 1
        self.name.append(match[0])
        return match.end()

    def address(self) -> Iterator[Address]:
        """Give the address, if there is one."""
        email = self.angle if self.angle is not None else "".join(self.name).strip()
        if not PLAIN.fullmatch(email):
            return
        name = " ".join(self.name if self.angle is not None else self.comments)
        yield Address(email=email, name=clean_line(decode_words(name), 200))
