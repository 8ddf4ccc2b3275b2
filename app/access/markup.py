"""The words of sanitised HTML on lines as its reader sees them, to judge by them what it quotes.

`providers.reading` makes the text of a letter in the same way, in a process that can be killed. What is judged here has
been through its sanitiser: attributes stand in double quotes, and in words a sign of markup is written out. So it takes
one pass, and no parser that has to put up with anything.
"""

from __future__ import annotations

import re
from html import unescape

from app.rules.html_blocks import BLOCKS, PARAGRAPHS

LINE, APART, BREAK = "\x01", "\x02", "\x03"  # a block begins or ends here, and so does a line; so far, only signs
_MARKS = {**dict.fromkeys(BLOCKS, LINE), **dict.fromkeys(PARAGRAPHS, APART)}
_OPENING = {"br": BREAK, "li": f"{LINE}- ", "td": " ", "th": " "}
_TAG = re.compile(r'<(?P<closing>/?)(?P<name>[a-z][a-z0-9]*)(?P<attributes>[^<>"]*(?:"[^"]*"[^<>"]*)*)>')
_ALT = re.compile(r'\balt="([^"]*)"')
_LINE_END = re.compile(r"\r\n?|\n")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_BETWEEN = re.compile(rf" ?[{LINE}{APART}](?: ?[{LINE}{APART}])* ?")


def words_of(html: str) -> str:
    """Return the words of sanitised HTML, blocks on lines of their own and paragraphs apart."""
    text = re.sub(r"\s+", " ", unescape("".join(_parts(_CONTROL.sub("", html)))))
    text = _BETWEEN.sub(lambda signs: "\n\n" if APART in signs[0] else "\n", text).replace(BREAK, "\n")
    lines = (line.strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _parts(html: str) -> list[str]:
    """Return words and the signs of what stands between them."""
    parts, at, preformatted = [], 0, 0
    for tag in _TAG.finditer(html):
        words, name = html[at : tag.start()], tag["name"]
        parts += [_LINE_END.sub(BREAK, words) if preformatted else words, _sign(tag)]
        if name == "pre":
            preformatted += -1 if tag["closing"] else 1
        at = tag.end()
    return [*parts, html[at:]]


def _sign(tag: re.Match[str]) -> str:
    name = tag["name"]
    if tag["closing"]:
        return _MARKS.get(name, "")
    if name == "img":
        found = _ALT.search(tag["attributes"])
        return found[1] if found else ""
    return _OPENING.get(name) or _MARKS.get(name, "")
