"""A backup is one file that is whole or not used: changed, cut short, made elsewhere or by a later version."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.db.backup_file import DUMP, MANIFEST, README, Manifest, checked, new_backup
from app.db.sealed import MasterKeys, key_id
from app.errors import DatabaseTrouble

KEY = b"k" * 32
KEYS = MasterKeys((KEY,))
AT = datetime(2026, 11, 26, 21, 30, tzinfo=UTC)
PIECES = (b"PGDMP", os.urandom(3 << 20), b"the end")


def write(path: Path, *, keys: MasterKeys = KEYS, replace: bool = False, **said: Any) -> Path:
    """Write a small backup."""
    with new_backup(path, replace=replace) as file:
        file.add(DUMP, PIECES)
        file.add(README, [b"Keep the key apart."])
        known = {"taken_at": AT, "schema": "0016", "master_id": keys.newest_id, "people": 2, "mailboxes": 1}
        file.close(Manifest(**known | said, parts=file.parts), keys)
    return path


def rewritten(path: Path, name: str, data: bytes) -> Path:
    """Put other bytes in the place of a part, with everything a zip needs to look whole."""
    with zipfile.ZipFile(path) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for each, content in (parts | {name: data}).items():
            archive.writestr(each, content)
    return path


def manifest_of(path: Path) -> dict[str, Any]:
    """Return what a backup says of itself."""
    with zipfile.ZipFile(path) as archive:
        return dict(json.loads(archive.read(MANIFEST)))


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """A backup that is whole."""
    return write(tmp_path / "x.backup")


def test_what_was_written_comes_back_piece_by_piece(backup: Path) -> None:
    told: list[int] = []
    read = checked(backup, KEYS, told.append)
    assert (read.manifest.taken_at, read.manifest.people, read.manifest.mailboxes) == (AT, 2, 1)
    assert b"".join(read.dump()) == b"".join(PIECES)
    assert read.size == sum(map(len, PIECES))
    assert max(told) == read.size


def test_nobody_else_may_read_it_and_nothing_lies_beside_it(backup: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600
    assert list(backup.parent.iterdir()) == [backup]


def test_the_key_is_not_in_it_and_its_name_is(backup: Path) -> None:
    assert KEY not in backup.read_bytes()
    assert manifest_of(backup)["master_id"] == key_id(KEY)


def test_a_newer_key_in_front_of_the_one_it_was_made_with_does_no_harm(backup: Path) -> None:
    assert checked(backup, MasterKeys((b"n" * 32, KEY))).manifest.master_id == key_id(KEY)


def test_without_its_key_it_is_not_opened(backup: Path) -> None:
    with pytest.raises(DatabaseTrouble, match="not the key this database was made with"):
        checked(backup, MasterKeys((b"n" * 32,)))


def test_a_file_that_is_there_is_not_written_over_unless_that_is_said(backup: Path) -> None:
    before = backup.read_bytes()
    with pytest.raises(DatabaseTrouble, match="is there already"):
        write(backup)
    assert backup.read_bytes() == before
    write(backup, replace=True, people=3)
    assert checked(backup, KEYS).manifest.people == 3


def test_a_file_that_comes_to_stand_there_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "x.backup"

    def somebody_is_faster() -> Iterator[bytes]:
        path.write_bytes(b"theirs")
        yield b"ours"

    with pytest.raises(DatabaseTrouble, match="is there already"), new_backup(path) as file:
        file.add(DUMP, somebody_is_faster())
    assert path.read_bytes() == b"theirs"
    assert list(tmp_path.iterdir()) == [path]


def _ends_full() -> Iterator[bytes]:
    yield b"some"
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("stood_before", [True, False])
def test_a_full_disk_is_one_sentence_and_leaves_what_was_there(tmp_path: Path, stood_before: bool) -> None:
    path = tmp_path / "x.backup"
    if stood_before:
        write(path)
    with pytest.raises(DatabaseTrouble, match="disk is full"), new_backup(path, replace=True) as file:
        file.add(DUMP, _ends_full())
    assert list(tmp_path.iterdir()) == ([path] if stood_before else [])
    assert not stood_before or checked(path, KEYS)


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DatabaseTrouble, match="cannot be written"):
        write(tmp_path / "nowhere" / "x.backup")


def test_a_command_that_is_stopped_leaves_nothing(tmp_path: Path) -> None:
    def stopped() -> Iterator[bytes]:
        yield b"half"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), new_backup(tmp_path / "x.backup") as file:
        file.add(DUMP, stopped())
    assert list(tmp_path.iterdir()) == []


def test_one_changed_byte_of_the_dump_is_noticed(backup: Path) -> None:
    rewritten(backup, DUMP, b"".join(PIECES)[:-1] + b"?")
    with pytest.raises(DatabaseTrouble, match="was changed"):
        checked(backup, KEYS)


@pytest.mark.parametrize(("name", "value"), [("taken_at", "2020-01-01T00:00:00+00:00"), ("people", 0), ("parts", {})])
def test_a_manifest_that_says_something_else_is_noticed(backup: Path, name: str, value: object) -> None:
    said = manifest_of(backup)
    rewritten(backup, MANIFEST, json.dumps(said | {name: value}).encode())
    with pytest.raises(DatabaseTrouble, match="was changed"):
        checked(backup, KEYS)


@pytest.mark.parametrize(
    "manifest",
    [b"", b"null", b"[]", b"{}", b"[" * 100_000, b'{"taken_at": 1}', b'{"taken_at": "soon", "parts": {}}', b"\xff"],
)
def test_a_manifest_that_is_none_is_one_sentence(backup: Path, manifest: bytes) -> None:
    rewritten(backup, MANIFEST, manifest)
    with pytest.raises(DatabaseTrouble, match="no backup of Deskhand's"):
        checked(backup, KEYS)


def test_a_field_that_nobody_knows_is_no_backup_of_ours(backup: Path) -> None:
    rewritten(backup, MANIFEST, json.dumps(manifest_of(backup) | {"more": 1}).encode())
    with pytest.raises(DatabaseTrouble, match="no backup of Deskhand's"):
        checked(backup, KEYS)


def test_one_of_a_later_version_names_it(backup: Path) -> None:
    rewritten(backup, MANIFEST, json.dumps(manifest_of(backup) | {"format": 2, "deskhand": "9.0"}).encode())
    with pytest.raises(DatabaseTrouble, match=r"newer Deskhand \(9\.0\)"):
        checked(backup, KEYS)


@pytest.mark.parametrize("kept", [0, 10, 1000, 1 << 20])
def test_what_was_cut_short_is_one_sentence(backup: Path, kept: int) -> None:
    backup.write_bytes(backup.read_bytes()[:kept])
    with pytest.raises(DatabaseTrouble, match="no backup of Deskhand's"):
        checked(backup, KEYS)


def test_a_part_that_is_missing_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "x.backup"
    with new_backup(path) as file:
        file.add(README, [b"no dump"])
        said = {"taken_at": AT, "schema": "0016", "master_id": KEYS.newest_id, "people": 0, "mailboxes": 0}
        file.close(Manifest(**said, parts={DUMP: "00"}), KEYS)  # type: ignore[arg-type]
    with pytest.raises(DatabaseTrouble, match="no backup of Deskhand's"):
        checked(path, KEYS)


def test_what_is_not_there_or_a_folder_is_one_sentence(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(DatabaseTrouble, match="no backup of Deskhand's"):
            checked(path, KEYS)
