"""Bodies in the two forms Graph shows them in: HTML unless a program prefers text."""

from __future__ import annotations

import html
import re

from app.sandbox.bodies import without_tags

PREVIEW = 255
_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|tr|li|h[1-6]|blockquote)>", re.IGNORECASE)
_BLANK = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_INNER = re.compile(r"<body[^<>]*>", re.IGNORECASE)


def as_html(kind: str, body: str) -> str:
    """Return a body as HTML; plain text is set in the frame that Exchange gives it."""
    if kind == "html":
        return body
    lines = "<br>\r\n".join(html.escape(line, quote=False) for line in body.splitlines())
    head = '<meta http-equiv="Content-Type" content="text/html; charset=utf-8"><!-- converted from text -->'
    font = '<font size="2"><span style="font-size:11pt;"><div class="PlainText">'
    return f"<html><head>\r\n{head}</head>\r\n<body>\r\n{font}{lines}</div></span></font>\r\n</body>\r\n</html>\r\n"


def as_text(kind: str, body: str) -> str:
    """Return a body as plain text, blocks on lines of their own."""
    if kind == "text":
        return body
    flat = re.sub(r"\s+", " ", body)
    text = without_tags(_BREAK.sub("\n", flat))
    lines = (re.sub(r"[ \t\xa0]+", " ", line).strip() for line in text.split("\n"))
    return _BLANK.sub("\n\n", "\n".join(lines)).strip().replace("\n", "\r\n")


def preview_of(kind: str, body: str) -> str:
    """Return the first 255 characters of a body as text, as they stand: nothing is escaped."""
    return re.sub(r"[ \t]+", " ", as_text(kind, body[:20_000])).strip()[:PREVIEW]


def inner_html(markup: str) -> str:
    """Return what stands in the body of a page, all of it where there is no body."""
    opened = _INNER.search(markup)
    start = opened.end() if opened else 0
    closed = markup.lower().rfind("</body")
    return markup[start:closed] if closed >= start else markup[start:]
