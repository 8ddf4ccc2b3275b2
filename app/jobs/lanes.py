"""Who may take up a place of this process: a mailbox whose provider hangs must not keep the others from theirs.

The dispatcher hands out few of one mailbox at a time, but a job that hangs outlives the lease of its row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

MOST_OF_ONE = 4  # jobs of one mailbox at once
MOST_IN_TROUBLE = 2  # jobs at once of all mailboxes together whose provider has not answered the last time


class Lanes:
    """The sends that the jobs of this process are at, and the mailboxes that are in trouble."""

    def __init__(self) -> None:
        """Begin with nothing at hand."""
        self._at_hand: dict[UUID, UUID] = {}
        self._troubled: set[UUID] = set()

    @contextmanager
    def enter(self, mailbox_id: UUID, send_id: UUID) -> Iterator[bool]:
        """Take up a place, if there is one; a job that is given none leaves its row for the next time."""
        if not self._has_place(mailbox_id, send_id):
            yield False
            return
        self._at_hand[send_id] = mailbox_id
        try:
            yield True
        finally:
            del self._at_hand[send_id]

    def went(self, mailbox_id: UUID, *, well: bool) -> None:
        """Note how a job has gone: badly, if nothing could be found out or done."""
        (self._troubled.discard if well else self._troubled.add)(mailbox_id)

    def _has_place(self, mailbox_id: UUID, send_id: UUID) -> bool:
        at_hand = Counter(self._at_hand.values())
        if send_id in self._at_hand or at_hand[mailbox_id] >= MOST_OF_ONE:
            return False
        troubled = sum(at_hand[each] for each in self._troubled)
        return mailbox_id not in self._troubled or (at_hand[mailbox_id] == 0 and troubled < MOST_IN_TROUBLE)
