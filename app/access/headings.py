"""The words and signs by which mail programs, and people, introduce what they quote: each of them within one line."""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from collections.abc import Collection

LONGEST_LINE = 300  # characters; no line that begins a quotation is longer

_PAST = r"wrote|escribi[oó]|a\s+[eé]crit"  # whatever follows
VERB = rf"\b(?:{_PAST}|writes|escribe|[eé]crit|(?:ha\s+)?scritto|escreveu|schreef|schrieb)\b"
ON = r"(?:on|el|le|am|il|em|op)"
FROM = r"from|de|von|da|van"
SENT = r"sent|date|enviado|fecha|envoy[eé]|gesendet|datum|inviato|data"
SUBJECT = r"subject|asunto|objet|sujet|betreff|oggetto|assunto|onderwerp"
TO = r"to|para|[àa]|an|aan"
# The sender's name before a date between two rules, and what is quoted right behind: so does Notes.
DATED_RULE = r"-{3}\s?\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}[\d:,.\sapm]{0,20}-{3}"

_VERB = re.compile(VERB, re.IGNORECASE)
_WROTE = re.compile(rf"\b(?:{_PAST})\b", re.IGNORECASE)
_DATED = re.compile(rf",?\s*{ON}\s.*\d", re.IGNORECASE)
_SAYS_WHEN = re.compile(rf"[\s>]*{ON}\s", re.IGNORECASE)
_DATED_RULE = re.compile(DATED_RULE, re.IGNORECASE)
_WHEN_AND_WHO = re.compile(rf"[\s>]*{ON}\s(?=[^:]{{0,80}}\d).{{0,250}}{VERB}\s?:", re.IGNORECASE)
# From: and its like, in any language.
_FIELD = re.compile(r"[\s>*]*(?P<name>[^\W\d_]{2,15})(?:\s(?:el|le))?\s?\*?:\s*(?P<value>.*)")
_FROM = re.compile(FROM, re.IGNORECASE)
_SUBJECT = re.compile(SUBJECT, re.IGNORECASE)
_BRACKETS_AT_ITS_END = re.compile(r"\s?\[[^\[\]]*\]$")
_LONGEST_DATE = 100
_BEFORE_A_NAME = (*tuple(",;>*\"'0123456789."), "")


def is_field(line: str) -> bool:
    """Say whether a line names a thing before a colon, as the head of a letter does."""
    return _FIELD.match(line[:LONGEST_LINE]) is not None


def written_by(line: str) -> str | None:
    """Return what a line says of the writer if it is that field of a letter's head."""
    return _value(line, _FROM)


def subject_of(line: str) -> str | None:
    """Return what a line says of the subject if it is that field of a letter's head."""
    return _value(line, _SUBJECT)


def _value(line: str, name: re.Pattern[str]) -> str | None:
    field = _FIELD.match(line[:LONGEST_LINE])
    return field["value"] if field and name.fullmatch(field["name"]) else None


def says_who_wrote(line: str) -> bool:
    """Say whether a line ends with that somebody wrote, be the date behind it: before a colon, or before a rule."""
    plain = line.rstrip()
    if not plain.endswith((":", "---")):
        return False
    _, verb, after = _parted(plain)
    return verb == "schrieb" or (verb != "" and (not after or _is_date(after)))


def says_that_somebody_wrote(line: str) -> bool:
    """Say whether a line says so anywhere; some verbs count at its end alone, where they introduce what follows."""
    return _WROTE.search(line) is not None or says_who_wrote(line)


def says_when(line: str) -> bool:
    """Say whether a line begins as one that says when somebody wrote."""
    return _SAYS_WHEN.match(line) is not None


def before_its_words(line: str) -> str | None:
    """Return what a line says of the writer that has her words, too: behind when and who, or a date between rules."""
    begun = line[:LONGEST_LINE]
    said = _WHEN_AND_WHO.match(begun)
    if said:
        return said[0]
    found = _DATED_RULE.search(begun)
    return line[: found.start()] if found and line[: found.start()].strip("-> \t") else None


def is_rule(line: str) -> bool:
    """Say whether a line is a rule, or begins with one that has words behind it or stands around them."""
    plain = line.lstrip("> \t\u00a0").rstrip()
    words = plain.strip("-_")
    few = len(words) <= 80 and "-" not in words and "_" not in words
    return plain.startswith(("---", "_____")) and (few or stands_between_rules(plain))


def stands_between_rules(line: str) -> bool:
    """Say whether words stand between two rules of hyphens; a pattern for it takes a hostile line's length cubed."""
    plain = line.strip()
    return plain.startswith("--") and plain.endswith("--") and plain.strip("- ") != ""


def names_one_of(heading: str, names: Collection[str]) -> bool:
    """Say whether a heading says of one of these people, by names that are `spelt`, that they wrote, and no other."""
    writer = _writer(spelt(heading))
    for name in names:
        before = writer.removesuffix(name)
        if len(name) > 2 and before != writer and (not before or before.rstrip()[-1:] in _BEFORE_A_NAME):
            return True
    return False


def spelt(text: str) -> str:
    """Return a text as names are compared."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).strip(" \"'*")


def _writer(plain: str) -> str:
    before, verb, after = _parted(plain)
    if verb == "schrieb" and not _is_date(after):
        return _bare(after)
    return _bare(before) if verb else _bare(_BRACKETS_AT_ITS_END.sub("", _bare(plain)))


def _bare(text: str) -> str:
    return text.rstrip(": ").strip(" \"'*-")


def _parted(plain: str) -> tuple[str, str, str]:
    """Return what stands before the last verb of a line, the verb, and what follows up to the colon or the rule."""
    verbs = deque(_VERB.finditer(plain), maxlen=1)
    if not verbs:
        return plain, "", ""
    (verb,) = verbs
    return plain[: verb.start()], verb[0].casefold(), plain[verb.end() :].rstrip(":- ").strip()


def _is_date(after: str) -> bool:
    return len(after) <= _LONGEST_DATE and _DATED.match(after) is not None
