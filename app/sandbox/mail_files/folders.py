"""Folders of mail files, archives among them, however deep."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path, PurePath
from typing import BinaryIO, cast

from app.sandbox.mail_files.archives import in_gzip, in_tar, in_zip
from app.sandbox.mail_files.entries import Entries, Entry, Meter, Metered, Stream, guarded
from app.sandbox.mail_files.letters import Broken


def in_folder(root: Path, meter: Meter) -> Entries:
    """Yield the regular files below a folder, sorted, archives opened; links to folders are not followed."""
    for path, size in files_below(root):
        if isinstance(path, Broken):
            yield path
            continue
        before, name = meter.read, path.relative_to(root)
        for entry in in_file(path, name, meter):
            yield replace(entry, name=name / entry.name) if isinstance(entry, Entry) and entry.name != name else entry
        meter.read = max(meter.read, before + size)


def in_file(path: Path, name: PurePath, meter: Meter) -> Entries:
    """Yield what a file holds: itself under `name`, or the files packed in it."""
    packed = _packing_of(path)
    if packed is not None:
        return guarded(packed(path, meter), str(name))
    return iter([Entry(name, _opener(path, meter))])


def files_below(root: Path) -> Iterator[tuple[Path | Broken, int]]:
    """Yield the regular files below a folder and their sizes; what cannot be looked at is broken."""
    trouble: list[OSError] = []
    for folder, below, names in os.walk(root, onerror=trouble.append):
        below.sort()
        for path in (Path(folder, name) for name in sorted(names)):
            try:
                status = path.stat()
            except OSError as error:
                trouble.append(error)
                continue
            if stat.S_ISREG(status.st_mode):
                yield path, status.st_size
        while trouble:
            unseen = trouble.pop()
            yield Broken(str(unseen.filename), (unseen.strerror or "it cannot be opened").lower()), 0


def _packing_of(path: Path) -> Callable[[Path, Meter], Entries] | None:
    """Return how to look into an archive, None for a plain file; by its beginning first, for names may be anything."""
    try:
        with path.open("rb") as file:
            start = file.read(262)
    except OSError:
        return None
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return in_zip
    if start[257:] == b"ustar" or path.name.lower().endswith((".tgz", ".tar.gz")):
        return in_tar
    return in_gzip if start.startswith(b"\x1f\x8b") else None


def _opener(path: Path, meter: Meter) -> Callable[[], Stream]:
    return lambda: Metered(cast(BinaryIO, path.open("rb")), meter)
