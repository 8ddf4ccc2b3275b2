"""A path, whatever kind of mail file it is, read as one stream of letters."""

from __future__ import annotations

import stat
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Literal

from app.sandbox.mail_files import maildir
from app.sandbox.mail_files.entries import DAMAGE, Entries, Entry, Meter, Stream, why_damaged
from app.sandbox.mail_files.folders import files_below, in_file, in_folder
from app.sandbox.mail_files.label_names import system_label
from app.sandbox.mail_files.letters import MOST_LETTER, Broken, Found, Letter, unreadable
from app.sandbox.mail_files.mbox import begins_as_letter, begins_as_mbox, split

Kind = Literal["letter", "mbox", ""]
START = 4_096  # bytes of a file that tell its kind
TOO_LARGE = f"it is larger than Gmail takes ({MOST_LETTER // 2**20} MiB)"


@dataclass(frozen=True, slots=True)
class Source:
    """The letters of a path, and how far they have been read."""

    path: Path
    meter: Meter
    found: Found


def open_source(path: Path) -> Source:
    """Look at what a path is; raise UnreadableInput where it can be no mail at all, or proves an attack later on."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            meter = Meter(sum(size for _, size in files_below(path)))
            return Source(path, meter, _letters(in_folder(path, meter)))
        if not stat.S_ISREG(status.st_mode):
            raise unreadable(path, "it is neither a file nor a folder")
        if status.st_size == 0:
            raise unreadable(path, "it is empty")
        path.open("rb").close()
    except (OSError, ValueError) as trouble:
        raise unreadable(path, _reason(trouble)) from None
    meter = Meter(status.st_size)
    return Source(path, meter, _letters(in_file(path, PurePath(path.name), meter)))


def _reason(trouble: OSError | ValueError) -> str:
    if isinstance(trouble, FileNotFoundError):
        return "there is no such file or folder"
    return (getattr(trouble, "strerror", None) or "this is no path").lower()


def _letters(entries: Entries) -> Found:
    """Yield what the entries hold; damage ends an entry as one broken piece."""
    for entry in entries:
        if isinstance(entry, Broken):
            yield entry
        elif not _is_of_macos(entry.name):
            yield from _careful(entry)


def _careful(entry: Entry) -> Found:
    try:
        with closing(entry.open()) as stream:
            yield from _in_entry(entry, stream)
    except DAMAGE as trouble:
        yield Broken(str(entry.name), why_damaged(trouble))


def _is_of_macos(name: PurePath) -> bool:
    return name.name.startswith("._") or "__MACOSX" in name.parts  # found in every archive it makes


def _in_entry(entry: Entry, stream: Stream) -> Found:
    kind = kind_of(entry.name, stream.peek(START)[:START])
    if kind == "letter":
        yield _letter(entry.name, stream.read(MOST_LETTER + 1))
    elif kind == "mbox":
        folder = _telling_name(entry.name)
        for number, raw in enumerate(split(stream), 1):
            where = f"mail {number} of {entry.name}"
            yield Broken(where, TOO_LARGE) if raw is None else Letter(raw, where, folder)


def kind_of(name: PurePath, start: bytes) -> Kind:
    """Say what a file is by its name below what the user named, and by how it begins; empty if it is no mail."""
    suffix = name.suffix.lower()
    if maildir.lies_in_maildir(name) or suffix == ".eml":
        return "letter"
    if begins_as_mbox(start):
        return "mbox"
    if suffix in {".mbox", ".mbx"}:
        return "letter" if begins_as_letter(start) else "mbox"
    may_be_mail = len(name.parts) == 1 or suffix in {"", ".txt"} or name.name.rstrip(".").isdigit()
    return "letter" if may_be_mail and begins_as_letter(start) else ""


def _letter(name: PurePath, raw: bytes) -> Letter | Broken:
    if len(raw) > MOST_LETTER:
        return Broken(str(name), TOO_LARGE)
    if not maildir.lies_in_maildir(name):
        return Letter(raw, str(name), _telling_name(name.parent))
    folder, marks, unread = maildir.folder_of(name), maildir.marks_of(name), maildir.is_unread(name)
    return Letter(raw, str(name), folder, marks, unread, maildir.date_of(name))


def _telling_name(name: PurePath) -> str:
    """Return the name of a file or folder where it is one that mail programs give, such as Sent."""
    return name.stem if system_label(name.stem) else ""
