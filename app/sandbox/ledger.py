"""Every call a provider got, in order: the truth that tests and the demo compare with."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from app import clock

EffectKind = Literal["label", "draft", "draft_update", "move", "trash", "send"]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a call did to a mailbox; a send names the sent message."""

    kind: EffectKind
    message: str
    thread: str
    labels_added: tuple[str, ...] = ()
    labels_removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One call. `operation` is the provider's own name of it; `status` is None where nothing was answered or done."""

    n: int
    at: datetime
    provider: str
    mailbox: str | None
    method: str
    path: str
    status: int | None
    operation: str | None
    effect: Effect | None

    def resource(self) -> dict[str, Any]:
        """Return the entry as `GET /_ledger` shows it."""
        return asdict(self) | {"at": self.at.isoformat()}


@dataclass(frozen=True, slots=True)
class Seen:
    """What a provider says about a call it was given: whose mailbox, its name of the call, what it did."""

    mailbox: str | None = None
    operation: str | None = None
    effect: Effect | None = None


class Ledger:
    """The calls so far; the first is number 1."""

    def __init__(self) -> None:
        """Begin empty."""
        self.entries: list[Entry] = []

    def record(self, provider: str, method: str, path: str, *, status: int | None, seen: Seen) -> Entry:
        """Write a call down."""
        n = len(self.entries) + 1
        at = clock.now()
        entry = Entry(n, at, provider, seen.mailbox, method, path, status, seen.operation, seen.effect)
        self.entries.append(entry)
        return entry

    def since(self, n: int) -> list[Entry]:
        """Return the calls after number n."""
        return self.entries[max(n, 0) :]
