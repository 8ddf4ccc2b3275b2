"""Where a letter quotes others, in the ways of whichever mail program."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

MOST = 40  # quotations that are told apart; what follows belongs to the last one
_HEAD = 6  # lines in which a quotation names its writer and subject
_LONGEST_LINE = 300  # characters; no line that begins a quotation is longer

_FIELD = re.compile(r"[\s>*]*(?P<name>[^\W\d_]{2,15})\s?\*?:\s*(?P<value>.*)")  # From: and its like, in any language
_WROTE = re.compile(r"(?:wrote|writes|escribi[oó]|escribe|[eé]crit)\s?:\s*$", re.IGNORECASE)
_RULED = re.compile(r"[\s>]*(?:-{3,}|_{5,})[^-_]{0,80}[-_]*\s*$")
_SUBJECT = re.compile(r"subject|asunto|objet|sujet", re.IGNORECASE)
_QUOTED = re.compile(r"[\s>]*>[\s>]*")


@dataclass(frozen=True)
class Quotation:
    """What is quoted of one letter, without the signs of quoting.

    `first` is the line where it is introduced, `introduced` the words that do so, its writer's address among them.
    """

    first: int
    introduced: str
    subject: str
    text: str


def quotations(lines: Sequence[str]) -> Iterator[Quotation]:
    """Yield what a text quotes, one after the other; a quotation within a quotation is one of its own."""
    starts = _starts(lines)[:MOST]
    for start, end in pairwise([*starts, len(lines)]):
        plain = [_QUOTED.sub("", line, count=1) if line.lstrip().startswith(">") else line for line in lines[start:end]]
        first = _introduced(lines, start)
        head = "\n".join(each[:_LONGEST_LINE] for each in [*lines[first:start], *plain[:_HEAD]])
        yield Quotation(first, head, _subject(plain), "\n".join(plain))


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
