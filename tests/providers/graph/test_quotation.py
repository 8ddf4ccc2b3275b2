"""A draft's own words and what it quotes, as HTML and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.providers.base import Folder
from app.providers.graph.convert import message_of
from app.providers.graph.quotation import document, halves, quote_html, words_html
from app.providers.reading import CLEANER, text_of
from tests.providers.graph.wires import resource

LETTER = message_of(resource(), Folder.INBOX)
OUTLOOK = (
    '<hr tabindex="-1" style="display:inline-block; width:98%"><div id="divRplyFwdMsg" dir="ltr">'
    "<b>From:</b> Clara</div><div>Could you start?</div>"
)


def text(html: str) -> str:
    """Return HTML as it is read back."""
    return text_of(CLEANER.clean(html))


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["C"]), max_size=60))
def test_no_words_become_markup_and_none_are_lost(words: str) -> None:
    made = words_html(words)
    assert made.count("<") == 2 + made.count("<br>")
    assert text(made).split() == words.split()


def test_line_breaks_are_kept() -> None:
    assert text(words_html("Sí,\n\ncon gusto.\r\nAlice")) == "Sí,\n\ncon gusto.\nAlice"


@pytest.mark.parametrize(
    "quotation",
    [
        OUTLOOK,
        quote_html(LETTER, "Could you start?"),
        '<div id="appendonsend"></div>' + OUTLOOK,
        OUTLOOK.replace('id="divRplyFwdMsg"', "ID=divRplyFwdMsg"),
    ],
    ids=["outlook", "ours", "outlook on the web", "without quotes"],
)
def test_a_quotation_is_told_from_the_words_above_it(quotation: str) -> None:
    above, below = halves(document("Yes, gladly.", quotation))
    assert text(above) == "Yes, gladly."
    assert below == quotation


def test_the_older_quotations_inside_one_stay_inside() -> None:
    older = OUTLOOK + OUTLOOK.replace("divRplyFwdMsg", "x_divRplyFwdMsg") + OUTLOOK
    above, below = halves(document("Yes.", older))
    assert (text(above), below) == ("Yes.", older)


@pytest.mark.parametrize(
    "content",
    [
        "<p>I shall call you.</p><blockquote>From: Clara</blockquote>",
        "<div id='x_divRplyFwdMsg'>older</div>",
        "words that speak of divRplyFwdMsg",
        "",
    ],
)
def test_without_a_sure_sign_all_of_it_is_the_writers(content: str) -> None:
    assert halves(content) == (content, "")


@given(st.text(alphabet='<div id="deskhand-quote">hr/bodyhtml \n', max_size=80))
def test_nothing_is_lost_between_the_two(content: str) -> None:
    above, below = halves(content)
    rest = content[len(above) + len(below) :]
    assert content == above + below + rest
    assert not below or not rest.replace("</body>", "").replace("</html>", "").strip()


def test_what_strangers_wrote_is_quoted_as_words() -> None:
    quoted = quote_html(LETTER, "<script>alert(1)</script>\n</blockquote></div><b>x</b>")
    assert "<script" not in quoted
    assert quoted.count("<blockquote>") == quoted.count("</blockquote>") == 1
    assert quote_html(LETTER, " \n ") == ""


def test_a_page_full_of_half_signs_is_read_too() -> None:
    hostile = "<div id=" * 50_000 + "<hr" * 50_000 + "<div id=divRplyFwdMsg " * 3
    assert "".join(halves(hostile)).strip() == hostile.strip()
