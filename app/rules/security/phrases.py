"""Phrases as people can read them in a table, and where they stand in a text.

`reset|chang* ~ your ~ password` means: *reset* or a word that begins with *chang*, then *your*, then *password*, with
up to three words between them. `~~` leaves room for six, `...` for eight with the end of a sentence among them;
`sign_in` is two words that stand side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from app.rules.security.words import STOP

STRUCK = "_"
_ROOM = {"~": (3, False), "~~": (6, False), "...": (8, True)}
_BEGINS = 3  # letters that a word with a star has at least

Alternative = tuple[str, ...]


class Step:
    """One place of a phrase: what may stand there, and how many words may stand before it."""

    def __init__(self, alternatives: Iterable[str], room: int, across: bool) -> None:
        self.room, self.across = room, across
        split = [tuple(each.split("_")) for each in alternatives]
        self.firsts = sorted({each[0] for each in split})
        self._words = frozenset(each[0] for each in split if len(each) == 1 and each[0][-1] != "*")
        self._begun = tuple(each[0][:-1] for each in split if len(each) == 1 and each[0][-1] == "*")
        self._longer = [each for each in split if len(each) > 1]

    def end(self, words: Sequence[str], at: int) -> int:
        """Return where this step ends if it stands here: the longest alternative counts; 0 if it does not."""
        longest = max((len(each) for each in self._longer if _stands(each, words, at)), default=0)
        if longest:
            return at + longest
        return at + 1 if words[at] in self._words or words[at].startswith(self._begun) else 0

    def ends(self, words: Sequence[str], start: int) -> Iterator[int]:
        """Yield where this step may end if the one before it has ended at `start`."""
        for at in range(start, min(start + self.room + 1, len(words))):
            if end := self.end(words, at):
                yield end
            if words[at] == STOP and not self.across:
                return


Phrase = tuple[Step, ...]


class Phrases:
    """A table of phrases, found in the time it takes to read the text once."""

    def __init__(self, rows: Iterable[str]) -> None:
        self._whole: dict[str, list[Phrase]] = {}
        self._begun: dict[str, list[tuple[str, Phrase]]] = {}  # by its first letters, which few words share
        for row in rows:
            phrase = tuple(_steps(row))
            for first in phrase[0].firsts:
                if first.endswith("*"):
                    self._begun.setdefault(first[:_BEGINS], []).append((first[:-1], phrase))
                else:
                    self._whole.setdefault(first, []).append(phrase)

    def found(self, words: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Yield where each phrase begins and ends; where two overlap the first counts, then the longer.

        So no word is evidence twice.
        """
        free = 0
        for at, word in enumerate(words):
            if at < free:
                continue
            if word[:_BEGINS] not in self._begun and word not in self._whole:  # most words of most mails
                continue
            end = max((_end(phrase, words, at) for phrase in self._beginning(word)), default=0)
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

    def _beginning(self, word: str) -> Iterator[Phrase]:
        yield from self._whole.get(word, ())
        yield from (phrase for letters, phrase in self._begun.get(word[:_BEGINS], ()) if word.startswith(letters))


def _steps(row: str) -> Iterator[Step]:
    room, across = 0, False
    for part in row.split():
        if part in _ROOM:
            room, across = _ROOM[part]
            continue
        yield Step(part.split("|"), room, across)
        room, across = 0, False


def _stands(alternative: Alternative, words: Sequence[str], at: int) -> bool:
    if alternative[0] != words[at] and alternative[0][-1] != "*":
        return False
    there = words[at : at + len(alternative)]
    return len(there) == len(alternative) and all(
        word.startswith(wanted[:-1]) if wanted[-1] == "*" else word == wanted
        for wanted, word in zip(alternative, there, strict=True)
    )


def _end(phrase: Phrase, words: Sequence[str], start: int) -> int:
    """Return where a phrase that begins here ends; 0 if it does not stand here."""
    first, *others = phrase
    begun = first.end(words, start)
    places = {begun} if begun else set()
    for step in others:
        places = {end for place in places for end in step.ends(words, place)}
    return max(places, default=0)
