"""Work for the killable child: honest, slow, and as bad as hostile mail has made a parser be."""

from __future__ import annotations

import ctypes
import os
import sys
import time

from app.child import watch_memory

ROOM = 200 * 2**20  # bytes that a child of these tests may need


def echo(payload: bytes) -> bytes:
    """Give back what came."""
    return payload


def reverse(payload: bytes) -> bytes:
    """Give back what came, last byte first."""
    return payload[::-1]


def burn(payload: bytes) -> bytes:
    """Use so many seconds of CPU, and say how many it were."""
    begin = time.process_time()
    while (spent := time.process_time() - begin) < float(payload):
        pass
    return str(spent).encode()


def slowly(payload: bytes) -> bytes:
    """Wait the seconds named first, then give the rest back."""
    seconds, _, rest = payload.partition(b" ")
    time.sleep(float(seconds))
    return rest


def misbehave(payload: bytes) -> bytes:
    """Do what the payload names: each is something hostile mail has made a parser do, or worse."""
    return BEHAVIOURS[payload]()


def _spin() -> bytes:
    while True:
        pass


def _sleep() -> bytes:
    time.sleep(600)
    return b""


def _recurse() -> bytes:
    return _recurse()


def _hoard() -> bytes:
    return b"".join(bytes(2**20) for _ in range(10_000))


def _one_great_block() -> bytes:
    return bytes(2**40)


def _crash() -> bytes:
    ctypes.string_at(0)
    return b""


def _leave() -> bytes:
    sys.exit(0)


def _fail() -> bytes:
    raise ValueError("mail of a stranger: secret-subject")


def _print() -> bytes:
    sys.stdout.write("noise on the answer's pipe\n" * 1000)
    sys.stdout.flush()
    os.write(1, b"more noise")
    return b"printed"


def _read() -> bytes:
    return sys.stdin.read().encode()


def _environment() -> bytes:
    return repr(sorted(os.environ)).encode()


def _process() -> bytes:
    return str(os.getpid()).encode()


def _hoard_watched() -> bytes:
    watch_memory(ROOM)
    return b"".join(b"x" * 2**20 for _ in range(10_000))


BEHAVIOURS = {
    b"spin": _spin,
    b"sleep": _sleep,
    b"recurse": _recurse,
    b"hoard": _hoard,
    b"one great block": _one_great_block,
    b"crash": _crash,
    b"leave": _leave,
    b"fail": _fail,
    b"print": _print,
    b"read": _read,
    b"environment": _environment,
    b"process": _process,
    b"hoard watched": _hoard_watched,
}
