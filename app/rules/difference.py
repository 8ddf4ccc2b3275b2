"""What was changed in a text: pieces that stayed, went and came, in the order in which they are read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_WORDS = re.compile(r"\s+|\w+|[^\w\s]+")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_MOST = 2_000_000  # comparisons of one piece with another: about a second for the most unlike texts


class Change(StrEnum):
    """What became of a piece."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class Piece:
    """A piece of a text and what became of it."""

    change: Change
    text: str


def difference(before: str, after: str) -> tuple[Piece, ...]:
    """Return how one text became another, word by word; line by line where they are long, whole where that is endless.

    What stayed and went together is the text before, what stayed and came the text after. Empty if nothing changed.
    """
    if before == after:
        return ()
    for cut in (_WORDS, _LINES):
        old, new = cut.findall(before), cut.findall(after)
        if len(old) * len(new) <= _MOST:
            return tuple(_joined(_pieces(old, new)))
    return Piece(Change.GONE, before), Piece(Change.NEW, after)


def _pieces(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield (stayed, gone, come) in order; of each, either the first or the others are there."""
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = "".join(old[a:b]), "".join(new[c:d])
        yield (gone, "", "") if kind == "equal" else ("", gone, come)


def _joined(pieces: Iterator[tuple[str, str, str]]) -> Iterator[Piece]:
    """Yield the pieces; a blank between two changes belongs to both, so that whole phrases are read and not words."""
    gone = come = blank = ""
    for same, old, new in pieces:
        if same and (same.strip() or not (gone or come) or "\n" in same):
            yield from _changed(gone, come)
            yield from _kept(blank + same)
            gone = come = blank = ""
        elif same:
            blank = same
        else:
            gone, come, blank = gone + blank + old, come + blank + new, ""
    yield from _changed(gone, come)
    yield from _kept(blank)


def _changed(gone: str, come: str) -> Iterator[Piece]:
    if gone:
        yield Piece(Change.GONE, gone)
    if come:
        yield Piece(Change.NEW, come)


def _kept(text: str) -> Iterator[Piece]:
    if text:
        yield Piece(Change.SAME, text)
