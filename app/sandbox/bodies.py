"""The words of a letter: its text for searching, and the few that a list shows."""

from __future__ import annotations

import html
import re

from app.sandbox.mime import Part

MOST_TEXT = 200_000
SNIPPET = 200
_TAG = re.compile(r"<[^<>]*>")
_SPACE = re.compile(r"\s+")


def text_of_letter(root: Part) -> str:
    """Return the plain text of a letter, that of its HTML where it has no other; at most 200,000 characters."""
    texts = [part for part in root.walk() if part.mime_type.startswith("text/") and not part.filename]
    # The first plain part that says anything; some programs send an empty one beside their HTML.
    plain = next((part for part in texts if part.mime_type == "text/plain"), None)
    if plain is not None and plain.content.strip():
        return plain.text()[:MOST_TEXT]
    marked = next((part for part in texts if part.mime_type == "text/html"), None)
    return without_tags(marked.text()[:MOST_TEXT]) if marked else ""


def without_tags(markup: str) -> str:
    """Return the words of HTML; style and script are left out."""
    for element in ("style", "script", "head"):
        markup = _without_element(markup, element)
    return html.unescape(_TAG.sub(" ", markup))


def _without_element(markup: str, element: str) -> str:
    lowered, kept, at = markup.lower(), [], 0
    if len(lowered) != len(markup):  # a few letters change their length with their case
        return markup
    while (opened := lowered.find(f"<{element}", at)) >= 0:
        closed = lowered.find(f"</{element}", opened)
        if closed < 0:
            break
        kept.append(markup[at:opened])
        at = closed
    return "".join(kept) + markup[at:]


def snippet_of(text: str) -> str:
    """Return the first words, escaped for HTML as Gmail does (`&#39;` for an apostrophe)."""
    flat = _SPACE.sub(" ", text[: SNIPPET * 10]).strip()
    short = flat if len(flat) <= SNIPPET else flat[:SNIPPET].rsplit(" ", 1)[0]
    return html.escape(short, quote=True).replace("&#x27;", "&#39;")
