"""Which two names mean one label, whoever has written them: in the mailbox, on a private list, in a condition."""

from __future__ import annotations

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=4096)  # a mailbox has few labels, and each is compared for each message
def same(name: str) -> str:
    """Return what two names have in common if they mean one label: case and white space do not matter."""
    return unicodedata.normalize("NFC", " ".join(name.split())).casefold()
