"""Signals that end a command: what it holds is let go in order, the embedded database first of all."""

from __future__ import annotations

import signal
from types import FrameType

ENDING = (signal.SIGTERM, signal.SIGHUP)  # a service manager's stop; a terminal window that was closed


class Stopped(SystemExit):
    """Told to stop; whatever is open on the way up is closed."""


def stop_in_order() -> None:
    """Let a command that is told to stop leave by its `finally` blocks, as Ctrl-C does."""
    for number in ENDING:
        if signal.getsignal(number) is signal.SIG_DFL:  # nohup has its reasons
            signal.signal(number, _stop)


def _stop(number: int, frame: FrameType | None) -> None:
    # Once is enough: a second signal must not cut short what the first one has begun.
    for each in ENDING:
        signal.signal(each, signal.SIG_IGN)
    raise Stopped(128 + number)
