"""The elements of HTML that stand on lines of their own, and those of them with an empty line around."""

from __future__ import annotations

PARAGRAPHS = frozenset(["blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table", "ul"])
BLOCKS = PARAGRAPHS | frozenset(["address", "caption", "center", "dd", "div", "dl", "dt", "hr", "li", "tr"])
