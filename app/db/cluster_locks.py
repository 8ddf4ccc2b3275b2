"""Who uses an embedded cluster: every command holds the users lock, and starts or stops the server one at a time.

The kernel drops a lock when its process ends, however it ends; so a killed command never blocks the next one.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.errors import DatabaseTrouble

if sys.platform != "win32":
    import fcntl

BUSY = (
    "Another Deskhand command has been starting or stopping the database in {path} for more than {seconds} seconds. "
    "See whether it hangs, end it, then try again."
)
PATIENCE = 120.0  # seconds; recovery after a crash may take its time
_held: set[int] = set()


def _let_go_after_fork() -> None:
    """A forked child shares our locks until it closes them: it must not keep the server up after us."""
    for fd in _held:
        os.close(fd)
    _held.clear()


if sys.platform != "win32":
    os.register_at_fork(after_in_child=_let_go_after_fork)


def _open(path: Path) -> int:
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    _held.add(fd)
    return fd


def _close(fd: int) -> None:
    if fd in _held:  # not in a forked child, which has closed its own already
        _held.discard(fd)
        os.close(fd)


def _try(fd: int, kind: int) -> bool:
    try:
        fcntl.flock(fd, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def one_at_a_time(home: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Let one command alone start or stop the server of `home`; raise DatabaseTrouble after `patience` seconds."""
    fd, until = _open(home / "turn.lock"), time.monotonic() + patience
    try:
        while not _try(fd, fcntl.LOCK_EX):
            if time.monotonic() > until:
                raise DatabaseTrouble(BUSY, path=home, seconds=round(patience))
            time.sleep(0.02)
        yield
    finally:
        _close(fd)


class Use:
    """Our mark among the users of a cluster. Take it, and ask it, only within `one_at_a_time`."""

    def __init__(self, home: Path) -> None:
        self._fd = _open(home / "users.lock")
        self.found_alone = self.alone()
        fcntl.flock(self._fd, fcntl.LOCK_SH)

    def alone(self) -> bool:
        """Say whether no other command uses the cluster; if so, we hold it for ourselves until `end`."""
        return _try(self._fd, fcntl.LOCK_EX)

    def end(self) -> None:
        """Stop being a user."""
        _close(self._fd)
