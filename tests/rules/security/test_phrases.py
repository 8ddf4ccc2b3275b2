"""Phrases as the tables write them, and where they stand."""

from __future__ import annotations

import pytest

from app.rules.security.phrases import STRUCK, Phrases
from app.rules.security.table import Table, phrases, table
from app.rules.security.words import CODE, words_of

TABLES = {name: table(name) for name in ("spanish", "french", "english")}
FIELDS = ("sure", "likely", "hints", "against", "harmless", "explains")


def stands(row: str, text: str) -> bool:
    """Say whether a phrase stands in a text."""
    return Phrases([row]).taken(words_of(text))[0] > 0


@pytest.mark.parametrize(
    ("row", "text", "so"),
    [
        ("your code", "This is your code", True),
        ("your code", "your new code", False),
        ("your ~ code", "your brand new secret code", True),
        ("your ~ code", "your very own brand new code", False),
        ("your ~~ code", "your very own brand new code", True),
        ("your ~ code", "It is yours. A code", False),
        ("your ~ code", "Is it your. Then code", False),
        ("your ... code", "Is it your. Then code", True),
        ("reset*", "resetting", True),
        ("reset*", "preset", False),
        ("reset|change password", "change password", True),
        ("sign_in link", "sign in link", True),
        ("sign_in link", "sign the link", False),
        ("code ~ #", "the code: 482 913", True),
        ("code ~ #", "the code: later", False),
    ],
)
def test_a_phrase_stands_where_its_words_do(row: str, text: str, so: bool) -> None:
    assert stands(row, text) is so


def test_no_word_counts_twice_and_the_longer_phrase_wins() -> None:
    table = Phrases(["your code", "your code ~ #", "code"])
    count, left = table.taken(words_of("Your code is 482913"))
    assert (count, left) == (1, [STRUCK] * 4)


def test_what_is_said_twice_counts_once_and_other_words_count() -> None:
    table = Phrases(["parcel|courier"])
    assert table.taken(words_of("parcel, parcel and parcel"))[0] == 1
    assert table.taken(words_of("parcel by courier"))[0] == 2


def test_a_phrase_ends_at_the_end_of_a_text() -> None:
    assert not stands("your ~ code ~ #", "your code")
    assert stands("your ~ code", "your code")


def test_some_phrases_keep_silent_where_the_code_is_explained() -> None:
    rows = ("one|two three", "?your code", "four")
    assert list(phrases(rows)) == ["one|two three", "your code", "four"]
    assert list(phrases(rows, explained=True)) == ["one|two three", "four"]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_row_of_the_tables_can_be_found(table: Table, field: str) -> None:
    rows = list(phrases(getattr(table, field)))
    assert rows
    assert len(rows) == len(set(rows)), "a row stands there twice"
    for row in rows:
        steps = [step for step in row.split() if step not in {"~", "~~", "..."}]
        said = " ".join(step.split("|")[0].replace("_", " ").replace("*", "") for step in steps)
        words = [CODE if word == "#" else word for word in said.split()]
        assert Phrases([row]).taken(words)[0], f"{row!r} does not stand in {said!r}"


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_rows_are_written_as_texts_are_read(table: Table, field: str) -> None:
    for row in phrases(getattr(table, field)):
        assert row == row.casefold()
        assert row.isascii()
        assert not {"|", "~", "..."} & {row[0], row[-1], row.split()[-1]}, row
        for word in row.replace("|", " ").replace("_", " ").split():
            if word.endswith("*"):
                assert len(word) > 3, f"{word!r} in {row!r} is too short to begin with"
