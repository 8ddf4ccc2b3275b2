"""One file after the other as a stream, wherever it lies, and how much has been read of all of them."""

from __future__ import annotations

import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO, Protocol

from app.sandbox.mail_files.letters import Broken

# What the standard library raises for files that are damaged, cut off, locked or packed in an unknown way.
DAMAGE = (OSError, EOFError, ValueError, RuntimeError, zlib.error, zipfile.BadZipFile, tarfile.TarError)


class Stream(Protocol):
    """Bytes whose beginning can be looked at."""

    def read(self, size: int = -1, /) -> bytes:
        """Return `size` bytes, fewer only at the end."""

    def read1(self, size: int = -1, /) -> bytes:
        """Return at most `size` bytes, those that can be had before the next trouble."""

    def peek(self, size: int = 0, /) -> bytes:
        """Return bytes that stay to be read."""

    def close(self) -> None:
        """Let go of it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file: `name` is its path below what the user named."""

    name: PurePath
    open: Callable[[], Stream]


Entries = Iterator[Entry | Broken]


@dataclass(slots=True)
class Meter:
    """How many bytes of how many have been read, packed ones where they are packed."""

    total: int
    read: int = 0

    @property
    def done(self) -> int:
        """Return the bytes read, at most `total`: a file may grow meanwhile."""
        return min(self.read, self.total)


class Metered:
    """A file that counts what is read from it."""

    def __init__(self, file: BinaryIO, meter: Meter) -> None:
        """Count the bytes of `file`, which must be buffered, into `meter`."""
        self._file, self._meter = file, meter
        self.peek = file.peek  # type: ignore[attr-defined]
        self.seek, self.tell, self.seekable, self.close = file.seek, file.tell, file.seekable, file.close

    def read(self, size: int = -1, /) -> bytes:
        """Return `size` bytes, fewer only at the end."""
        return self._counted(self._file.read(size))

    def read1(self, size: int = -1, /) -> bytes:
        """Return at most `size` bytes."""
        return self._counted(self._file.read1(size))  # type: ignore[attr-defined]

    def _counted(self, data: bytes) -> bytes:
        self._meter.read += len(data)
        return data


def guarded(entries: Entries, name: str) -> Entries:
    """Yield the entries; damage ends them as one broken piece instead of a traceback."""
    try:
        yield from entries
    except DAMAGE as trouble:
        yield Broken(name, why_damaged(trouble))


def why_damaged(trouble: Exception) -> str:
    """Return half a sentence about a file that could not be read."""
    if isinstance(trouble, PermissionError):
        return "permission denied"
    if "password" in str(trouble) or "encrypted" in str(trouble):
        return "it is locked with a password"
    return "it is damaged, or ends too early"
