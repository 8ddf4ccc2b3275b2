"""The only clock: the database's time, moved by the tests' and the demo's offset.

Due times, expiry and hours are compared with `now()` passed on as a parameter, never with SQL `now()`.
Each transaction tells us the database's time (`learn`), so a stepped system clock moves nothing.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

FARTHEST = timedelta(days=10 * 366)  # a file that says more is damaged; the calendar must not end
LATEST = timedelta(seconds=1)  # how long the database's answer may have been under way


class _Clock:
    """Where `now()` gets its answer: an anchor in the database's time, and how far the practice clock is moved."""

    anchor: datetime | None = None
    anchored_at: float = 0.0
    fixed_offset = timedelta()
    offset_file: Path | None = None
    written: tuple[int, int, int] | None = None  # which offset file was read last, and what it said
    moved = timedelta()


def learn(database_time: datetime) -> None:
    """Take the database's time as ours; `database_time` is aware.

    What comes a little late must not turn the clock back: nothing would be due any more that was due just now.
    """
    told, here = database_time.astimezone(UTC), time.monotonic()
    expected = _Clock.anchor + timedelta(seconds=here - _Clock.anchored_at) if _Clock.anchor else told
    late = told < expected <= told + LATEST
    _Clock.anchor, _Clock.anchored_at = (expected if late else told), here


def practise(*, offset: timedelta = timedelta(), offset_file: Path | None = None) -> None:
    """Move the clock for tests and the demo: by a fixed `offset`, and by the seconds that stand in `offset_file`."""
    _Clock.fixed_offset, _Clock.offset_file, _Clock.written = offset, offset_file, None


def offset() -> timedelta:
    """Return how far this clock runs ahead of the database's."""
    if _Clock.offset_file is None:
        return _Clock.fixed_offset
    return _Clock.fixed_offset + _moved(_Clock.offset_file)


def _moved(file: Path) -> timedelta:
    """Return what stands in the offset file, read again only when another one has taken its place."""
    try:
        found = os.stat(file)
        written = found.st_ino, found.st_mtime_ns, found.st_size
        if written != _Clock.written:
            moved = timedelta(seconds=float(file.read_text()))
            _Clock.written, _Clock.moved = written, moved if abs(moved) <= FARTHEST else timedelta()
    except (OSError, ValueError, OverflowError):
        _Clock.written, _Clock.moved = None, timedelta()
    return _Clock.moved


def move(by: timedelta) -> None:
    """Move the practice clock of every process that reads the same offset file; needs `practise` first."""
    if _Clock.offset_file is None:
        raise RuntimeError("the clock moves in practice only")
    moved = (offset() - _Clock.fixed_offset + by).total_seconds()
    fresh = _Clock.offset_file.with_suffix(".new")
    fresh.write_text(repr(moved))
    with suppress(OSError):  # two moves within one tick of the file system are two all the same
        newer = max(fresh.stat().st_mtime_ns, _Clock.offset_file.stat().st_mtime_ns + 1)
        os.utime(fresh, ns=(newer, newer))
    fresh.replace(_Clock.offset_file)


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    if _Clock.anchor is None:
        return datetime.now(UTC) + offset()
    return _Clock.anchor + timedelta(seconds=time.monotonic() - _Clock.anchored_at) + offset()
