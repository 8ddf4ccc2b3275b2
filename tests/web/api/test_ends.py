"""Endings as the API tells them: stop, removal, private sender and undo, pressed twice, with a log that stays whole."""

from __future__ import annotations

from typing import Any

import pytest

from app.models.grant import Grant
from app.models.mailbox import Mailbox
from app.rules.chain import broken_in
from tests.actions.situations import TERRACE
from tests.web.api.calls import good, ids_by_subject, refused
from tests.web.browser import Browser


@pytest.fixture
def at(mailbox: Mailbox) -> str:
    """Alice's mailbox in the API."""
    return f"/mailboxes/{mailbox.id}"


async def whole(as_alice: Browser, at: str) -> int:
    """Take the log out as a file; return how many entries of it hang together, which has to be all."""
    exported: dict[str, Any] = await good(as_alice, "GET", f"{at}/audit/export?format=json")
    count, bad = broken_in(exported)
    assert bad is None
    assert count == len(exported["entries"])
    return count


async def test_a_stop_pressed_twice_is_there_once_and_goes_on_once(
    as_alice: Browser, as_bob: Browser, granted: Grant, at: str
) -> None:
    made = await good(as_alice, "POST", "/stops", {})
    assert (made["done"], made["still_paused"]) == (True, 1)
    assert await refused(as_alice, "POST", "/stops", {}) == (404, "not_found")
    assert (await refused(as_bob, "GET", f"{at}/messages"))[0] == 403
    assert (await refused(as_bob, "DELETE", f"/stops/{made['id']}"))[0] == 404
    for _ in range(2):
        assert (await good(as_alice, "DELETE", f"/stops/{made['id']}"))["still_paused"] == 0
    assert (await good(as_alice, "GET", f"{at}/grants/{granted.id}"))["version"] == 3
    assert TERRACE in await ids_by_subject(as_bob, at)
    assert await whole(as_alice, at) > 0
