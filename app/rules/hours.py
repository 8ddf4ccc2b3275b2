"""When somebody works: spans of the week by the clock on their wall."""

from __future__ import annotations

from datetime import datetime, time

from app.errors import BadRequest
from app.models.conditions import Hours, Span
from app.rules.moments import wall_of

MIDNIGHT = time()


def open_at(hours: Hours, now: datetime) -> bool:
    """Say whether somebody works at this moment; in a zone that is not known (any more) nobody ever does."""
    try:
        wall = wall_of(now, hours.zone)
    except BadRequest:
        return False
    return any(_holds(span, wall) for span in hours.spans)


def _holds(span: Span, wall: datetime) -> bool:
    there = wall.time()
    return wall.weekday() == span.day and span.begins <= there and (there < span.ends or span.ends == MIDNIGHT)
