"""Processes of ours, forked from one that has everything imported: a worker is at work in a tenth of a second."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any, NamedTuple

from app.jobs.alone import work_alone
from app.settings import load
from tests.crash.points import arm

_FORKS = multiprocessing.get_context("forkserver")
PRELOADED = ("app.jobs.alone", "app.providers.mailboxes", "tests.crash.acts", "tests.crash.nest")
_FORKS.set_forkserver_preload([*PRELOADED])


class Strike(NamedTuple):
    """A signal that a process gives itself when it comes to a point (of `points.POINTS`) for the nth time."""

    at: str
    nth: int = 1
    number: int = signal.SIGKILL


@dataclass(frozen=True, kw_only=True)
class Place:
    """In which environment a process runs, where it writes its log, and what strikes it."""

    environment: dict[str, str]
    log: Path
    strike: Strike | None = None


class Forked:
    """One such process."""

    def __init__(self, place: Place, does: Callable[..., None], *given: Any) -> None:
        """Have it do something at once: `does` is a function at the top of a module."""
        self.strike = place.strike
        self._process = _FORKS.Process(target=_run, args=(place, does, *given), daemon=True)
        self._process.start()

    @property
    def ended(self) -> int | None:
        """How it ended: its exit code, or a signal as a negative number; None while it lives."""
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Give it a signal."""
        if self._process.pid and self.ended is None:
            os.kill(self._process.pid, number)

    def stands_still(self) -> bool:
        """Say whether it was stopped by a signal and waits to be woken."""
        said = subprocess.run(["ps", "-o", "stat=", "-p", str(self._process.pid)], capture_output=True, check=False)
        return said.stdout.startswith(b"T")

    def kill(self) -> None:
        """End it as `kill -9` does."""
        self.send_signal(signal.SIGKILL)

    def wait(self, seconds: float | None = None) -> int | None:
        """Wait until it has ended, and return how; None if it has not."""
        self._process.join(seconds)
        return self.ended


def worker(place: Place) -> Forked:
    """Start a job worker, as `deskhand worker` runs it."""
    return Forked(place, work)


def preload(*modules: str) -> None:
    """Have further modules imported before anything is forked; to be said before the first process is started."""
    _FORKS.set_forkserver_preload([*PRELOADED, *modules])


def event() -> Event:
    """Return what one process can set and another wait for."""
    return _FORKS.Event()


def work() -> None:
    """Do jobs until told to stop."""
    settings = load(_env_file=None)
    asyncio.run(work_alone(settings, settings.database_url.get_secret_value()))


def _run(place: Place, does: Callable[..., None], *given: Any) -> None:
    os.environ.clear()
    os.environ.update(place.environment)
    sys.stderr.flush()
    os.dup2(os.open(place.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)
    if place.strike:
        arm(*place.strike)
    does(*given)
