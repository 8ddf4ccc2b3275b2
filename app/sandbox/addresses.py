"""The addresses of From, To, Cc and Bcc: groups, quotes and nested comments, in one pass over the text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from app.sandbox.headers import decode_words

MOST_ADDRESSES = 500
_PLAUSIBLE = re.compile(r"[^\s@<>,;:\"()\[\]]+@(?:[^\s@<>,;:\"()\[\].]+\.)+[^\s@<>,;:\"()\[\].]+\Z")


@dataclass(frozen=True, slots=True)
class Address:
    """One address of a header with the name beside it, decoded."""

    email: str
    name: str = ""


@dataclass(slots=True)
class _Piece:
    plain: list[str] = field(default_factory=list)
    angle: list[str] = field(default_factory=list)
    comment: list[str] = field(default_factory=list)
    has_angle: bool = False

    def address(self) -> Address | None:
        plain, comment = "".join(self.plain).strip(), "".join(self.comment).strip()
        if self.has_angle:
            email, name = "".join(self.angle).strip(), plain
        else:
            email, name = plain, comment
        return Address(email, decode_words(name)) if email else None


@dataclass(slots=True)
class _Reader:
    found: list[Address] = field(default_factory=list)
    piece: _Piece = field(default_factory=_Piece)
    quoted: bool = False
    escaped: bool = False
    depth: int = 0
    in_angle: bool = False

    def take(self, char: str) -> None:
        if self.escaped or char == "\\":
            self._keep(char if self.escaped else "")
            self.escaped = not self.escaped
        elif self.depth:
            self._in_comment(char)
        elif char == '"':
            self.quoted = not self.quoted
        elif self.quoted or not self._mark(char):
            self._keep(char)

    def _in_comment(self, char: str) -> None:
        self.depth += (char == "(") - (char == ")")
        if self.depth and not (char == "(" and self.depth == 1):
            self._keep(char)

    def _mark(self, char: str) -> bool:
        if char == "(":
            self.depth = 1
        elif char == "<":
            self.in_angle = self.piece.has_angle = True
        elif char == ">":
            self.in_angle = False
        elif char in ",;" and not self.in_angle:
            self.finish()
        elif char == ":" and not self.in_angle:
            self.piece = _Piece()  # the name of a group
        else:
            return False
        return True

    def _keep(self, char: str) -> None:
        if self.depth:
            self.piece.comment.append(char)
        elif self.in_angle:
            self.piece.angle.append(char)
        else:
            self.piece.plain.append(char)

    def finish(self) -> None:
        address = self.piece.address()
        if address:
            self.found.append(address)
        self.piece, self.in_angle = _Piece(), False


def read_addresses(value: str) -> list[Address]:
    """Return the addresses of a header value as it stands in the letter; 501 of them mean "too many"."""
    reader = _Reader()
    for char in value:
        reader.take(char)
        if len(reader.found) > MOST_ADDRESSES:
            return reader.found
    reader.finish()
    return reader.found


def is_plausible(email: str) -> bool:
    """Say whether Gmail would take this as an address: something, @, a domain with a dot."""
    return len(email) <= 320 and _PLAUSIBLE.match(email) is not None
