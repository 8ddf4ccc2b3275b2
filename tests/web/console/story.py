"""Ways through the console, as people take them: read a page, press what stands on it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import httpx2

from tests.web.browser import ORIGIN, Browser, text_of


@dataclass
class Form:
    """One form of a page: where it goes, its fields with their values, its buttons by their text.

    `elsewhere` are the buttons that send the form to another address.
    """

    action: str = ""
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)
    elsewhere: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._button: tuple[str, str] | None = None
        self._goes = ""
        self._text = ""
        self._area = ""
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", "")))
        elif not self.forms:
            return
        elif tag == "input" and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
            if "name" in given:
                self.forms[-1].fields.append((given["name"], given.get("value", "")))
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and self._select and "selected" in given:
            self.forms[-1].fields.append((self._select, given.get("value", "")))
        elif tag == "textarea":
            self._area, self._text = given.get("name", ""), ""
        elif tag == "button":
            self._button, self._text = (given.get("name", ""), given.get("value", "")), ""
            self._goes = given.get("formaction", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area:
            self.forms[-1].fields.append((self._area, self._text.removeprefix("\n")))
            self._area = ""
        elif tag == "button" and self._button is not None and self.forms:
            text = " ".join(self._text.split())
            self.forms[-1].buttons[text] = self._button
            if self._goes:
                self.forms[-1].elsewhere[text] = self._goes
            self._button = None
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area or self._button is not None:
            self._text += data


def forms_of(page: httpx2.Response) -> list[Form]:
    """Return the forms of a page."""
    return _Forms(page.text).forms


def buttons_of(page: httpx2.Response) -> set[str]:
    """Return what can be pressed on a page, the head's own left out."""
    return {text for form in forms_of(page) for text in form.buttons} - {"Sign out"}


async def press(browser: Browser, page: httpx2.Response, button: str, **changes: Any) -> httpx2.Response:
    """Press a button of a page, with some fields changed (a list stands for several), and return the answer."""
    matching = [form for form in forms_of(page) if button in form.buttons]
    assert len(matching) == 1, f"{len(matching)} buttons {button!r} among {buttons_of(page)}"
    return await _send(browser, matching[0], button, changes)


async def submit(browser: Browser, page: httpx2.Response, action: str, **changes: Any) -> httpx2.Response:
    """Send the form of a page whose address ends with `action`, by its first button, in whatever language."""
    (form,) = [form for form in forms_of(page) if form.action.endswith(action)]
    return await _send(browser, form, next(iter(form.buttons)), changes)


async def _send(browser: Browser, form: Form, button: str, changes: dict[str, Any]) -> httpx2.Response:
    data: dict[str, Any] = {}
    for name, value in form.fields:
        data.setdefault(name, []).append(value)
    data |= {name: value if isinstance(value, list) else [str(value)] for name, value in changes.items()}
    name, value = form.buttons[button]
    if name:
        data[name] = [value]
    return await browser.http.post(form.elsewhere.get(button, form.action), data=data, headers={"origin": ORIGIN})


async def pressed(browser: Browser, page: httpx2.Response, button: str, **changes: Any) -> httpx2.Response:
    """Press a button and return the page it leads to."""
    answer = await press(browser, page, button, **changes)
    assert answer.status_code == 303, text_of(answer)
    return await opened(browser, answer.headers["location"])


async def opened(browser: Browser, path: str, **parameters: str) -> httpx2.Response:
    """Open a page; it has to be there."""
    page = await browser.get(path, **parameters)
    assert page.status_code == 200, f"{path}: {page.status_code} {text_of(page)}"
    return page


def link_to(page: httpx2.Response, part: str) -> str:
    """Return the address of the first link of a page that contains `part`."""
    found = re.search(rf'href="([^"]*{re.escape(part)}[^"]*)"', page.text)
    assert found, f"no link with {part!r}"
    return found[1].replace("&amp;", "&")


def link_once(page: httpx2.Response) -> str:
    """Return the link that a page shows this once, as a path."""
    found = re.search(rf'value="{ORIGIN}(/invitations/[^"]+)"', page.text)
    assert found, text_of(page)
    return found[1]
