"""Changes in the header of a letter, made on its bytes so that everything else stays as it was written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.header import Header

from app.sandbox.headers import read_head

_BREAKS = re.compile(r"[\r\n]+")


def with_crlf(letter: bytes) -> bytes:
    """Return a letter with the line ends of RFC 5322."""
    return letter.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def without(letter: bytes, *names: str) -> bytes:
    """Return a letter without these header fields."""
    end = read_head(letter).end
    drop = {name.casefold().encode() for name in names}
    kept: list[bytes] = []
    keeping = True
    for line in letter[:end].splitlines(keepends=True):
        if not line.startswith((b" ", b"\t")):
            keeping = line.partition(b":")[0].strip().lower() not in drop
        if keeping:
            kept.append(line)
    return b"".join(kept) + letter[end:]


def with_above(letter: bytes, fields: Iterable[tuple[str, str]]) -> bytes:
    """Return a letter with fields put above all others; a value can bring no further field with it."""
    lines = [f"{name}: {_BREAKS.sub(' ', value)}\r\n".encode("utf-8", "replace") for name, value in fields]
    return b"".join(lines) + letter


def address_text(name: str, email: str) -> str:
    """Return `Name <address>` as a header may hold it."""
    if not name:
        return email
    if name.isascii():
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}" <{email}>' if re.search(r"[^\w !#$%&'*+/=?^`{|}~-]", name) else f"{name} <{email}>"
    return f"{words_text(name)} <{email}>"


def words_text(text: str) -> str:
    """Return any text as a header may hold it."""
    return text if text.isascii() else Header(text, "utf-8", maxlinelen=998).encode()
