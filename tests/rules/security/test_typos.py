"""Misspelt words are read as what they mean, and real words as themselves."""

from __future__ import annotations

import pytest

from app.rules.security.words import words_of


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("pasword", "password"),
        ("passwrod", "password"),
        ("verifcation", "verification"),
        ("acount", "account"),
        ("codgo", "codigo"),
        ("códiggo", "codigo"),
        ("contrseña", "contrasena"),
        ("kode", "code"),
        ("conecter", "connecter"),
        ("conexion", "connexion"),
    ],
)
def test_hurried_fingers_are_understood(written: str, meant: str) -> None:
    assert words_of(written) == [meant]


@pytest.mark.parametrize("word", ["codes", "passed", "count", "usual", "secure", "temporal", "codicia", "confirm"])
def test_words_of_their_own_stay_what_they_are(word: str) -> None:
    assert words_of(word) == [word]
