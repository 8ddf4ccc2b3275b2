"""Signals that end a command: what it holds is let go in order, the embedded database first of all."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from types import FrameType
from typing import Any, TypeVar

T = TypeVar("T")
ENDING = (signal.SIGTERM, signal.SIGHUP)  # a service manager's stop; a terminal window that was closed


class Stopped(SystemExit):
    """Told to stop; whatever is open on the way up is closed."""


def stop_in_order() -> None:
    """Let a command that is told to stop leave by its `finally` blocks, as Ctrl-C does."""
    for number in ENDING:
        if signal.getsignal(number) is signal.SIG_DFL:  # nohup has its reasons
            signal.signal(number, _stop)


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that is cancelled when the command is told to stop, as asyncio does for Ctrl-C.

    Raised wherever the program is just then, a stop could end in a request that a web server of this very process
    answers, and be taken for a fault of that. Raises Stopped.
    """
    told: list[int] = []
    try:
        return asyncio.run(_until_told(main, told))
    except asyncio.CancelledError:
        if told:
            raise Stopped(128 + told[0]) from None
        raise


async def _until_told(main: Coroutine[Any, Any, T], told: list[int]) -> T:
    loop, task = asyncio.get_running_loop(), asyncio.ensure_future(main)

    def stop(number: int) -> None:
        if not told:  # once is enough
            task.cancel()
        told.append(number)

    ours = [number for number in ENDING if signal.getsignal(number) is _stop]
    for number in ours:
        loop.add_signal_handler(number, stop, number)
    try:
        return await task
    finally:
        for number in ours:
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_IGN if told else _stop)


def _stop(number: int, frame: FrameType | None) -> None:
    # Once is enough: a second signal must not cut short what the first one has begun.
    for each in ENDING:
        signal.signal(each, signal.SIG_IGN)
    raise Stopped(128 + number)
