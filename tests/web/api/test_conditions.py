"""What binds a grant, through the JSON API: offered, agreed, tightened; and what cannot be asked for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app import clock
from app.models.grant import Grant
from app.models.mailbox import Mailbox
from tests.people import CLIENT, MOTHER
from tests.web.api.calls import good, ids_by_subject, listed, refused
from tests.web.browser import ORIGIN, Browser

OFFICE = {"zone": "America/Santiago", "spans": [{"day": 0, "begins": "09:00", "ends": "17:30"}]}


@pytest.fixture
def at(mailbox: Mailbox) -> str:
    """Alice's mailbox in the API."""
    return f"/mailboxes/{mailbox.id}"


def offer(**conditions: Any) -> dict[str, Any]:
    until = (clock.now() + timedelta(days=30)).isoformat()
    return {"scopes": ["mail.read", "label"], "until": until, "conditions": conditions}


async def test_V1_what_was_offered_with_conditions_is_what_is_granted_and_agreed(
    as_alice: Browser, as_bob: Browser, at: str
) -> None:
    wanted = offer(senders=["<CLIENT@Customer.example>"], changes_a_day=20)
    made = await good(as_alice, "POST", f"{at}/invitations", wanted)
    assert made["conditions"]["senders"] == [CLIENT]
    assert (await as_bob.post(f"{made['link'].removeprefix(ORIGIN)}/acceptance")).status_code == 303
    grant = await good(as_alice, "PUT", f"{at}/invitations/{made['id']}/confirmation")
    assert grant["conditions"] == made["conditions"]
    agreed = await listed(as_bob, f"{at}/grants/{grant['id']}/agreements")
    assert [each["conditions"] for each in agreed] == [grant["conditions"]] * 2
    assert list(await ids_by_subject(as_bob, at)) == ["Terrace in March?"]


async def test_V2_a_grant_is_tightened_over_the_api_and_never_loosened(
    as_alice: Browser, as_bob: Browser, at: str, granted: Grant
) -> None:
    path = f"{at}/grants/{granted.id}"
    tight = await good(as_alice, "PATCH", path, {"conditions": {"changes_a_day": 1}})
    assert (tight["version"], tight["conditions"]["changes_a_day"]) == (2, 1)
    assert await refused(as_alice, "PATCH", path, {"conditions": {}}) == (400, "bad_request")
    terrace = (await ids_by_subject(as_bob, at))["Terrace in March?"]
    await good(as_bob, "PATCH", f"{at}/messages/{terrace}/labels", {"add": ["One"], "remove": []})
    again = await refused(as_bob, "PATCH", f"{at}/messages/{terrace}/labels", {"add": ["Two"], "remove": []})
    assert again == (403, "cap_reached")
    await good(as_alice, "PATCH", path, {"conditions": {"changes_a_day": 1, "hours": OFFICE | {"spans": []}}})
    assert await refused(as_bob, "GET", f"{at}/messages") == (403, "outside_hours")


@pytest.mark.parametrize(
    "conditions",
    [
        {"senders": ["nobody"]},
        {"senders": [f"a{n}@x.example" for n in range(201)]},
        {"labels_in": [" padded "]},
        {"kinds": ["gossip"]},
        {"hours": OFFICE | {"zone": "Mars/Base"}},
        {"hours": {"zone": "UTC", "spans": [{"day": 7, "begins": "09:00", "ends": "10:00"}]}},
        {"hours": {"zone": "UTC", "spans": [{"day": 0, "begins": "10:00", "ends": "09:00"}]}},
        {"hours": {"zone": "UTC", "spans": [{"day": 0, "begins": "09:00+02:00", "ends": "10:00"}]}},
        {"changes_a_day": -1},
        {"recipients": "everybody"},
        {"teleport": True},
    ],
)
async def test_conditions_that_mean_nothing_are_refused_and_nothing_is_offered(
    as_alice: Browser, at: str, conditions: dict[str, Any]
) -> None:
    status, _code = await refused(as_alice, "POST", f"{at}/invitations", offer(**conditions))
    assert status in (400, 422)
    assert await listed(as_alice, f"{at}/invitations") == []


async def test_a_proposal_carries_its_conditions(as_bob: Browser) -> None:
    made = await good(as_bob, "POST", "/proposals", offer(kinds=["appointment"]))
    assert made["conditions"]["kinds"] == ["appointment"]
    (kept,) = await listed(as_bob, "/proposals")
    assert kept["conditions"] == made["conditions"]


async def test_V16_an_exception_is_marked_and_taken_back_over_the_api(as_alice: Browser, at: str) -> None:
    marked = await good(as_alice, "POST", f"{at}/senders", {"sender": MOTHER, "excepted": ["invitation", "invitation"]})
    assert (marked["private"], marked["excepted"]) == (True, ["invitation"])
    again = await good(as_alice, "POST", f"{at}/senders", {"sender": MOTHER})
    assert (again["id"], again["excepted"]) == (marked["id"], [])
    assert await refused(as_alice, "POST", f"{at}/senders", {"sender": MOTHER, "excepted": ["gossip"]}) == (
        422, "bad_request"
    )  # fmt: skip


async def test_the_preview_tries_conditions(as_alice: Browser, as_bob: Browser, at: str, granted: Grant) -> None:
    tried = await good(as_alice, "GET", f"{at}/preview?senders=@customer.example&kinds=invitation")
    assert (tried["seen"], tried["outside"]) == (0, 3)
    assert (await good(as_alice, "GET", f"{at}/preview?senders=@customer.example"))["seen"] == 1
    assert await refused(as_alice, "GET", f"{at}/preview?senders=nobody") == (400, "bad_request")
    assert await refused(as_bob, "GET", f"{at}/preview") == (403, "owner_only")
