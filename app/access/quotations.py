"""Where a letter quotes others, in the ways of whichever mail program."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.access.headings import (
    LONGEST_LINE,
    before_its_words,
    is_field,
    is_rule,
    says_that_somebody_wrote,
    says_when,
    says_who_wrote,
    stands_between_rules,
    subject_of,
    written_by,
)

MOST = 40  # quotations that are told apart; what follows belongs to the last one
_HEAD = 6  # lines in which a quotation names its writer and subject
_FIELDS = 10  # lines of a letter's head, among which its writer's stands
_GAP = 3  # lines between a rule and the fields below it
_QUOTED = re.compile(r"[\s>]*>[\s>]*")
_SIGN = re.compile(r"[:>]|-{3}|_{5}")  # one of these stands wherever a quotation begins
_LONG_RULE = re.compile(r"\s*_{10,}\s*$")
_ADDRESS = re.compile(r"[^\s<>\"'(),;:&\[\]]{1,64}@[^\s<>\"'(),;:&\[\]]{1,253}")


@dataclass(frozen=True)
class Quotation:
    """What is quoted of one letter, without the signs of quoting.

    `first` is the line where it is introduced, `introduced` the words that do so, its writer's address among them.
    """

    first: int
    introduced: str
    subject: str
    text: str


def may_quote(text: str) -> bool:
    """Say whether a text can hold a quotation, at far less than it takes to look for one: most first words cannot."""
    return _SIGN.search(text) is not None


def addresses_in(line: str) -> list[str]:
    """Return the addresses that stand in a line."""
    return [found.rstrip(".>") for found in _ADDRESS.findall(line)]


def quotations(lines: Sequence[str]) -> Iterator[Quotation]:
    """Yield what a text quotes, one after the other; a quotation within a quotation is one of its own."""
    starts = _starts(lines)[:MOST]
    for start, end in pairwise([*starts, len(lines)]):
        plain = [_plain(line) for line in lines[start:end]]
        first = _introduced(lines, start)
        head = "\n".join(each[:LONGEST_LINE] for each in [*lines[first:start], *plain[:_HEAD]])
        subject = next((found for line in plain[:_HEAD] if (found := subject_of(line)) is not None), "")
        yield Quotation(first, head, subject, "\n".join(plain))


def headings(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield where somebody is said to be quoted, and what is said of her: nothing where it does not say who.

    What nothing but the signs of quoting sets apart is not among them.
    """
    for start in _starts(lines):
        heading = _heading(lines, start)
        if heading is not None:
            yield _introduced(lines, start), heading


def without_quotes(text: str) -> str:
    """Return a text up to where anything that may be a quotation begins: too little rather than too much."""
    lines = text.split("\n")
    ends = (number for number in range(len(lines)) if _may_begin(lines, number))
    return "\n".join(lines[:number]).rstrip() if (number := next(ends, None)) is not None else text


def paragraph(lines: Sequence[str], number: int, *, most: int) -> int:
    """Return where the paragraph of a line begins, at most so many lines above it."""
    first = max(number - most, 0)
    return next((above + 1 for above in range(number - 1, first - 1, -1) if not lines[above].strip()), first)


def _may_begin(lines: Sequence[str], number: int) -> bool:
    line = lines[number]
    marked = line.lstrip().startswith(">") or _LONG_RULE.match(line) is not None or stands_between_rules(line)
    return marked or says_that_somebody_wrote(line) or before_its_words(line) is not None or _is_head(lines, number)


def _is_head(lines: Sequence[str], number: int) -> bool:
    """Say whether a letter's head may begin here: by a field with an address, or by two fields."""
    if not is_field(lines[number]):
        return False
    below = any(map(is_field, lines[number + 1 : number + 2]))
    return below or bool(addresses_in(lines[number])) or _begins_head(lines, number)


def _starts(lines: Sequence[str]) -> list[int]:
    depths = [_depth(line) for line in lines]
    deeper = {n for n, depth in enumerate(depths) if depth > (depths[n - 1] if n else 0)}
    return [number for number in range(len(lines)) if number in deeper or _begins(lines, number)]


def _depth(line: str) -> int:
    marks = line[:LONGEST_LINE].replace(" ", "")
    return len(marks) - len(marks.lstrip(">"))


def _begins(lines: Sequence[str], number: int) -> bool:
    """Say whether a quotation begins here without a sign of quoting: by its writer, a ruled line, a letter's fields."""
    line = lines[number]
    if before_its_words(line) is not None:
        return True
    if len(line) > LONGEST_LINE:
        return False
    return says_who_wrote(line) or is_rule(line) or _begins_head(lines, number)


def _begins_head(lines: Sequence[str], number: int) -> bool:
    """Say whether the fields of a letter begin here: two of them, or its writer's and one in the next paragraph."""
    if not is_field(lines[number]):
        return False
    before, after = lines[number - 1 : number] if number else [], lines[number + 1 : number + 3]
    apart = written_by(lines[number]) is not None and len(after) == 2 and not _plain(after[0]).strip()
    return not any(map(is_field, before)) and any(map(is_field, after[1:] if apart else after[:1]))


def _heading(lines: Sequence[str], start: int) -> str | None:
    """Return what a quotation says of its writer, empty where it says that somebody is quoted and not who."""
    said = before_its_words(lines[start])
    if said is not None:
        return said
    line = _plain(lines[start][:LONGEST_LINE])
    if says_who_wrote(line):
        wrapped = start > 0 and not says_when(line) and says_when(lines[start - 1][:LONGEST_LINE])
        return f"{lines[start - 1]} {line}" if wrapped else line
    if is_rule(lines[start]):
        return _below_rule(lines, start) if any(sign.isalpha() for sign in line) else None
    return _in_head(lines, start) if _begins_head(lines, start) else _above_quoted(lines, start)


def _below_rule(lines: Sequence[str], start: int) -> str:
    """Return what the fields below a rule with words say of the writer."""
    fields = (number for number in range(start + 1, min(start + 1 + _GAP, len(lines))) if is_field(lines[number]))
    first = next(fields, None)
    return "" if first is None else _in_head(lines, first) or ""


def _in_head(lines: Sequence[str], first: int) -> str | None:
    """Return what the fields of a letter say of its writer, wherever that stands among them."""
    for line in map(_plain, lines[first : first + _FIELDS]):
        if not line.strip():
            return None
        writer = written_by(line)
        if writer is not None:
            return writer
    return None


def _above_quoted(lines: Sequence[str], start: int) -> str | None:
    """Return the line above what has the signs of quoting if it ends as one that says whose words they are."""
    above = next((line for line in reversed(lines[max(start - 2, 0) : start]) if line.strip()), "")
    says = above.rstrip().endswith(":") and len(above) <= LONGEST_LINE
    return _plain(above) if says and not says_who_wrote(above) else None


def _plain(line: str) -> str:
    """Return a line without the signs of quoting."""
    return _QUOTED.sub("", line, count=1) if line.lstrip().startswith(">") else line


def _introduced(lines: Sequence[str], start: int) -> int:
    """Return the line where the sentence begins that introduces a quotation: it may stand on a few lines above it."""
    above = start
    while above and not lines[above - 1].strip():
        above -= 1
    if lines[start].rstrip().endswith(":"):
        return paragraph(lines, start, most=3)
    if above and lines[above - 1].rstrip().endswith(":"):
        return paragraph(lines, above - 1, most=max(3 - (start - above + 1), 0))
    return start
