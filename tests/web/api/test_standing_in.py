"""Substitutes, hand-over notes, a lead's review, and long lists of stops and removals, over the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from app import clock
from app.actions.resources import Resources
from app.models.mailbox import Mailbox
from app.models.person import Person
from tests.people import make_grant, make_person
from tests.web.api.calls import good, listed, refused
from tests.web.api.test_teams import accepted, access
from tests.web.browser import Browser

__all__ = ["access"]
NOTES = {"text": "Clara waits for an offer."}


@pytest.fixture
async def bob_at(as_charlie: Browser, as_bob: Browser, charlie: Person, access: str) -> str:
    """Where Bob stands in the lead's API, as a member who has begun."""
    named = await good(as_charlie, "POST", f"/teams/{access}/members", {"members": [{"name": "Bob"}]})
    await accepted(as_bob, named["members"][0]["link"])
    clock.move(timedelta(hours=2))
    await as_charlie.sign_in(charlie)
    return f"/teams/{access}/members/{named['members'][0]['id']}"


def until(days: int) -> str:
    return str(clock.now() + timedelta(days=days))


async def test_a_substitute_is_named_once_and_shown_the_notes(
    *, as_alice: Browser, as_bob: Browser, as_charlie: Browser, mailbox: Mailbox, bob_at: str
) -> None:
    at = f"/mailboxes/{mailbox.id}"
    assert await good(as_bob, "PUT", f"{at}/handover", NOTES) == NOTES
    assert await good(as_bob, "GET", f"{at}/handover") == NOTES
    assert await good(as_charlie, "PUT", f"{bob_at}/handover", {"text": "Blue folder."}) == {"text": "Blue folder."}
    assert await good(as_charlie, "GET", f"{bob_at}/handover") == {"text": "Blue folder."}
    body = {"name": "Dora", "until": until(5), "begins_at": until(2)}
    made = await good(as_charlie, "POST", f"{bob_at}/substitutes", body, **{"idempotency-key": "1"})
    assert await good(as_charlie, "POST", f"{bob_at}/substitutes", body, **{"idempotency-key": "1"}) == made
    assert (made["name"], made["state"]) == ("Dora", "open")
    assert made["scopes"] == ["mail.list", "mail.read", "label", "draft"]
    (offered,) = await listed(as_alice, f"{at}/invitations")
    assert (offered["name"], offered["stands_in_id"]) == ("Dora", bob_at.rpartition("/")[2])
    assert {each["text"] for each in await listed(as_alice, f"{at}/handovers")} == {NOTES["text"], "Blue folder."}
    (own,) = await listed(as_bob, f"{at}/handovers")
    assert (own["author"]["email"], own["assistant"]["email"]) == ("bob@practice.example",) * 2
    for browser in (as_alice, as_charlie):
        assert (await refused(browser, "PUT", f"{at}/handover", NOTES))[0] == 404
    assert (await refused(as_charlie, "GET", f"{at}/handovers"))[0] == 404


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"until": "2027-11-01T00:00:00Z"}, 403),
        ({"until": "2020-11-01T00:00:00Z"}, 400),
        ({"begins_at": "2030-11-01T00:00:00Z"}, 400),
        ({"scopes": ["trash"]}, 422),
        ({"needs_approval": "never"}, 422),
        ({"until": "2027-01-01T00:00:00"}, 422),
        ({"name": "\x07"}, 400),
        ({"mail_to": "dora@desk.example"}, 400),
    ],
)
async def test_nobody_stands_in_with_more_or_longer_than_the_owner_allows(
    as_charlie: Browser, access: str, bob_at: str, change: dict[str, Any], status: int
) -> None:
    body = {"name": "Dora", "until": until(3)} | change
    assert (await refused(as_charlie, "POST", f"{bob_at}/substitutes", body))[0] == status
    assert [each["name"] for each in await listed(as_charlie, f"/teams/{access}/members")] == ["Bob"]


