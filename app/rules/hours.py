"""When somebody works: spans of the week by the clock on their wall, and the next moment at which all of them do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from app.errors import BadRequest
from app.models.calendar import Calendar
from app.models.conditions import Hours, Span
from app.rules.moments import first_moment_of, wall_of
from app.rules.public_holidays import public_holidays

MIDNIGHT = time()
DAY = timedelta(days=1)
YEAR = timedelta(days=366)  # nobody is waited for longer


def open_at(hours: Hours, now: datetime) -> bool:
    """Say whether somebody works at this moment; in a zone that is not known (any more) nobody ever does."""
    try:
        wall = wall_of(now, hours.zone)
    except BadRequest:
        return False
    return any(_holds(span, wall) for span in hours.spans) and not is_off(hours, wall.date())


def is_off(hours: Hours, day: date) -> bool:
    """Say whether a day by their own calendar is a public holiday there, or a day off."""
    if not isinstance(hours, Calendar):
        return False
    off = any(days.first <= day <= days.last for days in hours.days_off)
    return off or day in public_holidays(hours.country, hours.region, day.year)


def next_open(calendars: Sequence[Hours], now: datetime) -> datetime | None:
    """Return the first moment from `now` on at which all of them work, in UTC; None if there is none within a year.

    Nobody's calendar binds nothing: without any, that is now.
    """
    moment: datetime | None = now.astimezone(UTC)
    ahead = [_Openings(each, now.astimezone(UTC)) for each in calendars]
    while moment is not None and not all(open_at(each, moment) for each in calendars):
        # Until the last of them opens, they do not all work: nothing is passed over.
        opens = [each.from_(moment) for each in ahead]
        late = [each for each in opens if each is not None]
        moment = max(late) if len(late) == len(opens) and max(late) <= now + YEAR else None
    return moment


class _Openings:
    """When one works, asked for moments that only grow: so a year whose spans never meet is walked through once."""

    def __init__(self, hours: Hours, now: datetime) -> None:
        self._hours = hours
        self._begins = _beginnings(hours, now)
        self._next: datetime | None = None

    def from_(self, moment: datetime) -> datetime | None:
        """Return the first moment from this one on at which they work."""
        if open_at(self._hours, moment):
            return moment
        if self._next is None or self._next <= moment:
            later = (begins for begins in self._begins if begins > moment and open_at(self._hours, begins))
            self._next = next(later, None)
        return self._next


def _beginnings(hours: Hours, now: datetime) -> Iterator[datetime]:
    """Yield the moments from yesterday on at which a span begins, in order.

    Where the clocks are put back while it lasts, it begins twice: what is in between is no hour of theirs.
    """
    try:
        day = wall_of(now, hours.zone).date() - DAY
    except BadRequest:
        return
    last = day + YEAR + 2 * DAY
    while hours.spans and day <= last:
        here = [] if is_off(hours, day) else [span for span in hours.spans if span.day == day.weekday()]
        walls = [datetime.combine(day, span.begins) for span in here]
        yield from sorted({first_moment_of(wall, hours.zone, fold=fold) for wall in walls for fold in (0, 1)})
        day += DAY


def _holds(span: Span, wall: datetime) -> bool:
    there = wall.time()
    return wall.weekday() == span.day and span.begins <= there and (there < span.ends or span.ends == MIDNIGHT)
