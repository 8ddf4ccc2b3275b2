"""The languages people read us in, and which of them this request gets.

Catalogues are the `.po` files in `app/locale`, read once at start; their keys are the English sentences.
`N_` marks a sentence that is translated later, where it is shown. What a person wrote is never given to `gettext`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from starlette.requests import HTTPConnection

from app.web.cookies import LANGUAGE, read_cookie
from app.web.visitor import visitor_of

CATALOGUES = Path(__file__).parent.parent / "locale"
NAMES = {"es": "Español", "fr": "Français", "en": "English"}
DEFAULT = "en"
# Browsers send a handful of languages; whoever sends hundreds wants to see us work.
LONGEST_HEADER, MOST_LANGUAGES = 500, 20
_RANGE = re.compile(r"\s*([a-z]{1,8}|\*)(?:-[a-z0-9]{1,8})*\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?", re.IGNORECASE)


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
    return Locale.parse(code)


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


def wanted(request: HTTPConnection) -> str:
    """Return the language asked for by `?lang=` if it is one of ours, else an empty string."""
    code = request.query_params.get("lang", "")
    return code if code in NAMES else ""


def choose(request: HTTPConnection) -> Language:
    """Return the language of this request: asked for now, chosen before, the person's own, or the browser's."""
    visitor = visitor_of(request)
    for code in (
        wanted(request),
        read_cookie(request, LANGUAGE, request.app.state.settings),
        visitor.language if visitor else "",
    ):
        if code in NAMES:
            return language(code)
    return language(accepted(request.headers.get("accept-language", "")))


def accepted(header: str) -> str:
    """Return our best language for an Accept-Language header (RFC 9110, 12.5.4), English if it names none of ours."""
    best, best_weight = DEFAULT, 0.0
    for part in header[:LONGEST_HEADER].split(",")[:MOST_LANGUAGES]:
        if not (match := _RANGE.fullmatch(part)):
            continue
        code, weight = match[1].lower(), float(match[2] or 1)
        if code == "*":
            code = DEFAULT
        if code in NAMES and weight > best_weight:
            best, best_weight = code, weight
    return best
