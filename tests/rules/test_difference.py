"""What Alice has changed in Bob's words, as Bob reads it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.difference import Change, difference

BOBS = "Dear Clara,\n\nyes, in March.\n\nBob for Alice"


def read(before: str, after: str) -> str:
    """Return a difference as one line: [-gone-] and {+come+}."""
    marks = {Change.SAME: "{}", Change.GONE: "[-{}-]", Change.NEW: "{{+{}+}}"}
    return "".join(marks[piece.change].format(piece.text) for piece in difference(before, after))


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (BOBS, ""),
        (BOBS.replace("March", "April"), BOBS.replace("March", "[-March-]{+April+}")),
        (
            BOBS.replace("yes, in March", "gladly, but in late April"),
            "Dear Clara,\n\n[-yes-]{+gladly+},{+ but+} in [-March-]{+late April+}.\n\nBob for Alice",
        ),
        (BOBS + "\n\nPS: bring boots", BOBS + "{+\n\nPS: bring boots+}"),
        ("", f"[-{BOBS}-]"),
    ],
)
def test_V35_what_she_changed_is_marked_and_the_rest_stays(after: str, said: str) -> None:
    assert read(BOBS, after) == said


def test_V35_a_phrase_put_in_anothers_place_is_read_as_a_phrase() -> None:
    assert read("We meet on Monday morning here.", "We meet next Tuesday evening here.") == (
        "We meet [-on Monday morning-]{+next Tuesday evening+} here."
    )


texts = st.text(st.sampled_from("ab .,\n\tñ漢"), max_size=60)


@given(texts, texts)
def test_both_texts_can_be_read_from_it(before: str, after: str) -> None:
    pieces = difference(before, after)
    assert (before == after) == (pieces == ())
    if pieces:
        assert "".join(each.text for each in pieces if each.change is not Change.NEW) == before
        assert "".join(each.text for each in pieces if each.change is not Change.GONE) == after
        assert all(each.text for each in pieces)


def test_endless_texts_are_compared_coarsely_and_still_whole() -> None:
    before, after = "a b " * 20_000, "b c " * 20_000
    assert [each.change for each in difference(before, after)] == [Change.GONE, Change.NEW]
    lines = "\n".join(f"line {number}" for number in range(900))
    assert read(f"{lines}\n", f"{lines}\nmore words") == f"{lines}\n{{+more words+}}"
    many = "x\n" * 100_000
    assert len(difference(many, many + "y")) == 2
