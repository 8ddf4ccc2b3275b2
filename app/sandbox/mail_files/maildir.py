"""What the names in a Maildir tell: the folder a letter lies in, its flags, and when it came.

The format is Maildir with the flags of https://cr.yp.to/proto/maildir.html and the subfolders of Maildir++ (`.Sent`,
`.Work.2026`) or of plain directories, their names in the UTF-7 of IMAP.
"""

from __future__ import annotations

import binascii
import re
from datetime import UTC, datetime
from pathlib import PurePath

_FLAGS = re.compile(r"[:;!]2,([A-Za-z]*)\Z")  # a colon cannot stand in a name everywhere
_SHIFTED = re.compile(r"&([A-Za-z0-9+,]*)-")
_MARKS = {"F": "STARRED", "T": "TRASH", "D": "DRAFT"}


def lies_in_maildir(name: PurePath) -> bool:
    """Say whether a file of this relative name is a letter of a Maildir."""
    if name.name.startswith("."):
        return False
    return name.parent.name in {"cur", "new"} or _FLAGS.search(name.name) is not None


def folder_of(name: PurePath) -> str:
    """Return the folder a letter lies in, with slashes between its levels; INBOX for the Maildir itself."""
    above = name.parent.parent if name.parent.name in {"cur", "new"} else name.parent
    levels = above.name[1:].split(".") if above.name.startswith(".") else list(above.parts)
    return "/".join(_from_utf7(level) for level in levels if level) or "INBOX"


def is_unread(name: PurePath) -> bool:
    """Say whether nobody has read it: it lies in new, or lacks the flag S."""
    flags = _FLAGS.search(name.name)
    return name.parent.name == "new" or flags is None or "S" not in flags[1]


def marks_of(name: PurePath) -> tuple[str, ...]:
    """Return the labels that the flags mean."""
    flags = _FLAGS.search(name.name)
    return tuple(label for flag, label in _MARKS.items() if flags and flag in flags[1])


def date_of(name: PurePath) -> datetime | None:
    """Return when the letter was delivered: its name begins with that second."""
    second, dot, _ = name.name.partition(".")
    if not (dot and second.isascii() and second.isdigit() and len(second) <= 10):
        return None
    return datetime.fromtimestamp(int(second), UTC)


def _from_utf7(level: str) -> str:
    return _SHIFTED.sub(_unshifted, level)


def _unshifted(shifted: re.Match[str]) -> str:
    if not shifted[1]:
        return "&"
    try:
        words = binascii.a2b_base64(shifted[1].replace(",", "/") + "=" * (-len(shifted[1]) % 4))
        return words.decode("utf-16-be")
    except ValueError:
        return shifted[0]
