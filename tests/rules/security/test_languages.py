"""A text's language, by its small words."""

from __future__ import annotations

import pytest

from app.rules.security.languages import spoken
from app.rules.security.words import words_of


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ("Este es el código para su cuenta", {"es"}),
        ("Voici le code pour votre compte", {"fr"}),
        ("This is the code for your account", {"en"}),
        ("482913", {"es", "fr", "en"}),
        ("", {"es", "fr", "en"}),
        ("Your code is here for you. Votre code est ici pour vous.", {"fr", "en"}),
    ],
)
def test_a_text_is_in_the_language_of_its_small_words(text: str, languages: set[str]) -> None:
    assert spoken(words_of(text)) == languages
