"""What is typed becomes words, whatever it is; and what is shown must have them as they are."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.search_words import JOINING, LONGEST, MOST_WORDS, search_words, stand_in


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
        ("İstanbul हिन्दी", ("i̇stanbul", "हिन्दी")),
        ("\uff9e \u0301", ("\uff9e",)),
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
        assert not {word[0], word[-1]} & JOINING
        assert re.search(r"\w", word)
        assert not re.search(r"[\s\"(){}:*\\<>=,;]", word)
        assert word not in {"OR", "AND", "NOT", "NEAR", "AROUND"}
        assert len(word) <= 2 * LONGEST


@given(st.lists(st.text("abcñéßİ0@.'", min_size=1, max_size=10), max_size=5).map(" ".join))
def test_what_is_searched_stands_in_what_was_typed(text: str) -> None:
    assert stand_in(search_words(text), [text])


@pytest.mark.parametrize(
    ("words", "text", "there"),
    [
        (("josé",), "Señor JOSÉ Pérez", True),
        (("jose\u0301",), "José", True),
        (("jose",), "Señor José Pérez", False),
        (("josé",), "JOSE", False),
        (("o'brien",), "Mrs. O’Brien", True),
        (("march", "lunch"), "In March.", False),
        (("anna",), "Annabelle", False),
        (("soto",), "cami@soto.cl", True),
        (("straße",), "STRASSE", False),
        (("हिन्दी",), "यह हिन्दी है", True),
        (("हिन्दी",), "हान्दू", False),
        (("שָׁלוֹם",), "שֶׁלוּם", False),
        ((), "", True),
    ],
)
def test_whole_words_are_found_whatever_capitals_they_are_written_with(
    words: tuple[str, ...], text: str, *, there: bool
) -> None:
    assert stand_in(words, [text]) is there
