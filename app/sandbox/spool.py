"""Letters as bytes, in one file that only grows and that the system throws away with us, however we end."""

from __future__ import annotations

import os
import tempfile
from typing import NamedTuple

from app.errors import AppError


class NoRoomForMail(AppError):
    """The temporary folder {folder} cannot hold the practice mail ({why}). Make room there, or set TMPDIR."""

    code, status = "no_room_for_mail", 507


class Place(NamedTuple):
    """Where a letter stands in the spool, in bytes."""

    offset: int
    length: int


class Spool:
    """An append-only file without a name in the temporary folder: gone when closed, and when killed."""

    def __init__(self) -> None:
        """Make the file; raise NoRoomForMail if the temporary folder takes none."""
        try:
            self._file = tempfile.TemporaryFile(prefix="deskhand-practice-", buffering=0)  # noqa: SIM115 - see close
        except OSError as trouble:
            raise _no_room(trouble) from None
        self._end = 0

    def put(self, letter: bytes) -> Place:
        """Append a letter and say where it stands."""
        place = Place(self._end, len(letter))
        try:
            written = 0
            while written < len(letter):
                written += os.pwrite(self._file.fileno(), letter[written:], place.offset + written)
        except OSError as trouble:
            raise _no_room(trouble) from None
        self._end += len(letter)
        return place

    def get(self, place: Place) -> bytes:
        """Return a letter."""
        pieces, at, left = [], place.offset, place.length
        while left > 0 and (piece := os.pread(self._file.fileno(), left, at)):
            pieces.append(piece)
            at, left = at + len(piece), left - len(piece)
        return b"".join(pieces)

    def close(self) -> None:
        """Give the space back."""
        self._file.close()


def _no_room(trouble: OSError) -> NoRoomForMail:
    return NoRoomForMail(folder=tempfile.gettempdir(), why=trouble.strerror or "no space")
