"""Sanitised HTML gives the same lines to be judged as the text that is made of it where a letter has no other."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.access.markup import words_of
from app.providers import reading

PIECES = st.sampled_from(
    [
        *(f"<{tag}>" for tag in ("div", "p", "blockquote", "br", "pre", "li", "ul", "hr", "b", "i", "span", "a", "dl")),
        *(f"</{tag}>" for tag in ("div", "p", "blockquote", "pre", "li", "ul", "b", "i", "span", "a", "table", "td")),
        *(
            "<table>",
            "<tr>",
            "<td>",
            "<th>",
            '<img alt="a > &quot;b&quot; <p>">',
            '<a title="<div>" href="https://x.y">',
        ),
        *(
            "On Sunday, Mother wrote:",
            "<b>From:</b> Mother",
            "&gt;",
            "&lt;p&gt;",
            "&amp;lt;",
            "&nbsp;",
            " ",
            "\n",
            "\r\n",
        ),
        *(
            "\t",
            "\x01",
            "&#1;",
            "&#3;",
            "&#13;",
            "\x00",
            "<!-- x -->",
            "<",
            ">",
            '"',
            "&",
            "a",
            "é",
            "<script>x</script>",
            "</",
        ),
    ]
)


def lines_of(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.split("\n") if line.strip()]


@pytest.mark.parametrize("end", ["\n", "&#10;", "&#13;", "&#13;\n", "&#13;&#13;"])
def test_every_end_of_a_line_ends_one_where_lines_are_kept(end: str) -> None:
    html = reading.CLEANER.clean(f"<pre>Hi{end}From: Mother</pre>")
    assert lines_of(words_of(html)) == lines_of(reading.text_of(html)) == ["Hi", "From: Mother"]


@settings(max_examples=300)
@example("<pre><&#13;<")
@given(st.lists(PIECES, max_size=12).map("".join))
def test_the_lines_are_those_of_the_text(hostile: str) -> None:
    html = reading.CLEANER.clean(hostile)
    assert lines_of(words_of(html)) == lines_of(reading.text_of(html))


def test_paragraphs_stand_apart_and_blocks_on_lines_of_their_own() -> None:
    assert words_of("<p>Hi <b>Alice</b></p><div>From: Mother<br>To: Clara</div>\n<div>Yes</div>") == (
        "Hi Alice\n\nFrom: Mother\nTo: Clara\nYes"
    )
    assert words_of("<pre>one\n  two</pre>") == "one\ntwo"


@pytest.mark.parametrize(
    "evil",
    [
        "<b>a</b>",
        "<br>",
        "&amp;",
        "&lt;",
        '<a title="',
        '"',
        "<",
        "<div>",
        "<pre>\n",
        " ",
        "<b> </b>",
        "<a ",
        '<a b="c"',
    ],
)
def test_hostile_markup_costs_no_time(evil: str) -> None:
    begun = time.process_time()
    words_of(evil * 100_000)
    assert time.process_time() - begun < 5
