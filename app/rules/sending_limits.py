"""How much a mailbox may send in a day and in a minute, and the first moment at which one more letter fits.

Days and minutes roll: what left exactly so long ago counts no more.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

from app.models.mailbox import AccountKind, Unit

DAY, MINUTE = timedelta(hours=24), timedelta(minutes=1)
GMAIL_DOMAINS = frozenset({"gmail.com", "googlemail.com"})
PERSONAL_TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"  # of every personal Microsoft account


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """At most so many of a unit in any stretch of time as long as the window."""

    most: int
    window: timedelta
    unit: Unit


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A place that is taken: when, and by a letter to how many."""

    at: datetime
    recipients: int

    def weight(self, unit: Unit) -> int:
        """Return how much it counts."""
        return self.recipients if unit is Unit.RECIPIENTS else 1


def kind_of(provider: str, subject: str, address: str) -> AccountKind:
    """Return what kind of account a mailbox is: at Google by its address, at Microsoft by the tenant of its subject."""
    if provider == "graph":
        return AccountKind.OUTLOOK if subject.partition("/")[0] == PERSONAL_TENANT else AccountKind.EXCHANGE
    domain = address.rpartition("@")[2].casefold()
    return AccountKind.GMAIL if domain in GMAIL_DOMAINS else AccountKind.WORKSPACE


def share_of(per_day: int) -> int:
    """Return what Deskhand uses of a day's number at most: four fifths, so that the owner can still send herself."""
    return max(per_day * 4 // 5, 1)


def next_moment(
    taken: Iterable[Taken], allowances: Iterable[Allowance], recipients: int, now: datetime
) -> datetime | None:
    """Return the first moment from now on at which a letter to so many fits; None if it never does.

    `taken` are the letters that left, and those that wait before this one, each at its hour.
    """
    places = sorted(taken, key=lambda each: each.at)
    windows = [_Window.of(places, each) for each in allowances]
    letter = Taken(at=now, recipients=recipients)
    if any(letter.weight(each.allowance.unit) > each.allowance.most for each in windows):
        return None
    moment, before = now, None
    while moment != before:
        before = moment
        moment = max((each.freed(letter, moment) for each in windows), default=moment)
    return moment


@dataclass(frozen=True)
class _Window:
    """The places taken, in order, and how much they come to up to each, for one allowance."""

    allowance: Allowance
    moments: Sequence[datetime]
    sums: Sequence[int]  # one longer: what comes before the first is nothing

    @classmethod
    def of(cls, places: Sequence[Taken], allowance: Allowance) -> _Window:
        weights = (each.weight(allowance.unit) for each in places)
        return cls(allowance, [each.at for each in places], list(accumulate(weights, initial=0)))

    def freed(self, letter: Taken, moment: datetime) -> datetime:
        """Return the moment, or the first one behind it at which enough of what fills its window has left that."""
        first = bisect_right(self.moments, moment - self.allowance.window)
        total = self.sums[bisect_right(self.moments, moment)] + letter.weight(self.allowance.unit)
        too_much = total - self.sums[first] - self.allowance.most
        if too_much <= 0:
            return moment
        last = bisect_left(self.sums, self.sums[first] + too_much, lo=first) - 1
        return self.moments[last] + self.allowance.window
