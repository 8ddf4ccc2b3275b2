"""What a file on a draft is known by: the digest of its bytes, or of a letter that hangs on it."""

from __future__ import annotations

import asyncio
import hashlib
import re

from app.child import Child, TooHard
from app.errors import UnreadableDraft

LETTER = b"letter\n"  # begins the question that the child answers with `letter_digest`
DECLARED = re.compile(rb'boundary="?([^"\s;]{1,200})', re.IGNORECASE)
DASHES = re.compile(rb"^--[^\n]*", re.MULTILINE)


async def digest_of_file(raw: bytes) -> bytes:
    """Return the digest of a file's bytes; megabytes are read beside the loop."""
    return await asyncio.to_thread(lambda: hashlib.sha256(raw).digest())


async def digest_of_letter(child: Child, raw: bytes) -> bytes:
    """Return the digest of a letter that Exchange writes out anew each time it is asked for.

    The child is made as `Child(reading.work)`. Raises UnreadableDraft for a letter that is too hard for it.
    """
    try:
        return await child.ask(LETTER + raw)
    except TooHard:
        raise UnreadableDraft() from None


def letter_digest(raw: bytes) -> bytes:
    """Return the digest of a letter without its boundaries: what runs in the child.

    They are numbered in the order in which they are declared; lines that only look like one stay as they are.
    """
    numbers: dict[bytes, bytes] = {}
    for said in DECLARED.finditer(raw):
        numbers.setdefault(said[1], b"%d" % len(numbers))

    def numbered(line: re.Match[bytes]) -> bytes:
        bare = line[0][2:].rstrip(b" \t\r")
        number, last = numbers.get(bare), numbers.get(bare.removesuffix(b"--"))
        return b"--" + number if number else b"--" + last + b"--" if last else line[0]

    plain = DECLARED.sub(lambda said: b"boundary=" + numbers[said[1]], DASHES.sub(numbered, raw))
    return hashlib.sha256(plain).digest()
