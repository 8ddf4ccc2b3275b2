"""Job workers in processes of their own, as `deskhand worker` runs them, and the CPU they take."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import psutil

from app.settings import Settings
from tests.bench.racers import ROOT, environment_of

PATIENCE = 60  # seconds for a worker to end in order
Worker = subprocess.Popen[bytes]


@contextmanager
def workers(number: int, settings: Settings, database_url: str) -> Iterator[list[Worker]]:
    """Run so many of them."""
    program = (sys.executable, "-m", "app.cli", "worker")
    environment = environment_of(settings, database_url)
    started = [
        subprocess.Popen(program, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        for _ in range(number)
    ]
    try:
        yield started
    finally:
        for each in started:
            each.send_signal(signal.SIGTERM)
        for each in started:
            with suppress(subprocess.TimeoutExpired):
                each.wait(PATIENCE)
            each.kill()  # what is measured is measured; a sweep of old letters may take longer than anybody waits
            each.wait()


def cpu_of(started: Sequence[Worker]) -> float:
    """Return the CPU seconds that processes have taken so far, with those of the readers of mail that they keep."""
    total = 0.0
    for each in started:
        process = psutil.Process(each.pid)
        for one in (process, *process.children(recursive=True)):
            times = one.cpu_times()
            total += times.user + times.system
    return total
