"""Blanks in an approved text, and how they are filled: one pass, typed values, nothing that is a program.

A blank is `{{name}}` or `{{name:kind}}`. What is put in is never read for blanks again, and a value of the kind `text`
is a short plain word or two: no address of the web, no account number, no new line, so that an approved text with
somebody's words in it still says what was approved. What several blanks and the words between them make is judged too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from urllib.parse import urlsplit

import idna

from app.errors import BadRequest
from app.locale.catalogues import N_
from app.rules.plain_words import Span, has_iban_check, unfit_spans

LONGEST_VALUE = 80
MOST_BLANKS = 30
_BLANK = re.compile(r"\{\{\s*([a-z][a-z0-9_]{0,30})\s*(?::\s*([a-z]{1,10})\s*)?\}\}")
_BRACES = re.compile(r"\{\{|\}\}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HOST = re.compile(r"(?:[a-z0-9_-]{1,63}\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(?::[0-9]{2})?")


class BlankKind(StrEnum):
    """What a blank may be filled with."""

    TEXT = "text"
    DATE = "date"  # 2026-11-30
    TIME = "time"  # 09:30
    NUMBER = "number"
    URL = "url"  # the owner has said that a link belongs here
    IBAN = "iban"


UNFIT = {
    BlankKind.URL: N_("What stands in {name} is no whole address of a page, such as https://example.com/page."),
    BlankKind.IBAN: N_("What stands in {name} is no IBAN: check each of its digits."),
}


@dataclass(frozen=True)
class Blank:
    """A place in a text that is filled each time it is used."""

    name: str
    kind: BlankKind


def blanks_of(text: str) -> tuple[Blank, ...]:
    """Return the blanks of a text, once each; raise BadRequest for braces that are none, or one name of two kinds."""
    found: dict[str, BlankKind] = {}
    for match in _BLANK.finditer(text):
        name, kind = match[1], _kind(match[2] or BlankKind.TEXT)
        if found.setdefault(name, kind) is not kind:
            raise BadRequest("The blank {name} stands in this text as two different kinds.", name=name)
    if _BRACES.search(_BLANK.sub("", text)):
        raise BadRequest("Two braces begin a blank such as {{name}} or {{day:date}}; these here do not.")
    if len(found) > MOST_BLANKS:
        raise BadRequest("This text has too many blanks: {most} are the most.", most=MOST_BLANKS)
    return tuple(Blank(name, kind) for name, kind in found.items())


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its blanks filled; raise BadRequest for one that is missing, unknown or unfit."""
    blanks = {blank.name: blank.kind for blank in blanks_of(text)}
    if missing := sorted(set(blanks) - set(values)):
        raise BadRequest("Fill in what is still missing: {names}.", names=", ".join(missing))
    if unknown := sorted(set(values) - set(blanks)):
        raise BadRequest("This text has no blank called {names}.", names=", ".join(unknown)[:200])
    fit = {name: _checked(name, kind, values[name]) for name, kind in blanks.items()}
    whole, words = _put_in(text, fit)
    for begins, ends in unfit_spans(whole):
        for name, (first, last) in words:
            if begins < last and first < ends and blanks[name] is BlankKind.TEXT:
                raise _unfit(name)
    return whole


def _put_in(text: str, fit: Mapping[str, str]) -> tuple[str, list[tuple[str, Span]]]:
    """Return the filled text, and of each blank in it by name from where to where its value stands."""
    parts, words, at, length = [], [], 0, 0
    for blank in _BLANK.finditer(text):
        before, value = text[at : blank.start()], fit[blank[1]]
        begins = length + len(before)
        at, length = blank.end(), begins + len(value)
        parts += [before, value]
        words.append((blank[1], (begins, length)))
    return "".join([*parts, text[at:]]), words


def _unfit(name: str, kind: BlankKind = BlankKind.TEXT) -> BadRequest:
    return BadRequest(UNFIT.get(kind, "What stands in {name} does not fit there."), name=name)


def _kind(word: str) -> BlankKind:
    try:
        return BlankKind(word)
    except ValueError:
        raise BadRequest("There is no kind of blank called {kind}.", kind=word) from None


def _checked(name: str, kind: BlankKind, value: str) -> str:
    plain = value.strip()
    fits: Callable[[str], bool] = {
        BlankKind.TEXT: _is_words,
        BlankKind.DATE: lambda text: _DATE.fullmatch(text) is not None and _parses(date.fromisoformat, text),
        BlankKind.TIME: lambda text: _TIME.fullmatch(text) is not None and _parses(time.fromisoformat, text),
        BlankKind.NUMBER: lambda text: re.fullmatch(r"-?[0-9]{1,12}(?:[.,][0-9]{1,4})?", text) is not None,
        BlankKind.URL: _is_link,
        BlankKind.IBAN: _is_account,
    }[kind]
    longest = LONGEST_VALUE if kind is not BlankKind.URL else 500
    if not plain or len(plain) > longest or not plain.isprintable() or not fits(plain):
        raise _unfit(name, kind)
    return plain


def _is_words(text: str) -> bool:
    """Say whether there are no braces in it, nor letters that look like them; the rest is judged in the whole text."""
    return not any(_BRACES.search(each) for each in (text, unicodedata.normalize("NFKC", text)))


def _is_link(text: str) -> bool:
    """Say whether this leads to a host on the web that has a whole name, and to none behind another's."""
    if not re.fullmatch(r"https://[^\s<>\"'\\]{3,}", text):
        return False
    try:
        parts = urlsplit(text)
        name = parts.hostname or ""
        host = name if name.isascii() else idna.encode(name, uts46=True).decode()
        return parts.username is None and parts.port != 0 and _HOST.fullmatch(host) is not None
    except ValueError:  # no number for a port, no letters for a name
        return False


def _is_account(text: str) -> bool:
    """Say whether this is an IBAN whose check digits fit (ISO 13616): one wrong digit pays somebody else."""
    plain = text.replace(" ", "")
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", plain):
        return False
    return has_iban_check(plain)


def _parses(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True
