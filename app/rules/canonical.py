"""The form in which two versions of a draft are compared: what a recipient gets, without what providers rewrite."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Sequence

from app.rules.addresses import normalised


def content_sha256(
    *,
    to: Iterable[str],
    cc: Iterable[str],
    bcc: Iterable[str],
    sender: str,
    subject: str,
    text: str,
    html: str = "",
    attachments: Sequence[tuple[str, int, bytes]] = (),
    reply_to: Iterable[str] = (),
    pictures: Iterable[str] = (),
) -> bytes:
    """Return the digest of a draft: recipients as sets, words without trailing blanks.

    `html` is the sanitised body: what a recipient may be shown in place of `text`. An attachment is its name, its size
    in bytes and the digest of what is in it. `pictures` are the addresses of those that the HTML fetches, in order.
    """
    form: dict[str, object] = {
        "to": sorted({normalised(address) for address in to}),
        "cc": sorted({normalised(address) for address in cc}),
        "bcc": sorted({normalised(address) for address in bcc}),
        "from": normalised(sender),
        "subject": _plain(subject),
        "text": _plain(text),
        "html": _plain(html),
        "attachments": sorted([name, size, sha256.hex()] for name, size, sha256 in attachments),
    }
    if answers := sorted({normalised(address) for address in reply_to}):
        form["reply_to"] = answers
    if fetched := list(pictures):
        form["pictures"] = fetched
    return hashlib.sha256(json.dumps(form, sort_keys=True).encode()).digest()


def _plain(text: str) -> str:
    composed = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\u00a0", " ")
    return "\n".join(line.rstrip() for line in composed.split("\n")).strip()
