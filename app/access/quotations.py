"""Where a letter quotes others, in the ways of whichever mail program."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

MOST = 40  # quotations that are told apart; what follows belongs to the last one
_HEAD = 6  # lines in which a quotation names its writer and subject
_LONGEST_LINE = 300  # characters; no line that begins a quotation is longer

_FIELD = re.compile(
    r"[\s>*]*(?P<name>[^\W\d_]{2,15})(?:\s(?:el|le))?\s?\*?:\s*(?P<value>.*)"
)  # From: and its like, in any language
_VERB = r"\b(?:wrote|writes|escribi[oó]|escribe|(?:a\s+)?[eé]crit|(?:ha\s+)?scritto|escreveu|schreef)"
_WROTE = re.compile(rf"{_VERB}\s?:\s*$|\bschrieb\b[^:]{{0,100}}:\s*$", re.IGNORECASE)
_SAYS_WHEN = re.compile(r"[\s>]*(?:on|el|le|am|il|em|op)\s", re.IGNORECASE)
_FROM = re.compile(r"from|de|von|da|van", re.IGNORECASE)
# The same in the first words of a mail, where all stands in one line.
_INLINE = re.compile(
    rf"{_VERB}\s?:|\bschrieb\b[^:]{{1,60}}:"
    r"|\b(?:from|de|von)\s?:\s[^:]{1,80}\s(?:sent|date|enviado|fecha|envoy[eé]|gesendet|datum)(?:\sel|\sle)?\s?:",
    re.IGNORECASE,
)
_RULED = re.compile(r"[\s>]*(?:-{3,}|_{5,})[^-_]{0,80}[-_]*\s*$")
_SUBJECT = re.compile(r"subject|asunto|objet|sujet", re.IGNORECASE)
_BEFORE_A_NAME = (*tuple(",;>*\"'0123456789."), "")
_QUOTED = re.compile(r"[\s>]*>[\s>]*")
_SIGN = re.compile(r"[:>]|-{3}|_{5}")  # one of these stands wherever a quotation begins


@dataclass(frozen=True)
class Quotation:
    """What is quoted of one letter, without the signs of quoting.

    `first` is the line where it is introduced, `introduced` the words that do so, its writer's address among them.
    `heading` is what it says of its writer, empty where it says that somebody is quoted and not who; None where nothing
    says so but the signs of quoting.
    """

    first: int
    introduced: str
    subject: str
    text: str
    heading: str | None = None


def may_quote(text: str) -> bool:
    """Say whether a text can hold a quotation, at far less than it takes to look for one: most first words cannot."""
    return _SIGN.search(text) is not None


def quotations(lines: Sequence[str]) -> Iterator[Quotation]:
    """Yield what a text quotes, one after the other; a quotation within a quotation is one of its own."""
    starts = _starts(lines)[:MOST]
    for start, end in pairwise([*starts, len(lines)]):
        plain = [_QUOTED.sub("", line, count=1) if line.lstrip().startswith(">") else line for line in lines[start:end]]
        first = _introduced(lines, start)
        head = "\n".join(each[:_LONGEST_LINE] for each in [*lines[first:start], *plain[:_HEAD]])
        yield Quotation(first, head, _subject(plain), "\n".join(plain), _heading(lines, start))


def first_quotation(words: str) -> tuple[int, str] | None:
    """Return where the first words of a mail, which are one line, begin to quote somebody, and the heading."""
    found = _INLINE.search(words)
    if found is None:
        return None
    begun = max(words.rfind(sign, 0, found.start()) for sign in ".!?…\n") + 1
    return begun, words[begun : found.end()].strip()


def names_one_of(heading: str, names: Collection[str]) -> bool:
    """Say whether a heading says of one of these people that they wrote, and of nobody else."""
    plain = _spelt(heading)
    writer = re.sub(rf"{_VERB}\s?:?\s*$|\s?:\s*$", "", plain).strip(" \"'*")
    _, verb, after = writer.partition(" schrieb ")
    writer = after if verb else writer
    for name in map(_spelt, names):
        before = writer.removesuffix(name)
        if len(name) > 2 and before != writer and (not before or before.rstrip()[-1:] in _BEFORE_A_NAME):
            return True
    return False


def _heading(lines: Sequence[str], start: int) -> str | None:
    line = _QUOTED.sub("", lines[start][:_LONGEST_LINE], count=1) if ">" in lines[start] else lines[start]
    if len(line) > _LONGEST_LINE:
        return None
    if _WROTE.search(line):
        wrapped = start > 0 and not _SAYS_WHEN.match(line) and _SAYS_WHEN.match(lines[start - 1][:_LONGEST_LINE])
        return f"{lines[start - 1]} {line}" if wrapped else line
    field = _FIELD.match(line)
    if field and _FROM.fullmatch(field["name"]) and any(map(_is_field, lines[start + 1 : start + 2])):
        return field["value"]
    between = _RULED.match(line) and any(sign.isalpha() for sign in line)
    return "" if between and not any(map(_is_field, lines[start + 1 : start + 4])) else None


def _spelt(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).strip(" \"'*")


def _starts(lines: Sequence[str]) -> list[int]:
    depths = [_depth(line) for line in lines]
    deeper = {n for n, depth in enumerate(depths) if depth > (depths[n - 1] if n else 0)}
    return [number for number in range(len(lines)) if number in deeper or _begins(lines, number)]


def _depth(line: str) -> int:
    marks = line[:_LONGEST_LINE].replace(" ", "")
    return len(marks) - len(marks.lstrip(">"))


def _begins(lines: Sequence[str], number: int) -> bool:
    """Say whether a quotation begins here without a sign of quoting: by its writer, a ruled line, a letter's fields."""
    line = lines[number]
    if len(line) > _LONGEST_LINE:
        return False
    if _WROTE.search(line) or _RULED.match(line):
        return True
    after, before = lines[number + 1 : number + 2], lines[number - 1 : number] if number else []
    return _is_field(line) and any(map(_is_field, after)) and not any(map(_is_field, before))


def _is_field(line: str) -> bool:
    return _FIELD.match(line[:_LONGEST_LINE]) is not None


def _introduced(lines: Sequence[str], start: int) -> int:
    """Return the line where the sentence begins that introduces a quotation: it may stand on a few lines above it."""
    above = start
    while above and not lines[above - 1].strip():
        above -= 1
    begun = lines[start].rstrip().endswith(":") or (above and lines[above - 1].rstrip().endswith(":"))
    if not begun:
        return start
    number = start if lines[start].rstrip().endswith(":") else above - 1
    while number and start - number < 3 and lines[number - 1].strip():
        number -= 1
    return number


def _subject(lines: Sequence[str]) -> str:
    """Return the subject that a quotation names among its first lines."""
    fields = (_FIELD.match(line[:_LONGEST_LINE]) for line in lines[:_HEAD])
    return next((field["value"] for field in fields if field and _SUBJECT.fullmatch(field["name"])), "")
