"""Job workers that a command runs beside itself: processes that end with it, whatever happens."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

log = logging.getLogger(__name__)

ENVIRONMENT_ONLY = "--environment-only"
PAUSE = 1.0  # seconds before a worker that ended by itself is replaced


def start_worker(environment: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    """Start a job worker; with an `environment` of its own it reads its settings from there alone."""
    words = [ENVIRONMENT_ONLY] if environment is not None else []
    return subprocess.Popen(
        [sys.executable, "-m", "app.cli.attached_worker", *words],
        stdin=subprocess.PIPE,
        env=environment,
        start_new_session=True,  # Ctrl-C is for us, and we tell it
    )


@contextmanager
def worker_beside() -> Iterator[None]:
    """Keep one job worker running as long as the block lasts; it ends the jobs at hand before the block does."""
    keeper = _Keeper()
    thread = threading.Thread(target=keeper.keep, daemon=True)
    thread.start()
    try:
        yield
    finally:
        keeper.stop()
        thread.join()


class _Keeper:
    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._process = start_worker()

    def keep(self) -> None:
        """Replace the worker whenever it ended by itself."""
        while True:
            self._process.wait()
            if self._stopping.wait(PAUSE):
                return
            log.warning("the job worker ended by itself and is started again")
            self._process = start_worker()

    def stop(self) -> None:
        """Let the worker end."""
        self._stopping.set()
        self._process.terminate()
