"""What happened in a mailbox, numbered: ids rise with gaps, and what is older than a week is forgotten."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from app import clock

MOST_RECORDS = 100_000


@dataclass(frozen=True, slots=True)
class Record:
    """One change: `kind` is messageAdded, messageDeleted, labelAdded or labelRemoved; `labels` are those changed."""

    id: int
    at: datetime
    kind: str
    message: str
    thread: str
    labels: tuple[str, ...]
    all_labels: tuple[str, ...]


class HistoryBook:
    """The changes of one mailbox, oldest first."""

    def __init__(self) -> None:
        """Begin somewhere: a mailbox never starts at 1."""
        self.current = 1_000
        self._forgotten = 0  # the highest id that can no longer be asked from
        self._records: deque[Record] = deque()

    def next_id(self) -> int:
        """Return a fresh history id; the steps are uneven, as Gmail's are."""
        self.current += 1 + (self.current * 7) % 13
        return self.current

    def note(
        self, kind: str, message: str, thread: str, *, labels: tuple[str, ...], all_labels: tuple[str, ...]
    ) -> int:
        """Write a change down and return its id."""
        record = Record(self.next_id(), clock.now(), kind, message, thread, labels, all_labels)
        self._records.append(record)
        while len(self._records) > MOST_RECORDS:
            self._forgotten = self._records.popleft().id
        return record.id

    def since(self, start: int, *, keep: timedelta) -> Iterator[Record] | None:
        """Return the changes after an id, None if that is too long ago to be known."""
        oldest = clock.now() - keep
        while self._records and self._records[0].at < oldest:
            self._forgotten = self._records.popleft().id
        if start < max(self._forgotten, 1_000):
            return None
        return (record for record in self._records if record.id > start)
