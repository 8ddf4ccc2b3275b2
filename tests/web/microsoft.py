"""Microsoft's pages as a person goes through them: the practice server's, by HTTP."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx2

from tests.web.browser import ORIGIN
from tests.web.google import Form


async def at_microsoft(client: httpx2.AsyncClient, url: str, account: str, *, answer: str = "allow") -> str:
    """Answer Microsoft's page as `account`; return the path and query with which the browser is sent back to us.

    Raises AssertionError where Microsoft's page sends nobody back.
    """
    form = Form((await client.get(url)).text)
    back = await client.post(url.partition("?")[0], data={**form.hidden, "account": account, "answer": answer})
    assert back.status_code == 302, back.text
    target = urlsplit(back.headers["location"])
    assert f"{target.scheme}://{target.netloc}" == ORIGIN
    return f"{target.path}?{target.query}"
