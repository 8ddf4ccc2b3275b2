"""The letters that were taken apart last: whoever shows one asks for it several times."""

from __future__ import annotations

from app.sandbox.mime import Parsed, parse
from app.sandbox.spool import Place, Spool

MOST_LETTERS = 64
MOST_BYTES = 1_000_000


class TakenApart:
    """The last 64 letters of at most a million bytes each."""

    def __init__(self) -> None:
        """Begin empty."""
        self._kept: dict[Place, Parsed] = {}

    def parsed(self, spool: Spool, place: Place) -> Parsed:
        """Return the letter of a place taken apart."""
        if place.length > MOST_BYTES:
            return parse(spool.get(place))
        if place not in self._kept:
            if len(self._kept) >= MOST_LETTERS:
                del self._kept[next(iter(self._kept))]
            self._kept[place] = parse(spool.get(place))
        return self._kept[place]
