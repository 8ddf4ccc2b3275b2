"""The tables as they are written: sections, phrases over several lines, names for alternatives."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.rules.security import table as module
from app.rules.security.table import table

WRITTEN = """# A comment
[words]
key = code|pin|
pass_word;
[sure]
your ~ {key};  one|
two three;
?any code
~ #;
[likely]
a b;
[hints]
[against]
[harmless]
[explains]
parcel
"""


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A table of our own, beside the module as it were."""
    monkeypatch.setattr(module, "__file__", str(tmp_path / "table.py"))
    path = tmp_path / "ours.txt"
    path.write_text(WRITTEN, encoding="utf-8")
    return path


def test_phrases_may_go_on_in_the_next_line_and_names_are_filled_in(written: Path) -> None:
    read = table("ours")
    assert read.sure == ("your ~ code|pin|pass_word", "one|two three", "?any code ~ #")
    assert read.likely == ("a b",)
    assert read.hints == read.against == read.harmless == ()
    assert read.explains == ("parcel",)


def test_a_name_that_nobody_gave_is_no_table(written: Path) -> None:
    written.write_text(WRITTEN.replace("{key}", "{lock}"), encoding="utf-8")
    with pytest.raises(KeyError):
        table("ours")


def test_a_section_that_nobody_knows_or_that_is_missing_is_no_table(written: Path) -> None:
    for wrong in (WRITTEN + "[surely]\n", WRITTEN.replace("[hints]\n", "")):
        written.write_text(wrong, encoding="utf-8")
        with pytest.raises(TypeError):
            table("ours")
