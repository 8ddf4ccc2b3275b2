"""The languages people read us in, each with its catalogue.

Catalogues are the `.po` files beside this module, read once when first asked for; their keys are the English sentences.
`N_` marks a sentence that is translated later, where it is shown. What a person wrote is never given to `gettext`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

CATALOGUES = Path(__file__).parent
NAMES = {"es": "Español", "fr": "Français", "en": "English"}
DEFAULT = "en"
# Our English is spelt as in Britain, so its days and hours are told as there.
REGIONS = {"en": "en_GB"}


@dataclass(frozen=True, eq=False)
class Language:
    """One language: `code` for HTML, `locale` for dates and numbers, `translations` for sentences."""

    code: str
    translations: NullTranslations

    @property
    def name(self) -> str:
        """Return what its speakers call it."""
        return NAMES[self.code]

    @property
    def locale(self) -> Locale:
        """Return Babel's rules for it."""
        return _locale(self.code)

    def gettext(self, sentence: str) -> str:
        """Return a sentence of ours in this language."""
        return self.translations.gettext(sentence)

    def ngettext(self, one: str, many: str, count: int) -> str:
        """Return the sentence that fits `count`, its placeholders still in it."""
        return self.translations.ngettext(one, many, count)


def N_(sentence: str) -> str:  # noqa: N802 (gettext's own name for it)
    """Mark a sentence for the catalogues without translating it here."""
    return sentence


@cache
def _locale(code: str) -> Locale:
    return Locale.parse(REGIONS.get(code, code))


@cache
def language(code: str) -> Language:
    """Return one of our languages with its catalogue; raise KeyError for any other."""
    if code not in NAMES:
        raise KeyError(code)
    compiled = BytesIO()
    with (CATALOGUES / code / "LC_MESSAGES" / "deskhand.po").open("rb") as source:
        write_mo(compiled, read_po(source, locale=code))
    compiled.seek(0)
    return Language(code, Translations(compiled, domain="deskhand"))


def nearest(code: str) -> Language:
    """Return one of our languages by its code, English for a code that is not ours."""
    return language(code if code in NAMES else DEFAULT)
