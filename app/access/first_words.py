"""Where the first words of a mail, which a provider gives as one line, begin to quote somebody."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.access.headings import DATED_RULE, FROM, ON, SENT, SUBJECT, TO, VERB, says_who_wrote

_WROTE = re.compile(
    rf"{VERB}\s?(?::|-{{3}})"
    rf"|{VERB},?\s{ON}\s(?=[^:]{{0,60}}\d)[^>]{{0,80}}?:(?!\d)"  # with the date behind it
    r"|\bschrieb\b[^:]{1,60}(?::\d\d[^:]{0,20}){0,2}:"
    r"|:\s{1,2}>",  # whatever the words before the first line that is quoted
    re.IGNORECASE,
)
_DATED_RULE = re.compile(DATED_RULE, re.IGNORECASE)
_RULED = re.compile(r"(?<![-_])(?:-{3,}+|_{5,}+)(?P<words>(?:[^-_]|-(?!--)){2,120}?)-{3,}+[>*\s]{0,9}")
_FIELD = re.compile(
    rf"\b(?:(?P<writer>{FROM})|(?P<date>{SENT})|(?P<subject>{SUBJECT})|(?P<to>{TO}))(?:\s(?:el|le))?\s?\*?:",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[.!?…](?=\s)|\n")  # a sentence
_LONGEST_VALUE = 200  # characters of one field
_LONGEST_NAME = 80


def first_quotations(words: str) -> Iterator[tuple[int, str]]:
    """Yield where the first words of a mail may quote somebody, and what they say of her; in no order."""
    for found in _WROTE.finditer(words):
        yield _said_before(words, found.start(), found.end())
    for found in _DATED_RULE.finditer(words):
        yield _said_before(words, found.start(), found.start())
    writers = dict(_heads(words))
    yield from writers.items()
    for rule in _RULED.finditer(words):
        if any(sign.isalpha() for sign in rule["words"]):
            yield rule.start(), writers.get(rule.end(), _between_rules(rule["words"]))


def _between_rules(words: str) -> str:
    return words if says_who_wrote(f"{words.rstrip()}:") else ""


def _said_before(words: str, start: int, end: int) -> tuple[int, str]:
    """Return where the sentence begins that says so, and what it says."""
    sentence = max(start - _LONGEST_VALUE, 0)
    for ends in _ENDS.finditer(words, sentence, start):
        sentence = ends.end()
    return sentence, words[sentence:end].rstrip("> ")


def _heads(words: str) -> Iterator[tuple[int, str]]:
    """Yield where the fields of a letter's head begin, one behind the other, and what they say of its writer."""
    head: dict[str, re.Match[str]] = {}
    last = 0
    for field in _FIELD.finditer(words):
        if field.lastgroup in head or field.start() - last > _LONGEST_VALUE:  # no head has the same field twice
            yield from _writer(words, head)
            head = {}
        head[field.lastgroup or ""] = field
        last = field.end()
    yield from _writer(words, head)


def _writer(words: str, head: dict[str, re.Match[str]]) -> Iterator[tuple[int, str]]:
    writer = head.get("writer")
    if writer is None or not head.keys() & {"date", "subject"}:  # from here to there: so does a journey
        return
    starts = [field.start() for field in head.values()]
    end = min((start for start in starts if start > writer.start()), default=len(words))
    yield starts[0], words[writer.end() : min(end, writer.end() + _LONGEST_NAME)].partition(" >")[0]
