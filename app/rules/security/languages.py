"""Which of the three languages a text speaks, by the small words that only one of them has."""

from __future__ import annotations

from collections.abc import Sequence

SPANISH, FRENCH, ENGLISH = "es", "fr", "en"

_SMALL_WORDS = {
    SPANISH: "el los las su sus una y para por con que lo del al este esta hemos fue usted nos ya como hola si no en",
    FRENCH: "le les vous votre vos est une des du et pour pas nous ce cette avec sur dans qui au aux ne il ton si en",
    ENGLISH: "the your you to is of and for this with we was it are be have please from by hi our at if not no in",
}
_LANGUAGES = {language: frozenset(words.split()) for language, words in _SMALL_WORDS.items()}


def spoken(words: Sequence[str]) -> frozenset[str]:
    """Return the languages a text may be in: one as a rule, two if it is mixed, all if it has no small words."""
    heard = {language: sum(word in small for word in words) for language, small in _LANGUAGES.items()}
    most = max(heard.values())
    return frozenset(language for language, count in heard.items() if 2 * count >= most)
