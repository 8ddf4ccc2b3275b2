"""A killable process for hostile input: `await child.ask(payload)` answers, or raises TooHard.

Mail from strangers can crash and stall Python's parser, so it is read in one long-lived process with real limits. That
process holds no secrets (its environment is empty), is replaced when it was killed, and ends by itself when its parent
does, even by `kill -9`: its pipe then reads as closed, and its own timers end what it was doing.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import resource
import signal
import struct
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import BinaryIO

from app.errors import AppError

Work = Callable[[bytes], bytes]

# Arguments instead of the environment: PYTHON… variables and .pth files of the machine have no say in this process.
START = "import sys; sys.path[:] = sys.argv[5:]; from app.child import serve; serve(*sys.argv[1:5])"
QUESTION = struct.Struct("!Q")  # the payload's length
ANSWER = struct.Struct("!?Q")  # whether it went well; the length of the answer, or of the reason
OUT_OF_MEMORY = 77  # an exit code
DEATHS = {
    -signal.SIGPROF: "it took too long",
    -signal.SIGALRM: "it took too long",
    OUT_OF_MEMORY: "it needed too much memory",
}
MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024  # getrusage(2) counts bytes there, kilobytes elsewhere


class TooHard(AppError):
    """This is too hard to read safely: {why}."""

    code, status = "too_hard", 422


class Child:
    """One process that does `work` for whoever asks, one question after the other."""

    def __init__(
        self,
        work: Work,
        *,
        cpu_seconds: float = 2,
        memory_bytes: int = 512 * 2**20,
        wall_seconds: float | None = None,
    ) -> None:
        """Name the work (a function at the top of a module) and its limits; the process starts with the first question.

        `cpu_seconds` and `wall_seconds` (five times as long, if not given) are for one question; `memory_bytes` is the
        address space of the whole process, the interpreter's 50 MB included.
        """
        if getattr(work, "__module__", None) in (None, "__main__") or not work.__qualname__.isidentifier():
            raise ValueError("the work must be a function at the top of an importable module")
        self._name = f"{work.__module__}:{work.__qualname__}"
        self._cpu_seconds = cpu_seconds
        self._wall_seconds = 5 * cpu_seconds if wall_seconds is None else wall_seconds
        self._memory_bytes = memory_bytes
        self._turn = asyncio.Lock()
        self._process: Process | None = None
        self._closed = False

    async def __aenter__(self) -> Child:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def ask(self, payload: bytes) -> bytes:
        """Return what the work makes of `payload`; raise TooHard when it failed, crashed or passed a limit."""
        if len(payload) > self._memory_bytes // 4:
            raise TooHard(why="it is too large")
        async with self._turn:
            process, in_step = await self._started(), False
            try:
                async with asyncio.timeout(self._wall_seconds + 1):  # its own timers come first
                    went_well, answer = await _exchange(process, payload)
                in_step = True
            except TimeoutError:
                raise TooHard(why="it took too long") from None
            except (OSError, asyncio.IncompleteReadError):
                raise TooHard(why=DEATHS.get(await process.wait(), "it crashed the reader")) from None
            finally:
                if not in_step:  # cancelled half-way, too: what comes next on this pipe answers nobody's question
                    await _end(process)
        if not went_well:
            raise TooHard(why=answer.decode())
        return answer

    async def close(self) -> None:
        """End the process; whoever still waits for an answer gets TooHard."""
        self._closed = True
        if self._process is not None:
            await _end(self._process)

    async def _started(self) -> Process:
        if self._process is None or self._process.returncode is not None:
            limits = (str(self._cpu_seconds), str(self._wall_seconds), str(self._memory_bytes))
            path = [entry or os.getcwd() for entry in sys.path]
            command = (sys.executable, "-I", "-S", "-c", START, self._name, *limits, *path)
            self._process = await asyncio.create_subprocess_exec(
                *command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={}, limit=2**20
            )
        if self._closed:
            await _end(self._process)
            raise TooHard(why="its reader is closed")
        return self._process


async def _exchange(process: Process, payload: bytes) -> tuple[bool, bytes]:
    assert process.stdin is not None  # noqa: S101 - both were asked for as pipes
    assert process.stdout is not None  # noqa: S101
    process.stdin.write(QUESTION.pack(len(payload)))
    process.stdin.write(payload)
    await process.stdin.drain()
    went_well, length = ANSWER.unpack(await process.stdout.readexactly(ANSWER.size))
    return went_well, await process.stdout.readexactly(length)


async def _end(process: Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    await process.wait()


def serve(name: str, cpu_seconds: str, wall_seconds: str, memory_bytes: str) -> None:
    """Answer questions until the pipe closes: all that runs in the child process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which closes the pipe when it is done
    questions, answers = _own_pipes()
    module, _, function = name.partition(":")
    work: Work = getattr(importlib.import_module(module), function)
    limit_memory(int(memory_bytes))
    while head := questions.read(QUESTION.size):
        try:
            payload = questions.read(*QUESTION.unpack(head))
            _start_timers(float(cpu_seconds), float(wall_seconds))
            went_well, answer = _attempt(work, payload)
            _start_timers(0, 0)
            answers.write(ANSWER.pack(went_well, len(answer)))
            answers.write(answer)
            answers.flush()
        except MemoryError:  # what is left of this process is not to be trusted
            os._exit(OUT_OF_MEMORY)


def _attempt(work: Work, payload: bytes) -> tuple[bool, bytes]:
    try:
        return True, work(payload)
    except MemoryError:
        raise
    except Exception as trouble:  # its text may hold mail, so only its kind is told
        return False, type(trouble).__name__.encode()


def _own_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Keep the pipes for ourselves, so that work which prints or reads does not spoil them."""
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    return questions, answers


def _start_timers(cpu_seconds: float, wall_seconds: float) -> None:
    """Let the system kill this process after so long (0: never); its signals end C code too, and need no parent.

    RLIMIT_CPU counts a process's whole life in whole seconds, so it does not fit one that answers many questions.
    """
    signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
    signal.setitimer(signal.ITIMER_REAL, wall_seconds)


def limit_memory(limit: int) -> None:
    """Keep this process below `limit` bytes, and let it leave no core file."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "darwin":
        watch_memory(limit)
    else:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def watch_memory(limit: int) -> None:
    """Look at this process's memory 50 times a second: macOS accepts RLIMIT_AS and does not keep it."""

    def look() -> None:
        while resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS_UNIT < limit:
            time.sleep(0.02)
        os._exit(OUT_OF_MEMORY)

    Thread(target=look, daemon=True).start()
