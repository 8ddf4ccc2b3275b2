"""A backup as one file: a zip with the database's dump, a page for whoever finds it, and a manifest that seals both.

The manifest has the digest of each part and is signed with a key derived from the master key: a file that was changed,
cut short or made elsewhere is known before anything is touched. The master key itself is not in it.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import secrets
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from app import __version__
from app.db.sealed import MasterKeys
from app.errors import DatabaseTrouble

DUMP, MANIFEST, README = "database.dump", "manifest.json", "READ-ME.txt"
FORMAT = 1
CHUNK = 1 << 20  # bytes
LARGEST_MANIFEST = 1 << 20

Told = Callable[[int], None]  # how many bytes have been worked through

WORDS = """This is a backup of Deskhand's database, taken at {taken_at}.

`deskhand restore FILE` puts it back. The master key is half of it and is not in here: without the key whose name is
{master_id}, nobody can read the consents in this file, you neither. Keep both, and keep them apart.
"""
EXISTS = "{path} is there already. Name another file, or give --replace."
FULL = "The disk is full: {path} was not written, and nothing of it is left there. Make room, or name another disk."
NOT_WRITTEN = "{path} cannot be written: {why}."
NO_BACKUP = "{path} is no backup of Deskhand's, or it is damaged: {why}."
CHANGED = "{path} was changed after it was made, or made with another master key: it is not used."
OTHER_FORMAT = "{path} was made by a newer Deskhand ({version}). Restore it with that one."


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a backup says of itself; `parts` are the SHA-256 of its members, in hex."""

    taken_at: datetime
    schema: str
    master_id: str
    people: int
    mailboxes: int
    parts: dict[str, str]
    deskhand: str = __version__

    def words(self) -> bytes:
        """Return what is signed."""
        said = vars(self) | {"format": FORMAT, "taken_at": self.taken_at.isoformat()}
        return json.dumps(said, sort_keys=True).encode()


class NewBackup:
    """A backup that is being written."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.parts: dict[str, str] = {}

    def add(self, name: str, pieces: Iterable[bytes], told: Told = lambda _size: None) -> None:
        """Write a part as it comes, and keep its digest."""
        digest, size = hashlib.sha256(), 0
        with self._archive.open(name, "w", force_zip64=True) as part:
            for piece in pieces:
                part.write(piece)
                digest.update(piece)
                size += len(piece)
                told(size)
        self.parts[name] = digest.hexdigest()

    def close(self, manifest: Manifest, keys: MasterKeys) -> None:
        """Write the manifest with its signature; nothing comes after it."""
        signature = keys.signature(manifest.words(), manifest.master_id).hex()
        said = json.loads(manifest.words()) | {"signature": signature}
        self._archive.writestr(MANIFEST, json.dumps(said, indent=2))


@contextmanager
def new_backup(path: Path, *, replace: bool = False) -> Iterator[NewBackup]:
    """Write a backup beside its place and put it there when it is whole, readable by nobody else.

    Raises DatabaseTrouble if a file stands there (unless it is to be replaced), or for a disk that is full.
    """
    if path.exists() and not replace:
        raise DatabaseTrouble(EXISTS, path=path)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
                yield NewBackup(archive)
            file.flush()
            os.fsync(file.fileno())
        _put(fresh, path, replace=replace)
    except OSError as trouble:
        full = trouble.errno in (errno.ENOSPC, errno.EDQUOT)
        raise DatabaseTrouble(FULL if full else NOT_WRITTEN, path=path, why=trouble.strerror or trouble) from trouble
    finally:
        fresh.unlink(missing_ok=True)


def _put(fresh: Path, path: Path, *, replace: bool) -> None:
    if replace:
        os.replace(fresh, path)
        return
    try:
        os.link(fresh, path)  # unlike a rename it fails where a file has come to stand meanwhile
    except FileExistsError:
        raise DatabaseTrouble(EXISTS, path=path) from None
    except OSError:  # a disk without links
        if path.exists():
            raise DatabaseTrouble(EXISTS, path=path) from None
        os.rename(fresh, path)


@dataclass(frozen=True)
class BackupFile:
    """A backup that is there whole, as its signature says."""

    path: Path
    manifest: Manifest
    size: int  # bytes of the dump

    def dump(self) -> Iterator[bytes]:
        """Return the dump piece by piece."""
        with zipfile.ZipFile(self.path) as archive, archive.open(DUMP) as part:
            yield from _pieces(part)


def checked(path: Path, keys: MasterKeys, told: Told = lambda _size: None) -> BackupFile:
    """Read a backup through and return it; raise DatabaseTrouble unless it is whole and of this master key."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _manifest(path, archive, keys)
            if {name: _digest(archive, name, told) for name in manifest.parts} != manifest.parts:
                raise DatabaseTrouble(CHANGED, path=path)
            return BackupFile(path, manifest, archive.getinfo(DUMP).file_size)
    except OSError as trouble:
        raise DatabaseTrouble(NO_BACKUP, path=path, why=trouble.strerror or "it cannot be read") from trouble
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, EOFError) as trouble:
        raise DatabaseTrouble(NO_BACKUP, path=path, why="it is cut short or no such file") from trouble


def _manifest(path: Path, archive: zipfile.ZipFile, keys: MasterKeys) -> Manifest:
    """Return the manifest; the master key it names has to be at hand, and to have signed it."""
    said = _said(archive)
    signature, version = said.pop("signature", ""), said.pop("format", None)
    if isinstance(version, int) and version > FORMAT:
        raise DatabaseTrouble(OTHER_FORMAT, path=path, version=said.get("deskhand"))
    try:
        manifest = Manifest(**said | {"taken_at": datetime.fromisoformat(said["taken_at"])})
    except (TypeError, ValueError, KeyError):
        raise DatabaseTrouble(NO_BACKUP, path=path, why="its manifest cannot be read") from None
    if not keys.signed(manifest.words(), manifest.master_id, str(signature)):
        raise DatabaseTrouble(CHANGED, path=path)
    return manifest


def _said(archive: zipfile.ZipFile) -> dict[str, Any]:
    with archive.open(MANIFEST) as file:
        text = file.read(LARGEST_MANIFEST)
    with suppress(ValueError, RecursionError):
        said = json.loads(text)
        if isinstance(said, dict):
            return said
    raise KeyError(MANIFEST)


def _digest(archive: zipfile.ZipFile, name: str, told: Told) -> str:
    digest, size = hashlib.sha256(), 0
    with archive.open(name) as part:
        for piece in _pieces(part):
            digest.update(piece)
            size += len(piece)
            told(size)
    return digest.hexdigest()


def _pieces(part: IO[bytes]) -> Iterator[bytes]:
    while piece := part.read(CHUNK):
        yield piece
