"""`$search` of messages: words of Microsoft's keyword query language (KQL), all of which have to be found.

From learn.microsoft.com/graph/search-query-parameter: plain words are looked for in from, subject and body, or in the
property that is named before them; what is found comes by the day it was sent, a thousand at most. Where words begin
and end, and that `word*` is a beginning, is practised; AND is what stands between words anyhow; the rest of the
language is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.sandbox.graph.bodies import as_text
from app.sandbox.graph.content import Recipient
from app.sandbox.graph.refusals import bad_request, not_practised
from app.sandbox.graph.resource import View

MOST_FOUND = 1000
_WORDS = re.compile(r"\w+")
_BARE = re.compile(r"[\w ]+")
_TERM = re.compile(r'\s*(?:(?P<property>[A-Za-z]+)\s*:\s*)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"()]+))\s*')
_OPERATORS = frozenset({"OR", "NOT", "NEAR", "ONEAR", "XRANK", "WORDS"})


def _people(*several: Iterable[Recipient] | Recipient | None) -> str:
    return "\n".join(
        f"{one.shown} {one.email}"
        for each in several
        for one in ([each] if isinstance(each, Recipient) else each or ())
    )


TEXTS: dict[str, Callable[[View], str]] = {
    "from": lambda view: _people(view.content.author),
    "to": lambda view: _people(view.content.to),
    "cc": lambda view: _people(view.content.cc),
    "bcc": lambda view: _people(view.content.bcc),
    "recipients": lambda view: _people(view.content.to, view.content.cc, view.content.bcc),
    "participants": lambda view: _people(view.content.author, view.content.to, view.content.cc, view.content.bcc),
    "subject": lambda view: view.content.subject,
    "body": lambda view: as_text(view.content.kind, view.content.body),
    "attachment": lambda view: "\n".join(one.name for one in view.content.attachments),
}
USUAL = ("from", "subject", "body")


@dataclass(frozen=True, slots=True)
class Term:
    """One word or phrase, and where it is looked for."""

    places: tuple[str, ...]
    words: str  # each between spaces; the last without one after it if it is a beginning

    def found_in(self, view: View) -> bool:
        """Say whether a message has it."""
        return any(self.words in _spaced(TEXTS[place](view)) for place in self.places)


def read_search(text: str) -> tuple[Term, ...]:
    """Read what stands in `$search`; raise Graph's 400 for what it cannot read."""
    written = text.strip()
    if len(written) > 1 and written[0] == written[-1] == '"':
        return _terms(written[1:-1].replace('\\"', '"'))
    bad = _BARE.match(written)
    if bad is None or bad.end() < len(written):
        at = bad.end() if bad else 0
        character = written[at : at + 1]
        raise bad_request(f"Syntax error: character '{character}' is not valid at position {at} in '{text}'.")
    return _terms(written)


def _terms(query: str) -> tuple[Term, ...]:
    found, at = [], 0
    while at < len(query):
        part = _TERM.match(query, at)
        if part is None or part["word"] in _OPERATORS or (part["word"] or "").startswith(("-", "+")):
            raise not_practised(f"$search with {query!r}")
        at = part.end()
        if part["word"] != "AND":
            found.append(_term(part["property"] or "", part["phrase"] or part["word"] or ""))
    return tuple(found)


def _term(name: str, words: str) -> Term:
    if name and name.lower() not in TEXTS:
        raise not_practised(f"$search by {name}")
    spaced = _spaced(words)
    return Term((name.lower(),) if name else USUAL, spaced.rstrip() if words.endswith("*") else spaced)


def _spaced(text: str) -> str:
    return f" {' '.join(_WORDS.findall(text.casefold()))} "
