"""A mail's text as the words the phrases are looked for in: one spelling for what reads the same.

Accents, case, invisible characters and letters of other scripts that look Latin make no difference. What is no word
stands as one of the signs below. Every step takes time in proportion to the text.
"""

from __future__ import annotations

import html
import re
import unicodedata

from app.rules.security.typos import MEANT

STOP = "."  # where a sentence ends
CODE = "#"  # four to eight digits however they are grouped, or letters and digits in one
TOKEN_LINK = "@link"  # an address on the web that carries a secret, or names a reset
AMOUNT, ADDRESS, NUMBER, MOMENT = "$", "@address", "@number", "@moment"

LONGEST = 100_000  # characters that are looked at
MOST = 1_000  # words that are looked at: whatever opens an account says so at its beginning
_LONGEST_WORD = 40

_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"')\]]+")
_SECRET = re.compile(
    r"(?:token|jeton|code|otp|key|state|ticket|sig|secret|[?&][kt])=[\w%.~-]{6,}"
    r"|[/=](?=[a-z_-]*\d)[\w-]{12,}(?![\w-])"
    r"|/auth/|/login/|/signin/|magic|reset|verif|confirm|activ|restablec|recuper|reinitialis|autori[sz]|authori[sz]|unlock|recover|passw"
)
_TRACKED = re.compile(r"utm_|unsubscribe|/meet\b|://meet\.|campaign")
_HIDDEN = re.compile(r"<(?:style|script|title)\b", re.IGNORECASE)
_TAG = re.compile(r"<[a-z/!][^<>]{0,2000}>", re.IGNORECASE)
_MAIL_ADDRESS = re.compile(r"<?\b[\w.+*-]{1,64}@[\w.-]{1,253}>?")
_AMOUNT = re.compile(
    r"(?:[$€£]|(?<![a-z])(?:eur|usd|gbp|clp|us\$))\s?\d[\d.,]{0,14}"
    r"|(?<![\d.,])\d[\d.,]{0,14}(?: \d{3}){0,2}(?:[.,]\d{1,2})?\s?"
    r"(?:[€£%]|(?:eur|euros?|usd|clp|pesos|dollars?|pounds|eth|btc|mm|points|puntos)\b)"
    r"|(?<![\d.,])\d{1,3}(?:[.,]\d{3}){1,3}(?:,\d{1,2})?(?![\d.,]?\d)"
)
_MOMENT = re.compile(
    r"(?<!\d)(?:\d{1,2}(?::|\s?h\s?)\d{2}(?!\d)|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|\d{4}-\d{2}-\d{2}|20[23]\d)(?![\d-])"
)
_DIGITS = re.compile(r"(?<![\w.])(\+?\d(?:(?: ?[-. ] ?)?\d){3,18})(?!\w)")
_MIXED = re.compile(
    r"(?<![\w-])(?=[a-z0-9-]{0,39}\d)(?=[a-z0-9-]{0,39}[a-z])[a-z0-9]{1,20}(?:-[a-z0-9]{1,20}){0,4}(?![\w-])"
)
_MEASURE = re.compile(
    r"\d+(?:st|nd|rd|th|am|pm|mins?|hrs?|h|h\d\d|[cmk]m|kg|er|e|ers|s|k|px|gb|mb)|[23]fa|[23]-?d|[a-z]{1,3}\d"
)
_WORD = re.compile(r"[#$]|@[a-z]+|[a-z0-9]+|[.!?|]{1,4}(?=\s|$)|\n\s*\n")
_LIKE_LATIN = str.maketrans("аеорсхуіѕјԁһкмтвнαορνικт", "aeopcxyisjdhkmtbhaopvikt")
_JOINED = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-"})
_DROPPED = frozenset({"Cf", "Mn", "Me"})


def words_of(text: str) -> list[str]:
    """Return the words and signs of a text."""
    plain = _folded(_unescaped(text[:LONGEST]))
    links = _LINK.findall(plain)
    secret = any(_SECRET.search(link) and not _TRACKED.search(link) for link in links)
    plain = _MAIL_ADDRESS.sub(f" {ADDRESS} ", _LINK.sub(" ", plain).replace("cl@ve", "clave"))
    plain = _signs(_without_tags(plain))
    found = [_one(each.group()) for each in _first(plain)]
    return [*found, TOKEN_LINK] if secret else found


def _unescaped(text: str) -> str:
    try:
        return html.unescape(text)
    except ValueError:  # a number of thousands of digits, which no letter has
        return text


def _first(plain: str) -> list[re.Match[str]]:
    return [match for match, _ in zip(_WORD.finditer(plain), range(MOST), strict=False)]


def _one(word: str) -> str:
    return STOP if word[0] in ".!?|\n" else MEANT.get(word, word[:_LONGEST_WORD])


def _folded(text: str) -> str:
    """Return a text in small plain letters: NFKC, without accents, invisible characters and look-alikes."""
    composed = unicodedata.normalize("NFKC", text)[:LONGEST]  # one sign may become eighteen
    spread = unicodedata.normalize("NFKD", composed.translate(_JOINED).casefold())
    kept = "".join(sign for sign in spread if sign.isascii() or unicodedata.category(sign) not in _DROPPED)
    return kept.translate(_LIKE_LATIN)


def _without_tags(text: str) -> str:
    first, *others = _HIDDEN.split(text)
    return _TAG.sub(" ", first + " ".join(other.partition("</")[2].partition(">")[2] for other in others))


def _signs(text: str) -> str:
    """Put signs for what is no word; the order matters, since what is left of digits may be a code."""
    text = text.replace("#", " ").replace("$ ", "$").replace("n't", "nt")
    text = _AMOUNT.sub(f" {AMOUNT} ", text)
    text = _MOMENT.sub(f" {MOMENT} ", text)
    return _DIGITS.sub(_digits, _MIXED.sub(_mixed, text))


def _digits(found: re.Match[str]) -> str:
    digits = sum(sign.isdigit() for sign in found.group())
    return f" {CODE} " if digits <= 8 and found.group()[0] != "+" else f" {NUMBER} "


def _mixed(found: re.Match[str]) -> str:
    word = found.group()
    known = len(word) < 4 or _MEASURE.fullmatch(word) or re.fullmatch(r"\d-[a-z]+", word)
    return word if known else f" {CODE} "
