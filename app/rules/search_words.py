"""What somebody types to look for mail, as plain words: no operator of whichever search language is left in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

MOST_WORDS, LONGEST = 8, 64
# Letters and digits, and between them what names, addresses and numbers are written with.
_WORD = re.compile(r"[^\W_]+(?:[.@'’_+-]+[^\W_]+)*")


def search_words(text: str) -> tuple[str, ...]:
    """Return the words of a text, in small letters, each once; empty if there is none.

    Small letters take their meaning from OR, AND and NOT, which the providers write in capitals; a sign that means
    something to them stands before a word or after it, and none is left there.
    """
    found = dict.fromkeys(word[:LONGEST].lower() for word in _WORD.findall(unicodedata.normalize("NFC", text)))
    return tuple(word for word in (_ended(each) for each in found) if word)[:MOST_WORDS]


def stand_in(words: Sequence[str], texts: Iterable[str]) -> bool:
    """Say whether all these words stand in these texts, whatever accents and capitals they are written with."""
    seen = plain("\n".join(texts))
    return all(plain(word) in seen for word in words)


def plain(text: str) -> str:
    """Return a text without accents and capitals, and with one kind of apostrophe."""
    taken_apart = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return "".join(sign for sign in taken_apart if not unicodedata.combining(sign)).casefold()


def _ended(word: str) -> str:
    # A word that was cut off may end with a sign now.
    found = _WORD.match(word)
    return found.group() if found else ""
