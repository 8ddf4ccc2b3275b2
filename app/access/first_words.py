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
_FIELD = re.compile(rf"\b(?P<name>{FROM}|{SENT}|{SUBJECT}|{TO})(?:\s(?:el|le))?\s?\*?:", re.IGNORECASE)
_FROM = re.compile(FROM, re.IGNORECASE)
_TO = re.compile(TO, re.IGNORECASE)
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
    """Yield where a letter's fields begin, one behind the other, and what they say of its writer, be it the last."""
    block: list[re.Match[str]] = []
    for field in _FIELD.finditer(words):
        if block and field.start() - block[-1].end() > _LONGEST_VALUE:
            yield from _head(words, block)
            block = []
        block.append(field)
    yield from _head(words, block)


def _head(words: str, block: list[re.Match[str]]) -> Iterator[tuple[int, str]]:
    if all(_FROM.fullmatch(field["name"]) or _TO.fullmatch(field["name"]) for field in block):
        return
    ends = [*(field.start() for field in block[1:]), len(words)]
    for field, end in zip(block, ends, strict=True):
        if _FROM.fullmatch(field["name"]):
            yield block[0].start(), words[field.end() : min(end, field.end() + _LONGEST_NAME)].partition(" >")[0]
            return
