"""What a mailbox's calls may cost in a minute at Gmail, counted before they are made.

Gmail refuses what goes beyond, whichever of our processes asked: a page of fifty conversations is a third of a minute's
units, and a reply whose hour has come must not find them used up by somebody who leafs through the mailbox. So each
process leaves some of them to sending, which may be another's.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

MINUTE = 60.0
USUAL = 5
# Units of each call (Gmail API, "Usage limits", since May 2026), by its name in `allowed`.
COSTS = {
    "profile.get": 1,
    "send_as.list": 1,
    "labels.list": 1,
    "messages.get": 20,
    "threads.get": 40,
    "drafts.create": 10,
    "drafts.update": 15,
    "drafts.delete": 10,
    "drafts.send": 100,
}
SENDING = "drafts.send"
KEPT = 4  # one of so many parts: a quarter; of 6,000 that is ten letters, each looked at before
MOST_MAILBOXES = 10_000  # remembered before those that rest are forgotten


class Units:
    """The units of every mailbox in the minute that has just passed, as far as this process has used them."""

    def __init__(self, per_minute: int, *, now: Callable[[], float] = time.monotonic) -> None:
        """`per_minute` is what the project has for each mailbox; 0 counts nothing. `now` is for tests."""
        self._per_minute, self._now = per_minute, now
        self._spent: dict[str, deque[tuple[float, int]]] = {}

    def wait(self, mailbox: str, name: str) -> float:
        """Count a call and return 0 if it fits into this minute, else in how many seconds it does; `gmail.…` alone."""
        provider, _, call = name.partition(".")
        if not self._per_minute or provider != "gmail":
            return 0.0
        cost, now = COSTS.get(call, USUAL), self._now()
        spent = self._of(mailbox, now)
        most = self._per_minute if call == SENDING else self._per_minute - self._per_minute // KEPT
        over = sum(each for _, each in spent) + cost - most
        for at, each in spent:
            if over <= 0:
                break
            over -= each
            freed = at + MINUTE - now
            if over <= 0:
                return freed
        spent.append((now, cost))
        return 0.0

    def _of(self, mailbox: str, now: float) -> deque[tuple[float, int]]:
        """Return what a mailbox has spent within a minute."""
        if len(self._spent) >= MOST_MAILBOXES:
            self._spent = {key: spent for key, spent in self._spent.items() if spent[-1][0] > now - MINUTE}
        spent = self._spent.setdefault(mailbox, deque())
        while spent and spent[0][0] <= now - MINUTE:
            spent.popleft()
        return spent
