"""Mail that is none: one sentence, and nothing is left running."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.cli.kit import database_is_up


def nothing(folder: Path) -> Path:
    return folder / "nowhere.mbox"


def empty_folder(folder: Path) -> Path:
    (folder / "empty").mkdir()
    return folder / "empty"


def folder_of_pictures(folder: Path) -> Path:
    (folder / "pictures").mkdir()
    (folder / "pictures/one.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))
    return folder / "pictures"


def empty_file(folder: Path) -> Path:
    (folder / "empty.mbox").touch()
    return folder / "empty.mbox"


def junk(folder: Path) -> Path:
    (folder / "junk.mbox").write_bytes(random.Random(7).randbytes(200_000))
    return folder / "junk.mbox"


def broken_archive(folder: Path) -> Path:
    (folder / "takeout.zip").write_bytes(b"PK\x03\x04" + random.Random(7).randbytes(5_000))
    return folder / "takeout.zip"


def pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe")
    return folder / "pipe"


@pytest.mark.parametrize(
    "make",
    [nothing, empty_folder, folder_of_pictures, empty_file, junk, broken_archive, pipe],
    ids=lambda f: f.__name__,
)
@pytest.mark.parametrize("words", [("sandbox", "--port", "0"), ("demo", "--once", "--json")], ids=lambda w: w[0])
def test_what_holds_no_mail_is_told_in_one_sentence(deskhand, ground, used_dir, words, make):
    path = make(ground)
    said = deskhand(*words, "--mail", str(path), data_dir=used_dir)
    assert said.code == 1
    assert str(path) in said.err.splitlines()[-1]
    assert said.out == ""
    assert "Traceback" not in said.err
    assert len([line for line in said.err.splitlines() if "%" not in line]) == 1, said.err
    assert not database_is_up(used_dir / "demo")
