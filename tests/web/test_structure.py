"""The tests' own eyes: what makes a page unsound is seen."""

from __future__ import annotations

import pytest

from tests.web.structure import read

SOUND = '<!doctype html><html lang="en"><head><title>Here · Deskhand</title></head><body><h1>Here</h1>{}</body></html>'


def test_a_sound_page_has_no_faults():
    assert read(SOUND.format('<p id="a">Text <img src="/static/x.svg" alt=""></p>')).faults == []


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<h1>Again</h1>", "2 first headings"),
        ("<h3>Deep</h3>", "jumps from h1 to h3"),
        ('<input name="a" id="a">', "no label for a"),
        ("<p>left open", "</body> closes nothing"),
        ('<i id="a"></i><i id="a"></i>', "id a twice"),
        ('<label for="b">B</label>', "for leads nowhere: b"),
        ('<img src="https://elsewhere.example/x.png" alt="">', "loads https://elsewhere.example/x.png"),
        ('<img src="/static/x.png">', "a picture without alt"),
        ("<script>1</script>", "<script>"),
        ('<p onclick="x()">a</p>', "onclick in <p>"),
        ('<p style="color:red">a</p>', "style in <p>"),
        ("<table></table>", "a table without caption"),
        ('<form method="post"></form>', "a form posts without a token"),
    ],
)
def test_an_unsound_page_is_seen(html, fault):
    assert fault in read(SOUND.format(html)).faults


def test_a_page_without_language_or_title_is_seen():
    assert {"no language", "no title"} <= set(read("<html><head><title> · Deskhand</title></head></html>").faults)
