"""What is remembered of a text: its figure, never its words, and never another text's."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.rules.security.remembered import Remembered


def test_a_text_is_worked_out_once() -> None:
    remembered, asked = Remembered(10), list[str]()
    for _ in range(3):
        assert remembered.of(("Your code", "123456"), lambda: float(asked.append("once") or 7)) == 7
    assert asked == ["once"]


def test_the_oldest_goes_first() -> None:
    remembered = Remembered(2)
    for number in range(3):
        remembered.of((str(number),), lambda number=number: number)
    assert [remembered.of((str(number),), lambda: -1) for number in (1, 2, 0)] == [1, 2, -1]


def test_no_word_is_kept() -> None:
    remembered = Remembered(10)
    remembered.of(("Sunday lunch", "at mother's"), lambda: 1)
    assert "lunch" not in repr(vars(remembered))
    assert b"lunch" not in b"".join(remembered._found)


@given(st.lists(st.text(), min_size=2, max_size=2), st.lists(st.text(), min_size=2, max_size=2))
def test_two_texts_are_never_taken_for_one_another(one: list[str], other: list[str]) -> None:
    remembered = Remembered(10)
    remembered.of(tuple(one), lambda: 1)
    assert remembered.of(tuple(other), lambda: 2) == (1 if one == other else 2)


def test_where_one_part_ends_counts() -> None:
    remembered = Remembered(10)
    remembered.of(("ab", "c"), lambda: 1)
    assert remembered.of(("a", "bc"), lambda: 2) == 2
    assert remembered.of(("\ud800", ""), lambda: 3) == 3