async def test_anothers_member_is_a_member_of_nothing(
    *, as_alice: Browser, as_bob: Browser, as_charlie: Browser, alice: Person, bob: Person, access: str, bob_at: str
) -> None:
    await as_alice.sign_in(alice)
    await as_bob.sign_in(bob)
    body = {"name": "Dora", "until": until(3)}
    for browser, path in ((as_bob, bob_at), (as_alice, bob_at), (as_charlie, f"/teams/{access}/members/{uuid4()}")):
        for method, rest, sent in (("GET", "", None), ("PUT", "", NOTES), ("POST", "s", body)):
            end = "substitutes" if rest else "handover"
            assert await refused(browser, method, f"{path}/{end}", sent) == (404, "not_found")


async def test_a_leads_review_is_hers_alone_and_paged(
    *, as_alice: Browser, as_bob: Browser, as_charlie: Browser, mailbox: Mailbox, access: str, bob_at: str
) -> None:
    (row,) = await listed(as_charlie, "/teams/review")
    assert (row["mailbox"], row["access_id"], row["team"]) == (mailbox.address, access, "Green Desk")
    assert (row["assistant"]["email"], row["remark"], row["last_used"]) == ("bob@practice.example", "expiring", None)
    await good(as_bob, "GET", f"/mailboxes/{mailbox.id}/messages")
    (used,) = await listed(as_charlie, "/teams/review")
    assert used["last_used"] == str(clock.now().date())
    assert await listed(as_alice, "/teams/review") == await listed(as_bob, "/teams/review") == []
    assert (await refused(as_charlie, "POST", "/teams/review", {"end": [row["id"]]}))[0] == 400
    assert (await refused(as_alice, "POST", "/teams/review", {"end": [row["id"]]}))[0] == 400
    assert await good(as_charlie, "POST", "/teams/review", {}) == {"ended": 0}
    entries = (await good(as_alice, "GET", f"/mailboxes/{mailbox.id}/audit"))["entries"]
    assert ("review", "lead") in {(each["action"], each["actor_kind"]) for each in entries}


async def parts(browser: Browser, path: str, size: int) -> list[list[Any]]:
    """Return a list in parts of a size."""
    found: list[list[Any]] = []
    cursor = ""
    while not found or (cursor and len(found) < 9):  # one that never ends shows as one part too many
        part = await good(browser, "GET", f"/{path}?size={size}&cursor={cursor}")
        found.append(part[path])
        cursor = part["cursor"]
    return found


async def test_stops_and_removals_come_in_parts_without_a_gap_or_a_repetition(
    *, as_alice: Browser, as_bob: Browser, resources: Resources, mailbox: Mailbox, bob: Person
) -> None:
    at, stops, removals = f"/mailboxes/{mailbox.id}", [], []
    assert await parts(as_alice, "stops", 2) == [[]]
    for number in range(3):
        person = bob if number == 0 else await make_person(resources, f"a{number}@practice.example", f"A{number}")
        grant = await make_grant(resources, mailbox, person)
        stops.append((await good(as_alice, "POST", "/stops", {}))["id"])
        if number == 1:
            await good(as_alice, "DELETE", f"{at}/grants/{grant.id}")
            removals.append(str(grant.id))
        else:
            removals.append((await good(as_alice, "POST", "/removals", {"assistant_id": str(person.id)}))["id"])
    for path, made in (("stops", stops), ("removals", removals)):
        for size in (1, 2, 3):
            seen = await parts(as_alice, path, size)
            assert [len(each) for each in seen] == [size] * (3 // size) + ([3 % size] if 3 % size else [])
            assert [each["id"] for part in seen for each in part] == made[::-1]
        whole = await listed(as_alice, f"/{path}")
        assert [await good(as_alice, "GET", f"/{path}/{each['id']}") for each in whole] == whole
        assert await listed(as_bob, f"/{path}") == []
        cursor = (await good(as_alice, "GET", f"/{path}?size=1"))["cursor"]
        other = "removals" if path == "stops" else "stops"
        for browser, wrong in ((as_bob, path), (as_alice, other)):
            assert (await refused(browser, "GET", f"/{wrong}?cursor={cursor}"))[0] == 400
        assert (await refused(as_alice, "GET", f"/{path}?size=0"))[0] == 422
