"""A language's phrases, kept as a text that people can read and change: `english.txt` and its like.

A section begins with its name in brackets. Its phrases end with `;`, and a phrase may go on in the next line after a
`|` or between two words. `[words]` gives names to alternatives that many phrases have: `{login}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_UNEXPLAINED = "?"
_SECTION = re.compile(r"^\[(\w+)\]$", re.MULTILINE)
_COMMENT = re.compile(r"^# .*$", re.MULTILINE)
_NAMED = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, kw_only=True)
class Table:
    """Phrases of one language.

    A phrase that begins with `?` speaks of any code at all: it says nothing where a parcel, a booking or a discount
    explains the code.
    """

    sure: tuple[str, ...]  # one is enough where nothing speaks against it
    likely: tuple[str, ...]
    hints: tuple[str, ...]
    against: tuple[str, ...]  # newsletters, colleagues at work, friends
    harmless: tuple[str, ...]  # struck out first: what only sounds like it
    explains: tuple[str, ...]  # what a code may be for that opens no account


def table(name: str) -> Table:
    """Return the table that stands in the text of this name beside this module."""
    text = Path(__file__).with_name(f"{name}.txt").read_text(encoding="utf-8")
    _, *parts = _SECTION.split(_COMMENT.sub("", text))
    sections = {title: tuple(_rows(rows)) for title, rows in zip(parts[::2], parts[1::2], strict=True)}
    words = dict(row.split(" = ") for row in sections.pop("words"))
    return Table(**{title: tuple(_filled(row, words) for row in rows) for title, rows in sections.items()})


def phrases(rows: tuple[str, ...], *, explained: bool = False) -> Iterator[str]:
    """Yield the phrases that speak in a text where the code is explained, or where it is not."""
    for row in rows:
        if not (explained and row.startswith(_UNEXPLAINED)):
            yield row.removeprefix(_UNEXPLAINED)


def _rows(text: str) -> Iterator[str]:
    joined = " ".join(text.split()).replace("| ", "|")
    yield from filter(None, (row.strip() for row in joined.split(";")))


def _filled(row: str, words: dict[str, str]) -> str:
    return _NAMED.sub(lambda name: words[name[1]], row)
