"""What is typed becomes words, whatever it is; and words are found whatever accents they are written with."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.search_words import LONGEST, MOST_WORDS, search_words, stand_in


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Terrace in March?", ("terrace", "in", "march")),
        ("cami@soto.cl  O'Brien e-mail", ("cami@soto.cl", "o'brien", "e-mail")),
        ("march OR lunch", ("march", "or", "lunch")),
        ("from:ana -lunch +tea", ("from", "ana", "lunch", "tea")),
        ('"the {fence}" (in:spam)', ("the", "fence", "in", "spam")),
        ("again Again AGAIN", ("again",)),
        ("niño Ñandú", ("niño", "ñandú")),
        ("2026-11-27 #431", ("2026-11-27", "431")),
        ("?! ... -- :", ()),
        ("", ()),
    ],
)
def test_what_is_typed_becomes_words(typed: str, words: tuple[str, ...]) -> None:
    assert search_words(typed) == words


@given(st.text(max_size=300))
def test_no_word_has_a_sign_before_or_after_it_and_none_is_an_operator(text: str) -> None:
    words = search_words(text)
    assert len(words) <= MOST_WORDS
    assert len(set(words)) == len(words)
    for word in words:
        assert re.fullmatch(r"[^\W_](?:.*[^\W_])?", word)
        assert not re.search(r"[\s\"(){}:*\\<>=,;]", word)
        assert word not in {"OR", "AND", "NOT", "NEAR", "AROUND"}
        assert len(word) <= 2 * LONGEST


@given(st.text(max_size=200))
def test_what_is_searched_stands_in_what_was_typed(text: str) -> None:
    assert stand_in(search_words(text), [text.lower()])


@pytest.mark.parametrize(
    ("words", "text", "there"),
    [
        (("jose",), "Señor José Pérez", True),
        (("josé",), "JOSE", True),
        (("o'brien",), "Mrs. O’Brien", True),
        (("march", "lunch"), "In March.", False),
        (("straße",), "STRASSE", True),
        ((), "", True),
    ],
)
def test_accents_and_capitals_do_not_matter(words: tuple[str, ...], text: str, *, there: bool) -> None:
    assert stand_in(words, [text]) is there
