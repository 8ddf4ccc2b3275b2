"""What a file on a draft is known by: the digest of its bytes, or of a letter that hangs on it."""

from __future__ import annotations

import asyncio
import hashlib
import re

from app.errors import UnreadableDraft

MOST_BOUNDARIES = 1000
DECLARED = re.compile(rb'boundary="?([^"\s;]{1,200})', re.IGNORECASE)
LINE = re.compile(rb"^--([^\r\n]{1,200}?)(--)?[ \t]*\r?$", re.MULTILINE)


async def digest_of_file(raw: bytes) -> bytes:
    """Return the digest of a file's bytes; megabytes are read beside the loop."""
    return await asyncio.to_thread(lambda: hashlib.sha256(raw).digest())


async def digest_of_letter(raw: bytes) -> bytes:
    """Return the digest of a letter that Exchange writes out anew each time it is asked for: without its boundaries.

    Raises UnreadableDraft for one of more parts than any letter has.
    """
    return await asyncio.to_thread(lambda: hashlib.sha256(_without_boundaries(raw)).digest())


def _without_boundaries(raw: bytes) -> bytes:
    """Number the boundaries in the order in which they are declared; lines that only look like one stay."""
    declared = list(dict.fromkeys(DECLARED.findall(raw)))
    if len(declared) > MOST_BOUNDARIES:
        raise UnreadableDraft()
    numbers = {each: b"%d" % number for number, each in enumerate(declared)}
    kept = LINE.sub(lambda line: b"--" + numbers.get(line[1], line[1]) + (line[2] or b""), raw)
    return DECLARED.sub(lambda said: b"boundary=" + numbers[said[1]], kept)
