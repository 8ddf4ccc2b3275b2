"""The Date of a letter, read and written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_tz


def read_date(value: str) -> datetime | None:
    """Return the moment of an RFC 5322 date, None where it is none that a calendar knows."""
    try:
        parsed = parsedate_tz(value[:200])
        if parsed is None:
            return None
        local = datetime(*parsed[:6], tzinfo=UTC)
        moment = local - timedelta(seconds=parsed[9] or 0)
    except Exception:  # the standard library raises many kinds for broken dates
        return None
    return moment if moment.year >= 1970 else None


def write_date(moment: datetime) -> str:
    """Return a moment as Date and Received want it."""
    return format_datetime(moment)
