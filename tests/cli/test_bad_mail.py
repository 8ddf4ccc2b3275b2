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


WHATEVER = [nothing, empty_folder, folder_of_pictures, empty_file, junk, broken_archive, pipe]
CASES = [("sandbox", make) for make in WHATEVER] + [("demo", make) for make in (nothing, empty_folder, junk)]


@pytest.mark.parametrize(("word", "make"), CASES, ids=[f"{word}-{make.__name__}" for word, make in CASES])
def test_what_holds_no_mail_is_told_in_one_sentence(deskhand, ground, used_dir, word, make):
    path = make(ground)
    words = ("sandbox", "--port", "0") if word == "sandbox" else ("demo", "--once", "--json")
    said = deskhand(*words, "--mail", str(path), data_dir=used_dir)
    assert said.code == 1
    assert str(path) in said.err.splitlines()[-1]
    assert said.out == ""
    assert "Traceback" not in said.err
    assert len([line for line in said.err.splitlines() if "%" not in line]) == 1, said.err
    assert not database_is_up(used_dir / "demo")
