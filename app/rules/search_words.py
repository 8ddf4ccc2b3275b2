"""What somebody types to look for mail, as plain words: no operator of whichever search language is left in it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

MOST_WORDS, LONGEST = 8, 100
JOINING = frozenset(".@'’_+-")  # what names, addresses and numbers are written with, between letters and digits


def search_words(text: str) -> tuple[str, ...]:
    """Return the words of a text, in small letters, each once; empty if there is none.

    Small letters take their meaning from OR, AND and NOT, which the providers write in capitals; a sign that means
    something to them stands before a word or after it, and none is left there.
    """
    words = "".join(sign if _is_letter(sign) or sign in JOINING else " " for sign in _plain(text.lower())).split()
    found = dict.fromkeys(_ended(word[:LONGEST]) for word in words)
    return tuple(word for word in found if any(map(str.isalnum, word)))[:MOST_WORDS]


def stand_in(words: Sequence[str], texts: Iterable[str]) -> bool:
    """Say whether all these words stand in these texts, each in one of them, whatever capitals they are written with.

    Whole words with the accents that they have: a provider may take more for the same, and none takes less. What is
    shown must hold what was found, or something that is not shown did.
    """
    seen = [_spaced(text) for text in texts]
    return all(any(_spaced(word) in each for each in seen) for word in words)


def _spaced(text: str) -> str:
    """Return a text's letters, digits and underscores with one space where anything else stands."""
    signs = (sign if _is_letter(sign) or sign == "_" else " " for sign in _plain(text.lower()))
    return f" {' '.join(''.join(signs).split())} "


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _is_letter(sign: str) -> bool:
    return sign.isalnum() or unicodedata.category(sign).startswith("M")


def _ended(word: str) -> str:
    """Return a word without the signs that join words before it and behind it."""
    return word.strip("".join(JOINING))
