"""Which files are letters: by their kind, by their name, or by what is in them."""

from __future__ import annotations

import re

ENDINGS = (".eml", ".emlx", ".mbox", ".mht", ".mhtml", ".msg", ".oft")
OUTLOOKS_OWN = ("application/vnd.ms-outlook", "application/x-msg")
OUTLOOKS_NAMES = "__nameid_version1.0".encode("utf-16-le")  # a stream that every .msg has, and no other document
BEGINNING = 64 * 1024
BETWEEN = b"\0\xef\xbb\xbf\xff\xfe"  # what UTF-16 puts between letters, and the marks before the first one
FIELDS = (
    re.compile(rb"^[ \t>]{0,9}from[ \t]{0,9}:", re.IGNORECASE | re.MULTILINE),
    re.compile(rb"^[ \t>]{0,9}subject[ \t]{0,9}:", re.IGNORECASE | re.MULTILINE),
)


def called_letter(media_type: str, name: str) -> bool:
    """Say whether a file is a letter by its kind or its name."""
    return media_type.startswith("message/") or media_type in OUTLOOKS_OWN or name.casefold().endswith(ENDINGS)


def looks_like_letter(raw: bytes) -> bool:
    """Say whether a file is a letter by what is in it, whatever it is called."""
    beginning = raw[:BEGINNING].translate(None, BETWEEN)
    return is_outlooks_own(raw) or all(field.search(beginning) for field in FIELDS)


def is_outlooks_own(raw: bytes) -> bool:
    """Say whether a file is a letter as Outlook alone writes and reads it."""
    return OUTLOOKS_NAMES in raw
