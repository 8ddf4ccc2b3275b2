"""Header fields of a letter: split, unfolded, decoded. Takes any bytes and never raises.

Python's own `email` package can be stalled and crashed by a header, so nothing here recurses and every step is linear.
"""

from __future__ import annotations

import binascii
import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_HEADER_BYTES = 64 * 1024
Field = tuple[str, str]

_NAME = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_WORD = re.compile(r"=\?([^?\s*]{1,60})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?\n]*)\?=")
# Python knows these as encodings too: slow on long input, or no character sets at all.
_NOT_OF_MAIL = {"punycode", "idna", "undefined", "unicode_escape", "raw_unicode_escape", "unicode-escape"}
_NOT_OF_MAIL |= {"raw-unicode-escape", "utf-7"}  # this one makes surrogates, which no JSON can hold
_FOLD = re.compile(rb"\r?\n(?=[ \t])")


@dataclass(frozen=True, slots=True)
class Head:
    """The header fields in order, values unfolded but not decoded; the body begins at `end`."""

    fields: tuple[Field, ...]
    end: int
    whole: bool = True

    def all(self, name: str) -> list[str]:
        """Return every value of a field, any case."""
        wanted = name.lower()
        return [value for key, value in self.fields if key.lower() == wanted]

    def first(self, name: str) -> str:
        """Return the first value of a field, empty if there is none."""
        wanted = name.lower()
        return next((value for key, value in self.fields if key.lower() == wanted), "")


def read_head(raw: bytes, start: int = 0, end: int | None = None) -> Head:
    """Read the header fields that begin at `start`; what is no field ends them, as a blank line does."""
    stop = len(raw) if end is None else end
    limit = min(stop, start + MOST_HEADER_BYTES)
    at = _skip_envelope(raw, start, limit)
    fields: list[Field] = []
    while at < limit:
        blank = _blank_line(raw, at, limit)
        if blank:
            return Head(tuple(fields), at + blank)
        named = _NAME.match(raw, at, limit)
        if not named:
            cut = limit < stop and raw.find(b"\n", at, limit) < 0
            return Head(tuple(fields), at, whole=not cut)
        after = _field_end(raw, named.end(), limit)
        fields.append((named[1].decode("ascii"), _unfold(raw[named.end() : after])))
        at = after
    return Head(tuple(fields), at, whole=at >= stop)


def _skip_envelope(raw: bytes, start: int, limit: int) -> int:
    # The line that separates letters in an mbox is no field.
    if raw[start : start + 5] not in (b"From ", b">From"):
        return start
    line_end = raw.find(b"\n", start, limit)
    return start if line_end < 0 else line_end + 1


def _blank_line(raw: bytes, at: int, limit: int) -> int:
    if raw.startswith(b"\n", at, limit):
        return 1
    return 2 if raw.startswith(b"\r\n", at, limit) else 0


def _field_end(raw: bytes, at: int, limit: int) -> int:
    while True:
        line_end = raw.find(b"\n", at, limit)
        if line_end < 0:
            return limit
        at = line_end + 1
        if raw[at : at + 1] not in (b" ", b"\t"):
            return at


def _unfold(value: bytes) -> str:
    return text_of(_FOLD.sub(b"", value)).strip(" \t\r\n")


def text_of(value: bytes) -> str:
    """Return bytes as text: UTF-8 where they are that, else Latin-1, which takes everything."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def codec_of(charset: str) -> str:
    """Return Python's name for a declared character set, empty if it is unknown or no character set of mail."""
    try:
        name = codecs.lookup(charset).name
    except (LookupError, ValueError):
        return ""
    return "" if name in _NOT_OF_MAIL else name


def decode_bytes(value: bytes, charset: str) -> str:
    """Return bytes in a declared character set as text; an unknown one is treated as unlabelled."""
    codec = codec_of(charset)
    if not codec:
        return text_of(value)
    try:
        return value.decode(codec, "replace")
    except (LookupError, ValueError):
        return text_of(value)


def decode_words(value: str) -> str:
    """Return a header value with its RFC 2047 words decoded; what is no such word stays as it is."""
    if "=?" not in value:
        return value
    return "".join(_pieces(value))


def _pieces(value: str) -> Iterator[str]:
    at, held, held_charset = 0, b"", ""
    for word in _WORD.finditer(value):
        between = value[at : word.start()]
        if not held or between.strip() or word[1].lower() != held_charset:
            yield decode_bytes(held, held_charset)
            held = b""
            yield between if at == 0 or between.strip() else ""
        held, held_charset, at = held + _word_bytes(word[2], word[3]), word[1].lower(), word.end()
    yield decode_bytes(held, held_charset)
    yield value[at:]


def _word_bytes(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if encoding in "bB":
        return loose_base64(data)
    return binascii.a2b_qp(data, header=True)


def loose_base64(data: bytes) -> bytes:
    """Decode base64 of either alphabet, leaving out what does not belong to it and mending the padding."""
    clean = re.sub(rb"[^A-Za-z0-9+/]", b"", data.translate(bytes.maketrans(b"-_", b"+/")))
    clean = clean[: len(clean) - 1] if len(clean) % 4 == 1 else clean
    return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))
