"""Words that matter here, and how hurried fingers spell them: a letter lost, doubled or swapped with its neighbour."""

from __future__ import annotations

from collections.abc import Iterator

_WORDS = (
    "account",
    "authentication",
    "authorisation",
    "authorization",
    "confirmation",
    "passcode",
    "password",
    "recovery",
    "security",
    "temporary",
    "verification",
    "codigo",
    "codigos",
    "confirmacion",
    "contrasena",
    "seguridad",
    "usuario",
    "verificacion",
    "connecter",
    "connexion",
    "identifiant",
    "reinitialisation",
    "securite",
)
_SOUND = {"kode": "code", "kodigo": "codigo", "cod": "codigo", "psw": "password", "pswd": "password", "pw": "password"}


def _misspelt(word: str) -> Iterator[str]:
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]
        yield word[:at] + word[at] + word[at:]
        yield word[:at] + word[at : at + 2][::-1] + word[at + 2 :]


MEANT = {wrong: word for word in _WORDS for wrong in _misspelt(word) if wrong not in _WORDS} | _SOUND
