"""Google's pages as a person goes through them: the practice server's, by HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from html.parser import HTMLParser
from urllib.parse import urlsplit

import httpx2

from tests.web.browser import ORIGIN


class Form(HTMLParser):
    """The hidden fields of the consent page, and what can be ticked on it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.ticks: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "input" and given.get("type") == "hidden":
            self.hidden[given["name"]] = given["value"]
        if tag == "input" and given.get("type") == "checkbox":
            self.ticks.append(given["value"])


async def at_google(
    google: httpx2.AsyncClient, url: str, account: str, *, ticked: Sequence[str] | None = None, answer: str = "allow"
) -> str:
    """Answer Google's page as `account`, with every permission ticked unless `ticked` names some.

    Returns the path and query with which the browser is sent back to us.
    """
    form = Form((await google.get(url)).text)
    fields = {**form.hidden, "account": account, "allow": form.ticks if ticked is None else list(ticked)}
    back = await google.post(url.partition("?")[0], data={**fields, "answer": answer})
    assert back.status_code == 302, back.text
    target = urlsplit(back.headers["location"])
    assert f"{target.scheme}://{target.netloc}" == ORIGIN
    return f"{target.path}?{target.query}"
