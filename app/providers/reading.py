"""Mail bodies from strangers, made into plain text and harmless HTML, in a process that can be killed.

Nothing in the HTML loads, runs, or leads anywhere by itself: no scripts, styles, forms, frames or pictures; links open
apart and tell nothing about where they stood.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import nh3

from app.child import Child, TooHard
from app.providers.attached_letters import ATTACHED, letters_in
from app.providers.characters import clean_text, safe_charset
from app.providers.file_digests import LETTER, letter_digest
from app.rules.html_blocks import BLOCKS, PARAGRAPHS

MOST_BYTES = 2**20  # of one body; what is longer is cut, and said to be
MOST_BYTES_TOGETHER = 4 * 2**20
MOST_PARTS = 200
MOST_HTML = 2 * 2**20  # letters; repairing broken HTML can make it grow
IN_LINE = """a abbr b bdi bdo big br cite code del dfn em font i img ins kbd mark q rp rt ruby s samp small span strike
strong sub sup tt u var wbr"""
TAGS = BLOCKS | set(IN_LINE.split()) | {"col", "colgroup", "tbody", "td", "tfoot", "th", "thead"}
ATTRIBUTES = {
    "*": frozenset({"dir", "lang"}),
    "a": frozenset({"href", "title"}),
    "img": frozenset({"alt"}),  # without src: a picture that is fetched tells its sender who read, when and where
    "ol": frozenset({"start", "type"}),
    "font": frozenset({"color"}),
    **{cell: frozenset({"colspan", "rowspan", "align", "valign"}) for cell in ("td", "th")},
}
GONE_WITH_CONTENT = frozenset({"script", "style", "title", "template", "noscript", "iframe", "object", "svg", "math"})
CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    clean_content_tags=GONE_WITH_CONTENT,
    url_schemes=frozenset({"http", "https", "mailto", "tel"}),
    url_relative="deny",
    link_rel="noopener noreferrer nofollow",
    set_tag_attribute_values={"a": {"target": "_blank"}},
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One body of a message, its transfer encoding undone; `charset` as declared, empty if it is not."""

    media_type: str
    body: bytes = field(repr=False)
    charset: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What a person can read. `whole` is False where something had to be cut or left out.

    `pictures` are the addresses of those in the HTML, in order; `html` itself has none.
    """

    text: str = ""
    html: str = ""
    pictures: tuple[str, ...] = ()
    readable: bool = True
    whole: bool = True


async def readable(child: Child, parts: Sequence[Part]) -> Reading:
    """Read the text/plain and text/html parts of one message; the child is made as `Child(reading.work)`.

    Text is that of the plain parts, else of the HTML. What the child cannot read within its limits is not readable.
    """
    bodies = [part for part in parts if part.media_type in ("text/plain", "text/html")]
    whole, room, question = len(bodies) <= MOST_PARTS, MOST_BYTES_TOGETHER, []
    for part in bodies[:MOST_PARTS]:
        taken = part.body[: min(MOST_BYTES, room)]
        whole, room = whole and len(taken) == len(part.body), room - len(taken)
        question.append((part.media_type, part.charset, b64encode(taken).decode()))
    if not question:
        return Reading()
    try:
        answer = json.loads(await child.ask(json.dumps(question).encode()))
    except TooHard:
        return Reading(readable=False, whole=False)
    pictures, whole = tuple(answer["pictures"]), answer["whole"] and whole
    return Reading(text=answer["text"], html=answer["html"], pictures=pictures, whole=whole)


def work(payload: bytes) -> bytes:
    """Answer one question of `readable`, `file_digests` or `attached_letters`: what runs in the child."""
    if payload.startswith(LETTER):
        return letter_digest(payload.removeprefix(LETTER))
    if payload.startswith(ATTACHED):
        return letters_in(payload.removeprefix(ATTACHED), _read)
    bodies = json.loads(payload)
    return json.dumps(_read((kind, charset, b64decode(body)) for kind, charset, body in bodies)).encode()


def _read(bodies: Iterable[tuple[str, str, bytes]]) -> dict[str, Any]:
    texts: dict[str, list[str]] = {"text/plain": [], "text/html": []}
    for media_type, charset, body in bodies:
        texts[media_type].append(decode(body, charset))
    given = "\n<hr>\n".join(texts["text/html"])
    html = CLEANER.clean(given)
    text = clean_text("\n".join(texts["text/plain"])).strip("\n")
    if not text.strip():
        text = text_of(html)
    whole = len(html) <= MOST_HTML
    return {"text": text, "html": html if whole else "", "pictures": pictures_in(given), "whole": whole}


def decode(body: bytes, charset: str) -> str:
    """Return the text of a body: UTF-8 where it is that, else as declared, else as Western mail programs would read it.

    Gmail hands bodies over as UTF-8 whatever they declare; 8-bit text of another charset is hardly ever valid UTF-8.
    """
    declared = safe_charset(charset, "cp1252")
    wide = declared.startswith(("utf-16", "utf-32")) and (b"\0" in body or body[:1] in (b"\xff", b"\xfe"))
    hidden = declared.startswith(("iso2022", "hz"))  # these look like ASCII
    for name in (declared, "utf-8") if wide or hidden else ("utf-8", declared):
        try:
            return body.decode(name).removeprefix("\ufeff")
        except UnicodeDecodeError as trouble:
            if len(body) >= MOST_BYTES and trouble.start >= len(body) - 3:  # cut inside a character
                return body[: trouble.start].decode(name, "replace")
    return body.decode(declared, "replace")


def pictures_in(html: str) -> list[str]:
    """Return the addresses of the pictures in an HTML document, as a recipient's program would find them."""
    found: list[str] = []
    if "<img" not in html.lower():
        return found

    def note(_tag: str, _attribute: str, value: str) -> str:
        found.append(value)
        return value

    nh3.clean(
        html,
        tags={"img"},
        attributes={"img": {"src", "srcset"}},
        clean_content_tags=set(GONE_WITH_CONTENT),
        url_schemes={"http", "https", "cid", "data"},
        attribute_filter=note,
    )
    return found


def text_of(html: str) -> str:
    """Return the plain text of sanitised HTML: blocks on lines of their own, paragraphs apart, items after dashes."""
    writer = _Writer()
    writer.feed(html)
    writer.close()
    lines = [re.sub(r"[ \t]+", " ", line).strip() for line in clean_text("".join(writer.parts)).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


class _Writer(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.line_ends = 0  # due before the next words: blocks inside blocks begin one line, not several
        self.preformatted = 0  # how deep in <pre>

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.preformatted += tag == "pre"
        self._break(tag)
        if tag == "br":
            self._write("\n")
        elif tag == "li":
            self._write("- ")
        elif tag in ("td", "th"):
            self._write(" ")
        elif tag == "img":
            self._write(dict(attrs).get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        self.preformatted -= tag == "pre"
        self._break(tag)

    def handle_data(self, data: str) -> None:
        words = data if self.preformatted else re.sub(r"\s+", " ", data)
        if words.strip() or not self.line_ends:
            self._write(words)

    def _break(self, tag: str) -> None:
        if tag in BLOCKS:
            self.line_ends = max(self.line_ends, 2 if tag in PARAGRAPHS else 1)

    def _write(self, words: str) -> None:
        self.parts += ["\n" * self.line_ends, words]
        self.line_ends = 0
