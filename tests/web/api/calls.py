"""Short ways through the JSON API."""

from __future__ import annotations

from typing import Any

import httpx2

from tests.web.browser import Browser


async def good(browser: Browser, method: str, path: str, body: Any = None, **headers: str) -> Any:
    """Call and return what the answer holds; it has to be a good one."""
    answer = await browser.api(method, path, body, **headers)
    assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text}"
    return answer.json() if answer.content else None


async def listed(browser: Browser, path: str) -> list[Any]:
    """Return what a list holds, which has to fit into one part: a member named as the list is, beside its cursor."""
    part = await good(browser, "GET", path)
    assert part["cursor"] == ""
    return list(part[path.partition("?")[0].rpartition("/")[2].replace("-", "_")])


async def refused(browser: Browser, method: str, path: str, body: Any = None) -> tuple[int, str]:
    """Call and return status and code of the refusal, which has to be a problem of ours."""
    answer = await browser.api(method, path, body)
    assert answer.status_code >= 400, f"{method} {path}: {answer.status_code} {answer.text}"
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["detail"]
    assert problem["instance"] == f"urn:deskhand:request:{answer.headers['x-request-id']}"
    return answer.status_code, problem["code"]


async def ids_by_subject(browser: Browser, at: str, query: str = "") -> dict[str, str]:
    """Return our ids of a list's messages by subject."""
    listed = await good(browser, "GET", f"{at}/messages{query}")
    return {message["subject"]: message["id"] for message in listed["messages"]}


def problem_of(answer: httpx2.Response) -> str:
    """Return the stable code of a refusal."""
    return str(answer.json()["code"])
