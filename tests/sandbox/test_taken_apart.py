"""Letters that were taken apart are kept for a while: the last ones, and none that is large."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.sandbox.spool import Spool
from app.sandbox.taken_apart import MOST_BYTES, MOST_LETTERS, TakenApart
from tests.sandbox.practice import letter


@pytest.fixture
def spool() -> Iterator[Spool]:
    """An empty spool."""
    made = Spool()
    yield made
    made.close()


def test_a_letter_is_taken_apart_once(spool: Spool):
    kept, place = TakenApart(), spool.put(letter("once"))
    assert kept.parsed(spool, place) is kept.parsed(spool, place)


def test_the_oldest_makes_room(spool: Spool):
    kept = TakenApart()
    places = [spool.put(letter(f"{n}")) for n in range(MOST_LETTERS + 1)]
    first = kept.parsed(spool, places[0])
    last = [kept.parsed(spool, place) for place in places[1:]][-1]
    assert kept.parsed(spool, places[-1]) is last
    assert kept.parsed(spool, places[0]) is not first


def test_a_large_one_is_not_kept(spool: Spool):
    kept, place = TakenApart(), spool.put(letter("large", "x\n" * MOST_BYTES))
    assert kept.parsed(spool, place) is not kept.parsed(spool, place)
