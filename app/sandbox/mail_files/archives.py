"""Zip, tar and gzip files, read as streams and never unpacked to disk; attacks by size or by name are refused."""

from __future__ import annotations

import gzip
import re
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath
from typing import BinaryIO, cast

from app.sandbox.mail_files.entries import Entries, Entry, Meter, Metered, Stream
from app.sandbox.mail_files.letters import unreadable

MOST_GROWTH = 100  # mail shrinks to a third or a tenth, a bomb to a thousandth
GROWTH_FROM = 64 * 2**20  # bytes; small files may grow as they like
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


@dataclass(slots=True)
class Growth:
    """How much has come out of an archive of `packed` bytes."""

    path: Path
    packed: int
    unpacked: int = 0

    def count(self, data: bytes) -> bytes:
        """Return the data; raise UnreadableInput when it has become far more than any mail."""
        self.unpacked += len(data)
        if self.unpacked > GROWTH_FROM and self.unpacked > self.packed * MOST_GROWTH:
            raise unreadable(self.path, f"it unpacks to more than {MOST_GROWTH} times its size, as no mail does")
        return data


class Unpacked:
    """An unpacked stream whose growth is watched."""

    def __init__(self, stream: Stream, growth: Growth) -> None:
        """Count what `stream` gives into `growth`, which all streams of one archive share."""
        self._stream, self._growth = stream, growth
        self.close = stream.close

    def read(self, size: int = -1, /) -> bytes:
        """Return `size` bytes, fewer only at the end."""
        return self._growth.count(self._stream.read(size))

    def read1(self, size: int = -1, /) -> bytes:
        """Return at most `size` bytes."""
        return self._growth.count(self._stream.read1(size))

    def peek(self, size: int = 0, /) -> bytes:
        """Return bytes that stay to be read."""
        return self._stream.peek(size)


def in_zip(path: Path, meter: Meter) -> Entries:
    """Yield the files in a zip archive."""
    with path.open("rb") as file, zipfile.ZipFile(cast(BinaryIO, Metered(file, meter))) as archive:
        growth = Growth(path, path.stat().st_size)
        names = [_safe_name(path, member.filename) for member in archive.infolist()]
        for name, member in zip(names, archive.infolist(), strict=True):
            if not member.is_dir():
                yield Entry(name, _zip_opener(archive, member, growth))


def _zip_opener(archive: zipfile.ZipFile, member: zipfile.ZipInfo, growth: Growth) -> Callable[[], Stream]:
    return lambda: Unpacked(cast(Stream, archive.open(member)), growth)


def in_tar(path: Path, meter: Meter) -> Entries:
    """Yield the files in a tar archive, packed by gzip or not, in one pass."""
    with path.open("rb") as file:
        packed = file.peek(2).startswith(b"\x1f\x8b")
        counted = Metered(file, meter)
        unpacked = cast(Stream, gzip.GzipFile(fileobj=cast(BinaryIO, counted))) if packed else counted
        growth = Growth(path, path.stat().st_size)
        with tarfile.open(fileobj=cast(BinaryIO, Unpacked(unpacked, growth)), mode="r|") as archive:
            yield from _tar_files(archive, path)


def _tar_files(archive: tarfile.TarFile, path: Path) -> Entries:
    while (member := archive.next()) is not None:
        archive.members.clear()  # type: ignore[attr-defined] # else it keeps every member it has passed
        name = _safe_name(path, member.name)
        if member.isfile() and member.sparse is None:  # holes could grow without end
            yield Entry(name, _given(cast(Stream, archive.extractfile(member))))


def in_gzip(path: Path, meter: Meter) -> Entries:
    """Yield the one file in a gzip file."""
    with path.open("rb") as file, gzip.GzipFile(fileobj=cast(BinaryIO, Metered(file, meter))) as unpacked:
        growth = Growth(path, path.stat().st_size)
        yield Entry(PurePath(path.stem), _given(Unpacked(cast(Stream, unpacked), growth)))


def _given(stream: Stream) -> Callable[[], Stream]:
    return lambda: stream


def _safe_name(path: Path, name: str) -> PurePosixPath:
    """Return the name of a member; raise UnreadableInput where it leads out of the archive."""
    safe = PurePosixPath(name.replace("\\", "/"))
    if safe.is_absolute() or ".." in safe.parts or _DRIVE.match(name):
        raise unreadable(path, f"it holds a file that would lead out of it ({name[:100]!r})")
    return safe
