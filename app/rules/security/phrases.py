"""Phrases as people can read them in a table, and where they stand in a text.

`reset|chang* ~ your ~ password` means: *reset* or a word that begins with *chang*, then *your*, then *password*, with
up to three words between them. `~~` leaves room for six, `...` for eight with the end of a sentence among them; `sign_in`
is two words that stand side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from app.rules.security.words import STOP

_ROOM = {"~": (3, False), "~~": (6, False), "...": (8, True)}
_BEGINS = 3  # letters that a word with a star has at least
STRUCK = "_"

Alternative = tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """One place of a phrase: what may stand there, and how many words may stand before it."""

    alternatives: tuple[Alternative, ...]
    room: int
    across: bool

    def ends(self, words: Sequence[str], start: int) -> Iterator[int]:
        """Yield where this step may end if the one before it has ended at `start`."""
        for at in range(start, min(start + self.room + 1, len(words))):
            yield from (at + len(each) for each in self.alternatives if _stands(each, words, at))
            if words[at] == STOP and not self.across:
                return


@dataclass
class Phrases:
    """A table of phrases, found in the time it takes to read the text once."""

    rows: Iterable[str]
    _whole: dict[str, list[tuple[Step, ...]]] = field(default_factory=dict, init=False)
    _begun: dict[str, list[tuple[Step, ...]]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for row in self.rows:
            steps = tuple(_steps(row))
            for first in sorted({each[0] for each in steps[0].alternatives}):
                index, key = (self._begun, first[:-1]) if first.endswith("*") else (self._whole, first)
                index.setdefault(key, []).append(steps)

    def found(self, words: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Yield where each phrase begins and ends; where two overlap the first counts, then the longer.

        So no word is evidence twice.
        """
        free = 0
        for at, word in enumerate(words):
            if at < free:
                continue
            end = max((_end(steps, words, at) for steps in self._beginning(word)), default=0)
            if end:
                yield at, end
                free = end

    def taken(self, words: Sequence[str]) -> tuple[int, list[str]]:
        """Return how many different phrases stand in a text, and the text with them made unreadable."""
        left, said = list(words), set()
        for start, end in self.found(words):
            said.add(tuple(words[start:end]))
            left[start:end] = [word if word == STOP else STRUCK for word in words[start:end]]
        return len(said), left

    def _beginning(self, word: str) -> Iterator[tuple[Step, ...]]:
        yield from self._whole.get(word, ())
        for length in range(_BEGINS, len(word) + 1):
            yield from self._begun.get(word[:length], ())


def _steps(row: str) -> Iterator[Step]:
    room, across = 0, False
    for part in row.split():
        if part in _ROOM:
            room, across = _ROOM[part]
            continue
        yield Step(tuple(tuple(each.split("_")) for each in part.split("|")), room, across)
        room, across = 0, False


def _stands(alternative: Alternative, words: Sequence[str], at: int) -> bool:
    if at + len(alternative) > len(words):
        return False
    return all(
        word.startswith(wanted[:-1]) if wanted[-1] == "*" else word == wanted
        for wanted, word in zip(alternative, words[at : at + len(alternative)], strict=False)
    )


def _end(steps: tuple[Step, ...], words: Sequence[str], start: int) -> int:
    """Return where a phrase that begins here ends; 0 if it does not stand here."""
    first, *others = steps
    places = {start + len(each) for each in first.alternatives if _stands(each, words, start)}
    for step in others:
        places = {end for place in places for end in step.ends(words, place)}
    return max(places, default=0)
