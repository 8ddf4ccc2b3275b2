"""Approved texts with blanks: one pass, typed values, and nobody's words that change what was approved."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadRequest
from app.rules.filling import Blank, BlankKind, blanks_of, filled

TEXT = "Dear {{name}},\n\nsee you on {{day:date}} at {{hour : time}}.\n\n{{name}} is in good hands."


def test_V25_a_text_says_what_its_blanks_are() -> None:
    assert blanks_of(TEXT) == (
        Blank("name", BlankKind.TEXT),
        Blank("day", BlankKind.DATE),
        Blank("hour", BlankKind.TIME),
    )
    assert blanks_of("No blanks, {one} brace.") == ()


def test_blanks_are_filled_wherever_they_stand() -> None:
    said = filled(TEXT, {"name": " Clara ", "day": "2026-11-30", "hour": "09:30"})
    assert said == "Dear Clara,\n\nsee you on 2026-11-30 at 09:30.\n\nClara is in good hands."


@pytest.mark.parametrize(
    "text", ["{{ }}", "{{Name}}", "{{name", "name}}", "{{a:gossip}}", "{{a}} {{a:date}}", "{{''.__class__}}"]
)
def test_what_is_no_blank_is_refused_when_the_text_is_written(text: str) -> None:
    with pytest.raises(BadRequest):
        blanks_of(text)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "   ",
        "see https://evil.example",
        "www.evil.example/pay",
        "evil.example",
        "pay to CL12 3456 7890 1234 5678",
        "ES9121000418450200051332",
        "account 123 456 789 012",
        "two\nlines",
        "a\x00b",
        "{{day}}",
        "x" * 81,
    ],
)
def test_a_word_that_would_change_what_was_approved_does_not_fit(value: str) -> None:
    with pytest.raises(BadRequest, match="name"):
        filled("Dear {{name}}", {"name": value})


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("date", "2026-02-28", "2026-02-30"),
        ("time", "23:59", "25:00"),
        ("number", "-1234,50", "1e9"),
        ("url", "https://pay.customer.example/1", "javascript:alert(1)"),
        ("iban", "ES91 2100 0418 4502 0005 1332", "hello"),
    ],
)
def test_each_kind_takes_its_own(kind: str, good: str, bad: str) -> None:
    text = f"<{{{{it:{kind}}}}}>"
    assert filled(text, {"it": good}) == f"<{good}>"
    with pytest.raises(BadRequest, match="it"):
        filled(text, {"it": bad})


def test_no_raw_blank_and_no_stray_value_reaches_a_client() -> None:
    with pytest.raises(BadRequest, match="day, hour"):
        filled(TEXT, {"name": "Clara"})
    with pytest.raises(BadRequest, match="bcc"):
        filled("Hello", {"bcc": "x@y.example"})


@given(st.text(max_size=100))
def test_whatever_is_put_in_the_rest_is_what_was_approved(value: str) -> None:
    try:
        said = filled("Begin {{name}} end", {"name": value})
    except BadRequest:
        return
    assert said == f"Begin {value.strip()} end"
    assert not re.search(r"\{\{|\n|https?:", said)


def test_payloads_of_other_languages_are_plain_words_here() -> None:
    for payload in ("${7*7}", "{0.__class__}", "<%= 1 %>", "#{x}"):
        assert filled("Dear {{name}}", {"name": payload}) == f"Dear {payload}"
