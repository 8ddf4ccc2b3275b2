"""A draft as HTML: our own words above, the quotation below, and how the two are told apart when it is read back."""

from __future__ import annotations

import html
import re

from app.providers.base import Message
from app.providers.characters import clean_text
from app.providers.quoting import MOST_QUOTED, attribution
from app.providers.replying import MOST_LETTERS

WORDS, QUOTE = "deskhand-words", "deskhand-quote"
# Where a quotation begins: ours, or Outlook's (its line, then the block with From, Sent, To and Subject). Inside a
# quotation Exchange renames the older ones (`x_divRplyFwdMsg`), so the first sign is the right one.
SIGN = re.compile(
    r"(?:<hr\b[^<>]{0,300}>\s{0,20})?"
    rf"<div\b[^<>]{{0,300}}?\bid\s{{0,5}}=\s{{0,5}}[\"']?(?:{QUOTE}|divRplyFwdMsg|appendonsend)[\"'\s>]",
    re.IGNORECASE,
)
END = re.compile(r"(?:\s|</body>|</html>)*\Z", re.IGNORECASE)
HEAD = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body>'


def words_html(text: str) -> str:
    """Return plain text of people as HTML: nothing in it is markup, its line breaks are kept."""
    return f'<div id="{WORDS}" dir="auto">{_escaped(text[:MOST_LETTERS])}</div>'


def quote_html(original: Message, original_text: str) -> str:
    """Return a quotation of our own: the original's words below a line with date and author; empty without words."""
    if not original_text.strip():
        return ""
    quoted = _escaped(original_text[:MOST_QUOTED].strip("\n"))
    return f'<div id="{QUOTE}" dir="auto">{_escaped(attribution(original))}<blockquote>{quoted}</blockquote></div>'


def document(words: str, quotation: str) -> str:
    """Return the body of a draft: these words, below them a quotation that is HTML already."""
    below = f"<br>{quotation}" if quotation else ""
    return f"{HEAD}{words_html(words)}{below}</body></html>"


def halves(content: str) -> tuple[str, str]:
    """Return what stands above and what is quoted in a body of HTML; without a sure sign all of it stands above."""
    sign = SIGN.search(content)
    if sign is None:
        return content, ""
    end = END.search(content, sign.start())
    return content[: sign.start()], content[sign.start() : end.start() if end else len(content)]


def _escaped(text: str) -> str:
    return html.escape(clean_text(text)).replace("\n", "<br>")
