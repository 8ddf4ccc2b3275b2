"""The words of a letter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sandbox.bodies import MOST_TEXT, SNIPPET, snippet_of, text_of_letter, without_tags
from app.sandbox.mime import parse


def words(raw: bytes) -> str:
    return " ".join(text_of_letter(parse(raw).root).split())


def test_plain_text_comes_before_html():
    raw = (
        b"Content-Type: multipart/alternative; boundary=b\n\n"
        b"--b\nContent-Type: text/html\n\n<p>html</p>\n--b\nContent-Type: text/plain\n\nplain\n--b--"
    )
    assert words(raw) == "plain"


def test_html_alone_gives_its_words():
    raw = (
        b"Content-Type: text/html\n\n<html><head><title>no</title></head><style>p{}</style><p>Hi&nbsp;Ana &amp; co</p>"
    )
    assert words(raw) == "Hi Ana & co"


def test_an_attached_text_is_not_the_text_of_the_letter():
    raw = b"Content-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nattached"
    assert words(raw) == ""


def test_an_endless_letter_is_cut():
    assert len(text_of_letter(parse(b"\n" + b"x" * (MOST_TEXT + 9)).root)) == MOST_TEXT


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<b>a</b>b", " a b"),
        ("a<script>x()</script>b", "a b"),
        ("a<script>never closed", "a never closed"),
        ("a < b", "a < b"),
        ("&lt;i&gt;", "<i>"),
    ],
)
def test_tags_are_left_out(markup: str, text: str):
    assert without_tags(markup) == text


@pytest.mark.parametrize(
    "hostile", ["<" * 200_000, "<script>" * 25_000, "<style></style>" * 12_000, "İ<script>" * 9_000]
)
def test_no_markup_is_more_than_linear_work(hostile: str):
    without_tags(hostile)


def test_a_snippet_is_escaped_as_gmail_does():
    assert snippet_of('Can\'t  \n wait <b> & "see"') == "Can&#39;t wait &lt;b&gt; &amp; &quot;see&quot;"


def test_a_snippet_ends_between_words():
    short = snippet_of("word " * 100)
    assert short.endswith("word")
    assert len(short) <= SNIPPET


@given(st.text(max_size=3_000))
def test_any_text_has_a_snippet_without_markup(text: str):
    assert "<" not in snippet_of(text)
    assert "\n" not in snippet_of(text)
