"""What each word has been seen to say: numbers learnt from labelled mails, for wording that no table foresaw.

`learnt.txt` holds a line for each word or pair of words and its number; `python -m tests.rules.security.training`
writes it. Above nought speaks for a mail that opens accounts, below nought against.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence, Set
from itertools import pairwise
from pathlib import Path

from app.rules.security.words import CODE

FILE = Path(__file__).with_name("learnt.txt")
ALWAYS = "^"  # stands before the first word; its own number is where the scale begins
FROM_MACHINE, WITH_SECRET, ONLY_CODE = "@machine", "@secret", "@only"
MOST = 60  # words of the body; what comes later is as often a foot as the matter
_STEM = 5  # letters that words of one family share


def marks(title: Sequence[str], text: Sequence[str], *, machine: bool, secret: bool) -> Set[str]:
    """Return what of a mail is weighed: its words, their beginnings, pairs of neighbours, and what stands around."""
    found = {*_of(title), *_of(text[:MOST]), *(f"^{word[:_STEM]}" for word in title)}
    around = {FROM_MACHINE: machine, WITH_SECRET: secret, ONLY_CODE: list(title) == [CODE]}
    return found | {mark for mark, is_so in around.items() if is_so}


def said(found: Set[str], numbers: dict[str, float]) -> float:
    """Return the sum of the numbers, evened out so that long mails say no more than short ones."""
    known = [numbers[mark] for mark in found if mark in numbers]
    return numbers.get(ALWAYS, 0.0) + math.fsum(known) / math.sqrt(len(known) + 1)


def numbers() -> dict[str, float]:
    """Read the numbers that were learnt."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return {mark: int(hundredths) / 100 for hundredths, _, mark in (line.partition(" ") for line in lines[1:])}


def _of(words: Sequence[str]) -> Iterator[str]:
    kept = ["0" if word[0].isdigit() else word for word in words]
    yield from kept
    yield from (f"{word[:_STEM]}*" for word in kept if len(word) > _STEM)
    yield from (f"{one} {next_one}" for one, next_one in pairwise([ALWAYS, *kept]))
    yield from (f"{one} _ {after_next}" for one, after_next in zip(kept, kept[2:], strict=False))
