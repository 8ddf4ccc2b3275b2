"""What a mail file yields: letters, and pieces that are none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.errors import UnreadableInput

MOST_LETTER = 36_700_160  # what Gmail's own upload takes: 35 MiB (its discovery document)


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail as it stood in its file.

    `folder` is the name of the folder it lay in, empty where its place says nothing; `marks` are labels that the file
    system gave it; `unread` is None where nothing is said; `date` is the file's own idea of when it came.
    """

    raw: bytes
    where: str
    folder: str = ""
    marks: tuple[str, ...] = ()
    unread: bool | None = None
    date: datetime | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """A piece that cannot be a letter, and why."""

    where: str
    why: str


Found = Iterator[Letter | Broken]


def unreadable(path: Path, why: str) -> UnreadableInput:
    """Return the one sentence for a path that is no mail file."""
    return UnreadableInput("{path} cannot be read as mail: {why}.", path=path, why=why)
