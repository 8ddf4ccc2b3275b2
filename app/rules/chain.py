"""How entries of the audit are chained: one canonical form, its digest, and where a chain is broken."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import Enum
from uuid import UUID

FORMAT = "deskhand-audit-1"  # of an exported chain, as docs/audit-log.md describes it
FIRST_HASH = bytes(32)
EMPTY: tuple[object, ...] = (None, "", [])

Said = dict[str, object]


def said(columns: Mapping[str, object]) -> Said:
    """Return what an entry says, as JSON can hold it: bytes in hex, moments in seconds since 1970, nothing empty.

    What is empty is left out, so that a column of a later version changes no entry that is there.
    """
    plain = {name: _plain(value) for name, value in columns.items()}
    return {name: value for name, value in plain.items() if value not in EMPTY}


def digest(entry: Mapping[str, object]) -> bytes:
    """Return SHA-256 over what an entry says, the digest before it included."""
    return hashlib.sha256(json.dumps(entry, sort_keys=True).encode()).digest()


def broken_in(exported: object) -> tuple[int, int | None]:
    """Return how many entries an exported chain has, and the number of the first that is wrong or missing, or None.

    Raises ValueError for what is no exported chain.
    """
    try:
        if exported["format"] != FORMAT:  # type: ignore[index]
            raise ValueError(FORMAT)
        entries = [(dict(each["said"]), str(each["hash"])) for each in exported["entries"]]  # type: ignore[index]
        seq, last = int(exported["end"]["seq"]), str(exported["end"]["hash"])  # type: ignore[index]
    except (KeyError, TypeError) as wrong:
        raise ValueError(FORMAT) from wrong
    return len(entries), broken_at(entries, seq, last)


def broken_at(entries: Iterable[tuple[Mapping[str, object], str]], seq: int, last: str) -> int | None:
    """Return the number of the first entry (what it says, and its digest in hex) that is wrong or missing, or None.

    `seq` and `last` are the number and the digest with which the chain ends.
    """
    previous, expected = FIRST_HASH.hex(), 1
    for entry, hashed in entries:
        whole = entry.get("seq") == expected and entry.get("prev_hash") == previous
        if not whole or digest(entry).hex() != hashed:
            return expected
        previous, expected = hashed, expected + 1
    return None if (seq, last) == (expected - 1, previous) else expected


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, Enum):
        return value.value
    return str(value) if isinstance(value, UUID) else value
