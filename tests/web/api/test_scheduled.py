"""The hour at which a reply leaves, through the JSON API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app import clock
from app.models.grant import Grant
from app.models.mailbox import Mailbox
from tests.web.api.calls import good, ids_by_subject, listed, refused
from tests.web.browser import Browser

NINE = "2027-01-04T09:00:00"


@pytest.fixture
def at(mailbox: Mailbox) -> str:
    """Alice's mailbox in the API."""
    return f"/mailboxes/{mailbox.id}"


@pytest.fixture
async def draft_id(as_bob: Browser, granted: Grant, at: str) -> str:
    """What Bob has written, by our id."""
    message_id = (await ids_by_subject(as_bob, at))["Terrace in March?"]
    return (await good(as_bob, "POST", f"{at}/drafts", {"message_id": message_id, "text": "Yes."}))["id"]


async def test_an_hour_is_meant_where_the_wall_hangs(as_bob: Browser, draft_id: str, at: str) -> None:
    body = {"draft_id": draft_id, "wall_time": NINE, "zone": "America/Santiago"}
    send = await good(as_bob, "POST", f"{at}/scheduled", body)
    assert send["state"] == "prepared"
    assert datetime.fromisoformat(send["due_at"]) == datetime(2027, 1, 4, 12, tzinfo=UTC)
    assert (send["wall_time"], send["zone"], send["fold"]) == (NINE, "America/Santiago", 0)
    assert await listed(as_bob, f"{at}/scheduled") == [send]


async def test_the_second_of_two_equal_hours_can_be_meant(as_bob: Browser, draft_id: str, at: str) -> None:
    autumn = {"draft_id": draft_id, "wall_time": "2027-10-31T02:30:00", "zone": "Europe/Paris"}
    first = await good(as_bob, "POST", f"{at}/scheduled", autumn)
    second = await good(as_bob, "POST", f"{at}/scheduled", autumn | {"fold": 1})
    moments = [datetime.fromisoformat(send["due_at"]) for send in (first, second)]
    assert moments[1] - moments[0] == timedelta(hours=1)


async def test_the_same_hour_again_changes_nothing_and_keeps_the_approval(
    as_bob: Browser, as_alice: Browser, draft_id: str, at: str
) -> None:
    body = {"draft_id": draft_id, "wall_time": NINE, "zone": "UTC"}
    first = await good(as_bob, "POST", f"{at}/scheduled", body)
    sha256 = (await good(as_alice, "GET", f"{at}/drafts/{draft_id}"))["sha256"]
    await good(as_alice, "PUT", f"{at}/drafts/{draft_id}/approval", {"sha256": sha256})
    again = await good(as_bob, "POST", f"{at}/scheduled", body)
    assert again["id"] == first["id"]
    other = await good(as_bob, "POST", f"{at}/scheduled", body | {"wall_time": "2027-01-05T09:00:00"})
    assert other["id"] != first["id"]
    states = {send["id"]: send["state"] for send in await listed(as_bob, f"{at}/scheduled?ended=true")}
    assert states == {first["id"]: "cancelled"}


async def test_the_owners_own_hour_is_hers_though_her_assistant_has_asked_for_the_same(
    as_bob: Browser, as_alice: Browser, draft_id: str, at: str
) -> None:
    """By the assistant's it would wait for her yes."""
    body = {"draft_id": draft_id, "wall_time": NINE, "zone": "UTC"}
    hers = await good(as_bob, "POST", f"{at}/scheduled", body)
    own = await good(as_alice, "POST", f"{at}/scheduled", body)
    assert own["id"] != hers["id"]
    assert [send["id"] for send in await listed(as_alice, f"{at}/scheduled")] == [own["id"]]
    assert (await good(as_alice, "POST", f"{at}/scheduled", body))["id"] == own["id"]


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"now": True, "wall_time": NINE, "zone": "UTC"},
        {"now": True, "zone": "UTC"},
        {"wall_time": NINE},
        {"zone": "UTC"},
        {"wall_time": "2027-01-04T09:00:00Z", "zone": "UTC"},
        {"wall_time": "tomorrow", "zone": "UTC"},
        {"wall_time": NINE, "zone": "UTC", "fold": 2},
        {"wall_time": NINE, "zone": "UTC", "to": "x@y.example"},
    ],
    ids=str,
)
async def test_an_hour_that_says_nothing_or_two_things_is_refused(
    as_bob: Browser, draft_id: str, at: str, wrong: dict[str, object]
) -> None:
    assert await refused(as_bob, "POST", f"{at}/scheduled", {"draft_id": draft_id, **wrong}) == (422, "bad_request")


@pytest.mark.parametrize(
    ("wall_time", "zone"),
    [("2020-01-01T09:00:00", "UTC"), ("2040-01-01T09:00:00", "UTC"), (NINE, "Middle/Earth")],
)
async def test_an_hour_that_is_past_or_nowhere_is_refused(
    as_bob: Browser, draft_id: str, at: str, wall_time: str, zone: str
) -> None:
    body = {"draft_id": draft_id, "wall_time": wall_time, "zone": zone}
    assert await refused(as_bob, "POST", f"{at}/scheduled", body) == (400, "bad_request")
    assert await listed(as_bob, f"{at}/scheduled") == []


async def test_taken_back_is_taken_back_and_only_once(as_bob: Browser, draft_id: str, at: str) -> None:
    body = {"draft_id": draft_id, "wall_time": NINE, "zone": "UTC"}
    send = await good(as_bob, "POST", f"{at}/scheduled", body)
    assert (await good(as_bob, "DELETE", f"{at}/scheduled/{send['id']}"))["state"] == "cancelled"
    assert await refused(as_bob, "DELETE", f"{at}/scheduled/{send['id']}") == (409, "conflict")


async def test_the_owner_sees_and_stops_what_is_to_leave(
    as_bob: Browser, as_alice: Browser, draft_id: str, at: str
) -> None:
    body = {"draft_id": draft_id, "wall_time": NINE, "zone": "UTC"}
    send = await good(as_bob, "POST", f"{at}/scheduled", body)
    assert [each["id"] for each in await listed(as_alice, f"{at}/scheduled")] == [send["id"]]
    assert (await good(as_alice, "DELETE", f"{at}/scheduled/{send['id']}"))["state"] == "cancelled"


async def test_without_a_yes_it_is_held_and_says_why(as_bob: Browser, draft_id: str, at: str) -> None:
    held = await good(as_bob, "POST", f"{at}/scheduled", {"draft_id": draft_id, "now": True})
    assert (held["state"], held["reason"]) == ("held", "approval_missing")
    assert datetime.fromisoformat(held["due_at"]) <= clock.now()


async def test_no_scheduled_send_tells_an_id_of_the_providers(as_bob: Browser, draft_id: str, at: str) -> None:
    send = await good(as_bob, "POST", f"{at}/scheduled", {"draft_id": draft_id, "wall_time": NINE, "zone": "UTC"})
    assert set(send) == {
        *("id", "draft_id", "grant_id", "scheduled_by", "state", "reason", "wall_time", "zone", "fold"),
        *("due_at", "asked_at", "emergency", "ended_at"),
    }
