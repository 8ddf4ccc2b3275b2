"""Headers and fields as providers give them, read without trust."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.providers.fields import dicts, inner, positive, word
from app.providers.headers import MOST_REFERENCES, Headers, message_id_in, references_in

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.sampled_from(["name", "value", "x"]), inside),
    max_leaves=10,
)


def test_headers_are_found_in_any_case_and_all_of_a_name() -> None:
    headers = Headers([{"name": "FROM", "value": "a"}, {"name": "from", "value": "b"}, {"name": "To", "value": "c"}])
    assert headers.all("From") == ["a", "b"]
    assert (headers.first("from"), headers.first("to"), headers.first("cc")) == ("a", "c", "")


@given(ANYTHING)
def test_nothing_that_stands_in_their_place_breaks_them(anything: Any) -> None:
    headers = Headers(anything)
    assert all(isinstance(value, str) for value in headers.all("name"))
    assert isinstance(word({"name": anything}, "name"), str)
    assert isinstance(inner({"name": anything}, "name"), dict)
    assert all(isinstance(each, dict) for each in dicts(anything))
    assert positive(anything) >= 0


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("<a@x>", "<a@x>"),
        ("words <a@x> <b@x>", "<a@x>"),
        ("", ""),
        ("a@x", ""),
        ("<a b@x>", ""),
        ("<a@x", ""),
        ("<=?utf-8?q?a=0D=0ABcc:?=@x>", ""),
        (f"<{'a' * 300}@x>", ""),
    ],
)
def test_a_message_id_is_one_or_none(value: str, found: str) -> None:
    assert message_id_in(value) == found


def test_references_keep_the_first_and_the_latest() -> None:
    many = " ".join(f"<{n}@x>" for n in range(500))
    kept = references_in(many, "")
    assert (len(kept), kept[0], kept[-1]) == (MOST_REFERENCES, "<0@x>", "<499@x>")


def test_without_references_the_one_that_was_answered_counts() -> None:
    assert references_in("", "<a@x>") == ("<a@x>",)
    assert references_in("", "<a@x> <b@x>") == ()
    assert references_in("<c@x>", "<a@x>") == ("<c@x>",)
