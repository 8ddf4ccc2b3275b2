"""A zip that is made while it is sent: nothing of it lies on a disk, and hardly anything in memory."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

Chunks = AsyncIterator[bytes]


class _Pipe(io.RawIOBase):
    """What the archive writes into and the sender takes out of; it cannot go back."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, given: object) -> int:
        data = bytes(memoryview(given))  # type: ignore[arg-type] # whatever has bytes
        self._held += data
        return len(data)

    def take(self) -> bytes:
        data = bytes(self._held)
        self._held.clear()
        return data


async def zipped(files: AsyncIterator[tuple[str, Chunks]], at: datetime) -> Chunks:
    """Yield the bytes of a zip of these files, each dated `at`. Without its end, after an error, it opens nowhere."""
    pipe = _Pipe()
    archive = ZipFile(pipe, "w", ZIP_DEFLATED)
    async for name, chunks in files:
        entry = ZipInfo(name, at.timetuple()[:6])
        entry.compress_type = ZIP_DEFLATED
        # force_zip64: how long a log is shows only at its end.
        with archive.open(entry, "w", force_zip64=True) as file:
            async for chunk in chunks:
                file.write(chunk)
                yield pipe.take()
    archive.close()
    yield pipe.take()
