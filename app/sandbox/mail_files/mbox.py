"""Mbox files of every dialect, cut into letters as they stream by.

The lines beginning with "From " decide alone: Content-Length is left unread, since it lies as soon as an editor or
another program has touched the file. Writers that quote (mboxo, mboxrd) and writers that do not are both read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

from app.sandbox.mail_files.letters import MOST_LETTER

CHUNK = 2**20
LOOK = 1_000  # bytes in which a separator line and the beginning of the next line have room

_DAY = rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?[ ]{1,3}"
_MONTH = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_CALENDAR = rb"(?:" + _MONTH + rb"[ ]{1,3}\d{1,2}|\d{1,2}[ -]" + _MONTH + rb"[ -]\d{4}),?[ ]{1,3}"
_DATE = _DAY + _CALENDAR + rb"(?:\d{4},?[ ])?\d{1,2}:\d\d"
_DATED = re.compile(rb"From [^\r\n]{0,300}?" + _DATE + rb"[^\r\n]{0,60}\r?(?:\n|\Z)")
_ADDRESSED = re.compile(rb"From [^\s@]{1,200}@[^\s@]{1,200}[ \t]{0,9}\r?\n")
_FIELD = re.compile(rb"[!-9;-~]{1,100}[ \t]{0,9}:")
_QUOTED = re.compile(rb"\n>(>*From )")  # three times as fast as with (?m:^)
_FIRST_QUOTED = re.compile(rb">+From ")
_BLANK_LINE = (b"\n\n", b"\n\r\n")


class Readable(Protocol):
    """Whatever gives bytes in portions."""

    def read1(self, size: int = -1, /) -> bytes:
        """Return at most `size` bytes, those that are at hand; none at the end."""


def begins_as_mbox(start: bytes) -> bool:
    """Say whether a file that begins with these bytes is an mbox."""
    return _separator_at(start.lstrip(b"\xef\xbb\xbf\r\n"), 0, after_blank=True) > 0


def begins_as_letter(start: bytes) -> bool:
    """Say whether a file that begins with these bytes begins with a header field."""
    return _FIELD.match(start.lstrip(b"\xef\xbb\xbf\r\n")) is not None


def split(stream: Readable, *, most: int = MOST_LETTER) -> Iterator[bytes | None]:
    """Yield the letters of an mbox, unquoted, without their separator lines; None for one longer than `most` bytes.

    Holds one letter and one chunk at a time, however long the file is.
    """
    cutter = _Cutter(most)
    while chunk := stream.read1(CHUNK):
        yield from cutter.feed(chunk)
    yield from cutter.finish()


class _Cutter:
    """Collects chunks and cuts before each separator line."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.buffer = bytearray()
        self.seen = 0  # up to here the buffer holds no separator
        self.fresh = True  # nothing but blank lines has come yet
        self.too_long = False  # the beginning of the present letter has been thrown away

    def feed(self, chunk: bytes) -> Iterator[bytes | None]:
        self.buffer += chunk
        yield from self._cut(LOOK)
        if self.seen > self.most:
            self.too_long = True
            del self.buffer[: self.seen - 2]  # the two bytes before a line say whether it stands after a blank one
            self.seen = 2

    def finish(self) -> Iterator[bytes | None]:
        yield from self._cut(0)
        if not self.fresh:
            yield self._take(len(self.buffer))

    def _cut(self, tail: int) -> Iterator[bytes | None]:
        """Cut at each separator that begins before the last `tail` bytes."""
        if self.fresh and len(self.buffer) > tail:
            self._begin()
        while (newline := self.buffer.find(b"\nFrom ", self.seen, max(len(self.buffer) - tail, 0) + 5)) >= 0:
            start, before = newline + 1, self.buffer[max(newline - 2, 0) : newline].rstrip(b"\r")
            end = _separator_at(self.buffer, start, after_blank=not before or before.endswith(b"\n"))
            if end:
                yield self._take(start)
                del self.buffer[: end - start]
            self.seen = 0 if end else start
        self.seen = max(self.seen, len(self.buffer) - tail, 0)

    def _begin(self) -> None:
        blank = len(self.buffer) - len(self.buffer.lstrip(b"\xef\xbb\xbf\r\n"))
        self.fresh = blank == len(self.buffer)
        end = _separator_at(self.buffer, blank, after_blank=True)
        del self.buffer[: end or blank]
        self.seen = 0

    def _take(self, end: int) -> bytes | None:
        letter = None if self.too_long or end > self.most else _letter(bytes(self.buffer[:end]))
        del self.buffer[:end]
        self.too_long = False
        return letter


def _separator_at(data: bytes | bytearray, start: int, *, after_blank: bool) -> int:
    """Return where the separator line that begins at `start` ends, 0 if it is none."""
    if dated := _DATED.match(data, start):
        return dated.end() if after_blank or _FIELD.match(data, dated.end()) else 0
    addressed = _ADDRESSED.match(data, start) if after_blank else None
    return addressed.end() if addressed and _FIELD.match(data, addressed.end()) else 0


def _letter(piece: bytes) -> bytes:
    """Return a piece of an mbox as the letter it was: one blank line less at its end, quoted lines unquoted."""
    if piece.endswith(_BLANK_LINE):
        piece = piece[: -2 if piece.endswith(b"\r\n") else -1]
    if b">From " not in piece:
        return piece
    return _QUOTED.sub(rb"\n\1", piece[1:] if _FIRST_QUOTED.match(piece) else piece)
