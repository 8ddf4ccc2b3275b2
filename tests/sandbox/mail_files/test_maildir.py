"""What the names in a Maildir tell."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sandbox.mail_files import maildir

LETTER = "1767607200.M12P34.host,S=1200:2,"


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        (f"cur/{LETTER}S", "INBOX"),
        (f".Sent/cur/{LETTER}S", "Sent"),
        (f".Clientes.Hotel Boldo.2026/new/{LETTER}", "Clientes/Hotel Boldo/2026"),
        (f".Entw&APw-rfe/cur/{LETTER}", "Entwürfe"),
        (f".A&-B/cur/{LETTER}", "A&B"),
        (f".R&AOk-union &Jjo-/cur/{LETTER}", "Réunion ☺"),
        (f".broken&A-/cur/{LETTER}", "broken&A-"),
        (f"Maildir/cur/{LETTER}", "Maildir"),
        (f"gmail/Archive.2026/cur/{LETTER}", "gmail/Archive.2026"),
        (f"{LETTER}S", "INBOX"),
    ],
)
def test_the_folder_is_read_from_the_path(name: str, folder: str) -> None:
    assert maildir.lies_in_maildir(PurePath(name))
    assert maildir.folder_of(PurePath(name)) == folder


@pytest.mark.parametrize("name", ["a.eml", "cur.eml", "new", ".Sent/dovecot.index", "cur/.hidden", "a/b/cure/x"])
def test_other_files_are_no_letters_of_a_maildir(name: str) -> None:
    assert not maildir.lies_in_maildir(PurePath(name))


@pytest.mark.parametrize(
    ("name", "unread", "marks"),
    [
        (f"cur/{LETTER}S", False, ()),
        (f"cur/{LETTER}", True, ()),
        (f"new/{LETTER}S", True, ()),
        ("new/1767607200.1.host", True, ()),
        (f"cur/{LETTER}FRS", False, ("STARRED",)),
        (f"cur/{LETTER}DST", False, ("TRASH", "DRAFT")),
        ("cur/1767607200.1.host;2,FS", False, ("STARRED",)),
        ("cur/1767607200.1.host!2,S", False, ()),
        ("cur/1767607200.1.host", True, ()),
    ],
)
def test_flags_tell_what_was_read_and_what_was_marked(name: str, unread: bool, marks: tuple[str, ...]) -> None:
    assert maildir.is_unread(PurePath(name)) is unread
    assert maildir.marks_of(PurePath(name)) == marks


def test_the_name_begins_with_the_second_of_delivery() -> None:
    assert maildir.date_of(PurePath(f"cur/{LETTER}")) == datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
    for name in ("cur/letter", "cur/x.y", "cur/99999999999999.x", "cur/²³.x", "cur/12"):
        assert maildir.date_of(PurePath(name)) is None


@given(name=st.text(min_size=1, max_size=60).filter(lambda name: "\0" not in name and PurePath(name).name))
def test_no_name_of_a_file_breaks_anything(name: str) -> None:
    path = PurePath("cur") / PurePath(name).name
    assert maildir.folder_of(path)
    assert maildir.is_unread(path) in (True, False)
    assert set(maildir.marks_of(path)) <= {"STARRED", "TRASH", "DRAFT"}
    maildir.date_of(path)
