"""The file that holds the letters."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sandbox.spool import NoRoomForMail, Place, Spool


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_every_letter_comes_back(letters: list[bytes]):
    spool = Spool()
    places = [spool.put(letter) for letter in letters]
    assert [spool.get(place) for place in places] == letters
    spool.close()


def test_the_file_has_no_name_that_could_be_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    spool = Spool()
    spool.put(b"secret")
    assert list(tmp_path.iterdir()) == []
    spool.close()


def test_a_missing_folder_is_said_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with pytest.raises(NoRoomForMail) as trouble:
        Spool()
    assert "gone" in trouble.value.sentence()
    assert "Traceback" not in trouble.value.sentence()


def test_a_full_disk_is_said_in_a_sentence_and_what_was_there_stays(monkeypatch: pytest.MonkeyPatch):
    spool = Spool()
    place = spool.put(b"first")

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(NoRoomForMail, match="No space left"):
        spool.put(b"second")
    assert spool.get(place) == b"first"
    spool.close()


def test_a_place_past_the_end_is_empty():
    spool = Spool()
    assert spool.get(Place(100, 10)) == b""
    spool.close()
