"""What may be offered: the rights on the list, and an end within a year."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from app import clock
from app.access.acts import OFFERED
from app.access.scopes import Scope, closed, ordered
from app.errors import BadRequest

LONGEST_GRANT = timedelta(days=366)


def checked_scopes(scopes: Iterable[str]) -> list[Scope]:
    """Return the scopes with what they imply, in the table's order; raise BadRequest for none or an unknown one."""
    try:
        wanted = closed(scopes)
    except ValueError:
        raise BadRequest("One of these rights is not known here.") from None
    if not wanted or not wanted <= OFFERED:
        raise BadRequest("Choose at least one of the rights on the list.")
    return ordered(wanted)


def checked_end(until: datetime) -> datetime:
    """Return the end of a grant; raise BadRequest if it is past or more than a year away."""
    if until.tzinfo is None or not clock.now() < until <= clock.now() + LONGEST_GRANT:
        raise BadRequest("Choose an end date within the next year.")
    return until
