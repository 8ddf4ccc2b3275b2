"""What a language's table consists of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_UNEXPLAINED = "?"


@dataclass(frozen=True, kw_only=True)
class Table:
    """Phrases of one language, written as `phrases.py` says; what each weighs stands in `judging.py`.

    A phrase that begins with `?` speaks of any code at all: it says nothing where a parcel, a booking or a discount
    explains the code.
    """

    sure: tuple[str, ...]  # one is enough where nothing speaks against it
    likely: tuple[str, ...]
    hints: tuple[str, ...]
    against: tuple[str, ...]  # newsletters, parcels, colleagues at work
    harmless: tuple[str, ...]  # struck out first: what only sounds like it
    explains: tuple[str, ...]  # what a code may be for that opens no account


def phrases(rows: Iterable[str], *, explained: bool) -> list[str]:
    """Return the phrases that speak in a text where the code is explained, or where it is not."""
    return [row.lstrip(_UNEXPLAINED) for row in rows if not (explained and row.startswith(_UNEXPLAINED))]
