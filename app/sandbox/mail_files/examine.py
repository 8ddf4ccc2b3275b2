"""What the killable child finds out about letters, many at a time: whether they are mail, and where they belong."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from app.sandbox.addresses import read_addresses
from app.sandbox.dates import read_date
from app.sandbox.headers import Head
from app.sandbox.mail_files.label_names import labels_in
from app.sandbox.mime import parse

MOST_OWNERS = 20  # recipients per letter that are looked at for the owner
_LENGTH = struct.Struct("!I")
_OF_MAIL = {"from", "sender", "to", "cc", "bcc", "date", "subject", "message-id", "received", "reply-to", "return-path"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What is known of one letter; `trouble` says why it is none. Addresses are in lower case, `date` in seconds.

    `labels` and `seen` are None where the letter's own headers say nothing of its labels, or of having been read.
    """

    trouble: str = ""
    sender: str = ""
    owners: tuple[str, ...] = ()
    date: float | None = None
    labels: tuple[str, ...] | None = None
    seen: bool | None = None


def pack(letters: Sequence[bytes]) -> bytes:
    """Return letters as one payload for `examine`."""
    return b"".join(piece for letter in letters for piece in (_LENGTH.pack(len(letter)), letter))


def unpack(payload: bytes) -> list[bytes]:
    """Return the letters of a payload."""
    letters, at = [], 0
    while at < len(payload):
        begin = at + _LENGTH.size
        at = begin + _LENGTH.unpack_from(payload, at)[0]
        letters.append(payload[begin:at])
    return letters


def findings_in(answer: bytes) -> list[Finding]:
    """Return the findings of an answer of `examine`, in the order of the letters."""
    return [Finding(**_with_tuples(found)) for found in orjson.loads(answer)]


def _with_tuples(found: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in found.items()}


def examine(payload: bytes) -> bytes:
    """Look at packed letters: the child's work."""
    return orjson.dumps([_finding(letter) for letter in unpack(payload)])


def _finding(raw: bytes) -> Finding:
    parsed = parse(raw)
    head = parsed.root.head
    if parsed.trouble:
        return Finding(trouble=parsed.trouble)
    if not any(name.lower() in _OF_MAIL for name, _ in head.fields):
        return Finding(trouble="it has no header of a mail" if raw.strip() else "it is empty")
    labels = head.first("X-Gmail-Labels")
    return Finding(
        sender=next(iter(_addresses(head, "From")), ""),
        owners=_addresses(head, "Delivered-To") or _addresses(head, "To"),
        date=_date(head),
        labels=labels_in(labels) if labels else None,
        seen=_seen(head),
    )


def _addresses(head: Head, name: str) -> tuple[str, ...]:
    value = head.first(name)
    return tuple(dict.fromkeys(one.email.lower() for one in read_addresses(value)))[:MOST_OWNERS]


def _date(head: Head) -> float | None:
    """Return when the letter came: the last server's word before the sender's."""
    received = head.first("Received").rpartition(";")[2]
    moment = read_date(received) or read_date(head.first("Date"))
    return moment.timestamp() if moment else None


def _seen(head: Head) -> bool | None:
    """Return what mbox programs noted: `Status: RO`, or Mozilla's flags whose lowest bit means read."""
    if status := head.first("Status"):
        return "R" in status
    try:
        return bool(int(head.first("X-Mozilla-Status"), 16) & 1)
    except ValueError:
        return None
