"""What a file on a draft is known by: the digest of its bytes, or of a letter that hangs on it."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from email import message_from_bytes
from email.message import Message

from app.child import Child, TooHard
from app.errors import UnreadableDraft

LETTER = b"letter\n"  # begins the question that the child answers with `letter_digest`
BOUNDARY = re.compile(r'\bboundary="?[^"\s;]*"?', re.IGNORECASE)


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
    """Return the digest of a letter, all its parts and fields, without its boundaries: what runs in the child."""
    digest = hashlib.sha256()
    for part in message_from_bytes(raw).walk():
        inner = part.get_payload()
        count = len(inner) if isinstance(inner, list) else 0
        words = part.get_payload(decode=True)
        said = hashlib.sha256(words if isinstance(words, bytes) else b"").hexdigest()
        form = [_fields(part), count, part.preamble, part.epilogue, said]
        digest.update(json.dumps(form).encode() + b"\n")
    return digest.digest()


def _fields(part: Message) -> list[tuple[str, str]]:
    several = part.get_content_maintype() == "multipart"
    return [(name, BOUNDARY.sub("", said) if several else said) for name, said in part.raw_items()]
