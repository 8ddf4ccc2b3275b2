"""What a language's table consists of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_UNEXPLAINED = "?"


@dataclass(frozen=True, kw_only=True)
class Table:
    """Phrases of one language, with `;` between them, written as `phrases.py` says; the weights are `judging.py`'s.

    A phrase that begins with `?` speaks of any code at all: it says nothing where a parcel, a booking or a discount
    explains the code.
    """

    sure: str  # one is enough where nothing speaks against it
    likely: str
    hints: str
    against: str  # newsletters, colleagues at work, friends
    harmless: str  # struck out first: what only sounds like it
    explains: str  # what a code may be for that opens no account


def phrases(rows: str, *, explained: bool = False) -> Iterator[str]:
    """Yield the phrases that speak in a text where the code is explained, or where it is not."""
    for row in _rows(rows):
        if not (explained and row.startswith(_UNEXPLAINED)):
            yield row.removeprefix(_UNEXPLAINED)


def _rows(text: str) -> Iterator[str]:
    """Yield the phrases of a table; one may go on in the next line after a `|`."""
    joined = " ".join(text.split()).replace("| ", "|")
    yield from filter(None, (row.strip() for row in joined.split(";")))
