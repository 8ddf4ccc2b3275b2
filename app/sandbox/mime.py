"""The parts of a letter. Letters are hostile: every cap holds, every step is linear, and `parse` never raises."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.sandbox.headers import Field, Head, codec_of, loose_base64, read_head
from app.sandbox.parameters import mime_type_of, parameters_of

MOST_BYTES = 160 * 1024 * 1024
MOST_PARTS = 200
MOST_DEPTH = 30


@dataclass(slots=True)
class Part:
    """One part of a letter; `content` is what stands between its headers and its end, still transfer-encoded."""

    head: Head
    mime_type: str
    parameters: dict[str, str]
    filename: str
    content: bytes = b""
    children: list[Part] = field(default_factory=list)

    def decoded(self) -> bytes:
        """Return the content with its transfer encoding undone, as far as it can be."""
        encoding = self.head.first("Content-Transfer-Encoding").strip().lower()
        if encoding == "base64":
            return loose_base64(self.content)
        if encoding == "quoted-printable":
            return binascii.a2b_qp(self.content)
        return self.content

    def text(self) -> str:
        """Return the decoded content as text in its declared character set."""
        data = self.decoded()
        codec = codec_of(self.parameters.get("charset", "")) or _guess(data)
        try:
            return data.decode(codec, "replace")
        except (LookupError, ValueError):
            return data.decode("latin-1")

    def walk(self) -> Iterator[Part]:
        """Yield this part and all below it, in the order they stand."""
        waiting = [self]
        while waiting:
            part = waiting.pop()
            yield part
            waiting.extend(reversed(part.children))


@dataclass(frozen=True, slots=True)
class Parsed:
    """A letter taken apart; `trouble` says why some of it was left out or could not be read, empty if nothing was."""

    root: Part
    trouble: str = ""

    @property
    def readable(self) -> bool:
        """Whether all of it could be read."""
        return not self.trouble

    @property
    def fields(self) -> tuple[Field, ...]:
        """The header fields of the letter itself."""
        return self.root.head.fields


def _guess(data: bytes) -> str:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


class _Reader:
    """Takes one letter apart and counts what it has cost so far."""

    def __init__(self) -> None:
        self.parts = 0
        self.trouble = ""

    def part(self, raw: bytes, start: int, end: int, *, depth: int, default: str = "text/plain") -> Part:
        # Depth and count are checked by the caller, before a part is begun.
        self.parts += 1
        head = read_head(raw, start, end)
        if not head.whole:
            self.trouble = self.trouble or "its headers are too long"
        declared = head.first("Content-Type")
        mime_type = mime_type_of(declared) if declared else default
        parameters = parameters_of(declared) if declared else {}
        part = Part(head, mime_type, parameters, filename_of(head, parameters))
        boundary = parameters.get("boundary", "")
        if mime_type.startswith("multipart/") and boundary:
            self._children(part, raw, head.end, end, boundary=boundary, depth=depth)
        else:
            part.content = raw[head.end : end]
            if mime_type == "message/rfc822" and self._room(depth):
                inner = part.decoded()
                part.children = [self.part(inner, 0, len(inner), depth=depth + 1)]
        return part

    def _children(self, part: Part, raw: bytes, start: int, end: int, *, boundary: str, depth: int) -> None:
        default = "message/rfc822" if part.mime_type == "multipart/digest" else "text/plain"
        for first, last in _between(raw, start, end, boundary):
            if not self._room(depth):
                return
            part.children.append(self.part(raw, first, last, depth=depth + 1, default=default))

    def _room(self, depth: int) -> bool:
        if depth < MOST_DEPTH and self.parts < MOST_PARTS:
            return True
        self.trouble = self.trouble or "it has too many parts"
        return False


def _between(raw: bytes, start: int, end: int, boundary: str) -> Iterator[tuple[int, int]]:
    # Possessive: a line of a million spaces is looked at once.
    mark = re.escape(boundary.encode("utf-8", "replace"))
    line = re.compile(rb"(?m:^)--" + mark + rb"(--)?[ \t]*+(?:\r?\n|\r?\Z)")
    opened = -1
    for found in line.finditer(raw, start, end):
        if opened >= 0:
            yield opened, max(opened, _without_newline(raw, found.start()))
        if found[1]:
            return
        opened = found.end()
    if opened >= 0:
        yield opened, end


def _without_newline(raw: bytes, at: int) -> int:
    at -= raw[at - 1 : at] == b"\n"
    return at - (raw[at - 1 : at] == b"\r")


def filename_of(head: Head, parameters: dict[str, str]) -> str:
    """Return the file name of a part, of Content-Disposition before that of Content-Type; empty if it has none."""
    disposition = head.first("Content-Disposition")
    named = parameters_of(disposition).get("filename", "") if disposition else ""
    return named or parameters.get("name", "")


def parse(raw: bytes) -> Parsed:
    """Take a letter apart; whatever goes wrong is said in `trouble`, and what was read so far stays."""
    reader = _Reader()
    try:
        root = reader.part(raw[:MOST_BYTES], 0, min(len(raw), MOST_BYTES), depth=0)
    except Exception as trouble:  # a letter may never bring the server down
        root = Part(Head((), 0), "text/plain", {}, "", raw[:MOST_BYTES])
        reader.trouble = f"it cannot be read ({type(trouble).__name__})"
    if len(raw) > MOST_BYTES:
        reader.trouble = "it is too long"
    return Parsed(root, reader.trouble)
