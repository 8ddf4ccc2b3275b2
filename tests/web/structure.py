"""Is this a sound page? What a validator and a screen reader would stumble over, found with the standard library."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

VOID = {"meta", "link", "img", "input", "br", "hr", "path"}
UNSEEN = {"script", "style", "title"}
SPOKEN = ("alt", "title", "aria-label", "placeholder", "content")


@dataclass
class Page:
    """What was found; `texts` are what people read or hear, attributes included."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    lang: str = ""
    title: str = ""

    def all(self, *names: str) -> list[dict[str, str]]:
        """Return the attributes of every tag with one of these names."""
        return [attributes for name, attributes in self.tags if name in names]

    @property
    def text(self) -> str:
        """Return what is read, in one line."""
        return " ".join(" ".join(self.texts).split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if len(attributes) != len(attrs):
            self.page.faults.append(f"an attribute twice in <{tag}>")
        self.page.tags.append((tag, attributes))
        self.page.texts += [attributes[name] for name in SPOKEN if name in attributes and _is_spoken(tag, attributes)]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.page.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.page.faults.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "title":
            self.page.title += data
        if not (self.open and self.open[-1] in UNSEEN):
            self.page.texts.append(data)


def _is_spoken(tag: str, attributes: dict[str, str]) -> bool:
    """Say whether an attribute's words are in the page's language; the language switch speaks each in its own."""
    return (tag != "meta" or attributes.get("name") == "description") and "lang" not in attributes


def read(html: str) -> Page:
    """Return a page with every fault that was found in it."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    page = reader.page
    page.lang = next((attributes.get("lang", "") for attributes in page.all("html")), "")
    page.faults += [f"<{tag}> is never closed" for tag in reader.open]
    page.faults += [*_headings(page), *_labels(page), *_ids(page), *_risks(page)]
    if not page.title.strip(" ·").removesuffix("Deskhand").strip(" ·"):
        page.faults.append("no title")
    if not page.lang:
        page.faults.append("no language")
    return page


def _headings(page: Page) -> list[str]:
    levels = [int(tag[1]) for tag, _ in page.tags if tag in ("h1", "h2", "h3", "h4")]
    faults = [] if levels.count(1) == 1 else [f"{levels.count(1)} first headings"]
    if levels and levels[0] != 1:
        faults.append("does not begin with the first heading")
    return faults + [f"jumps from h{above} to h{below}" for above, below in pairwise(levels) if below > above + 1]


def _labels(page: Page) -> list[str]:
    labelled = {attributes["for"] for attributes in page.all("label") if "for" in attributes}
    faults = [
        f"no label for {attributes.get('name')}"
        for attributes in page.all("input", "select", "textarea")
        if attributes.get("type") != "hidden" and attributes.get("id") not in labelled
    ]
    faults += ["a picture without alt" for attributes in page.all("img") if "alt" not in attributes]
    faults += ["a table without caption"] * (len(page.all("table")) - len(page.all("caption")))
    return faults


def _ids(page: Page) -> list[str]:
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    faults = [f"id {each} twice" for each in set(ids) if ids.count(each) > 1]
    for _, attributes in page.tags:
        for name in ("for", "aria-describedby", "aria-labelledby"):
            faults += [f"{name} leads nowhere: {each}" for each in attributes.get(name, "").split() if each not in ids]
    return faults


def _signs_in(form: dict[str, str]) -> bool:
    return form.get("action", "").startswith("/sign-in/")


def _risks(page: Page) -> list[str]:
    """Return what our own Content-Security-Policy would block, and forms that post without a token."""
    faults = [f"<{tag}>" for tag, _ in page.tags if tag in ("style", "iframe", "object", "embed", "base")]
    faults += ["<script>" for script in page.all("script") if set(script) != {"src", "defer"}]
    for tag, attributes in page.tags:
        faults += [f"{name} in <{tag}>" for name in attributes if name.startswith("on") or name == "style"]
        faults += [
            f"loads {attributes[name]}"
            for name in ("src", "href")
            if tag in ("img", "link", "script") and name in attributes and not attributes[name].startswith("/static/")
        ]
    # Signing in is what one does without a session, and so without a token.
    posting = [form for form in page.all("form") if form.get("method") == "post" and not _signs_in(form)]
    tokens = [field for field in page.all("input") if field.get("name") == "csrf" and field.get("value")]
    return faults + ["a form posts without a token"] * (max(0, len(posting) - len(tokens)))
