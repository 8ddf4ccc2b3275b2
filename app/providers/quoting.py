"""The original below a reply: how it is quoted, and how a draft's own words are told from what is quoted below them."""

from __future__ import annotations

import re

from app.providers.base import Message

MOST_QUOTED = 100_000  # letters
HAS_DATE_AND_ADDRESS = re.compile(r"(?=.*\d)(?=.*@).*:\s*\Z", re.DOTALL)


def with_quote(text: str, original: Message, original_text: str) -> str:
    """Return `text` with the original quoted below it, under a line with its date and author in no language."""
    if not original_text.strip():
        return text
    lines = original_text[:MOST_QUOTED].strip("\n").split("\n")
    quoted = "\n".join(f"> {line}".rstrip() for line in lines)
    return f"{text}\n\n{attribution(original)}\n{quoted}\n"


def attribution(original: Message) -> str:
    """Return who wrote the original and when, such as `2026-11-22 14:05 UTC, Anna <anna@example.org>:`."""
    author = original.authors[0] if original.authors else None
    who = f"{author.name} <{author.email}>".strip() if author else ""
    return f"{original.date:%Y-%m-%d %H:%M} UTC{', ' if who else ''}{who}:"


def split_quote(text: str) -> tuple[str, str]:
    """Return a draft's own words and what it quotes at its end; no words are taken for a quotation without a sure sign.

    The sign is a block of `>` lines that reaches the end, right below a line with a date and an address that ends with
    a colon: ours, or the one mail programs write in their own language. Words below a quotation stay with the text.
    """
    lines = text.rstrip().split("\n")
    start = len(lines)
    while start and (lines[start - 1].startswith(">") or not lines[start - 1].strip()):
        start -= 1
    if not any(line.startswith(">") for line in lines[start:]):
        return text, ""
    for head in (1, 2):  # long ones are wrapped
        if start >= head and HAS_DATE_AND_ADDRESS.match("\n".join(lines[start - head : start])):
            cut = start - head
            return "\n".join(lines[:cut]).rstrip("\n"), "\n".join(lines[cut:])
    return text, ""
