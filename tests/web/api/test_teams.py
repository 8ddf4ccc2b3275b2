"""Teams over the API: the owner's side, the lead's side, and what neither gets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from app import clock
from app.actions.resources import Resources
from app.models.mailbox import Mailbox
from app.models.person import Person
from tests.people import make_grant
from tests.web.api.calls import good, listed, refused
from tests.web.browser import Browser


@pytest.fixture
async def access(as_alice: Browser, as_charlie: Browser, mailbox: Mailbox) -> str:
    """The id of the access that Charlie's team has at Alice's mailbox."""
    at, until = f"/mailboxes/{mailbox.id}/teams", str(clock.now() + timedelta(days=9))
    offer = {"scopes": ["label", "draft"], "until": until, "begin_after": 1}
    made = await good(as_alice, "POST", at, offer, **{"idempotency-key": "1"})
    assert await good(as_alice, "POST", at, offer, **{"idempotency-key": "1"}) == made
    token = made["link"].rpartition("/")[2]
    taken = await as_charlie.post(f"/invitations/{token}/team", {"name": "Green Desk"})
    assert taken.status_code == 303
    assert (await good(as_alice, "PUT", f"{at}/{made['id']}/confirmation"))["state"] == "confirmed"
    return str(made["id"])


async def accepted(as_bob: Browser, link: str) -> None:
    answer = await as_bob.post(f"/invitations/{link.rpartition('/')[2]}/acceptance")
    assert answer.status_code == 303


async def test_a_lead_names_lists_and_removes(
    as_alice: Browser, as_bob: Browser, as_charlie: Browser, mailbox: Mailbox, access: str
) -> None:
    (team,) = await listed(as_charlie, "/teams")
    assert (team["id"], team["name"], team["mailbox"]) == (access, "Green Desk", mailbox.address)
    body = {"members": [{"name": "Bob", "scopes": ["label"]}, {"name": "Sam"}]}
    named = await good(as_charlie, "POST", f"/teams/{access}/members", body, **{"idempotency-key": "2"})
    assert await good(as_charlie, "POST", f"/teams/{access}/members", body, **{"idempotency-key": "2"}) == named
    await accepted(as_bob, named["members"][0]["link"])
    seen = {each["name"]: each for each in await listed(as_charlie, f"/teams/{access}/members")}
    assert set(seen) == {"Bob", "Sam"}
    assert seen["Bob"]["person"]["email"] == "bob@practice.example"
    assert (seen["Bob"]["state"], seen["Bob"]["status"], seen["Bob"]["changes"]) == ("confirmed", "active", 0)
    (grant,) = await listed(as_alice, f"/mailboxes/{mailbox.id}/grants")
    assert grant["scopes"] == ["mail.list", "label"]
    gone = await good(as_charlie, "DELETE", f"/teams/{access}/members/{seen['Bob']['id']}")
    assert gone == {"in_flight": [], "done": True}
    assert await refused(as_bob, "GET", f"/mailboxes/{mailbox.id}/messages") == (404, "not_found")


@pytest.mark.parametrize(
    ("member", "status"),
    [
        ({"name": "Bob", "scopes": ["trash"]}, 403),
        ({"name": "Bob", "until": "2027-11-01T00:00:00Z"}, 403),
        ({"name": "Bob", "scopes": ["teleport"]}, 422),
        ({"name": "Bob", "needs_approval": "never"}, 422),
        ({"name": ""}, 400),
    ],
)
async def test_nobody_is_named_above_the_ceiling(
    as_charlie: Browser, access: str, member: dict[str, Any], status: int
) -> None:
    body = {"members": [{"name": "Sam"}, member]}
    assert (await refused(as_charlie, "POST", f"/teams/{access}/members", body))[0] == status
    assert await listed(as_charlie, f"/teams/{access}/members") == []


async def test_a_team_is_not_there_for_anybody_but_its_lead(
    as_alice: Browser, as_bob: Browser, as_charlie: Browser, mailbox: Mailbox, access: str
) -> None:
    for browser in (as_alice, as_bob):
        assert await listed(browser, "/teams") == []
        for path in (f"/teams/{access}", f"/teams/{access}/members", f"/teams/{uuid4()}"):
            assert await refused(browser, "GET", path) == (404, "not_found")
        body = {"members": [{"name": "Sam"}]}
        assert await refused(browser, "POST", f"/teams/{access}/members", body) == (404, "not_found")
    for path in ("", "/messages", "/grants", "/teams", "/review", "/audit", "/drafts"):
        assert await refused(as_charlie, "GET", f"/mailboxes/{mailbox.id}{path}") == (404, "not_found")
    assert await listed(as_charlie, "/mailboxes") == []


async def test_the_owner_narrows_and_ends_a_team(
    as_alice: Browser, as_bob: Browser, as_charlie: Browser, mailbox: Mailbox, access: str
) -> None:
    at = f"/mailboxes/{mailbox.id}/teams/{access}"
    named = await good(as_charlie, "POST", f"/teams/{access}/members", {"members": [{"name": "Bob"}]})
    await accepted(as_bob, named["members"][0]["link"])
    assert (await refused(as_alice, "PATCH", at, {"scopes": ["trash"]}))[0] == 400
    assert (await good(as_alice, "PATCH", at, {"scopes": ["label"]}))["scopes"] == ["mail.list", "label"]
    (grant,) = await listed(as_alice, f"/mailboxes/{mailbox.id}/grants")
    assert (grant["scopes"], grant["version"]) == (["mail.list", "label"], 2)
    ended = await good(as_alice, "DELETE", at)
    assert (ended["state"], ended["in_flight"], ended["done"]) == ("ended", [], True)
    (grant,) = await listed(as_alice, f"/mailboxes/{mailbox.id}/grants")
    assert grant["status"] == "revoked"
    assert (await good(as_charlie, "GET", f"/teams/{access}"))["state"] == "ended"


async def test_the_review_over_the_api(
    as_alice: Browser, as_bob: Browser, resources: Resources, mailbox: Mailbox, bob: Person
) -> None:
    at = f"/mailboxes/{mailbox.id}/review"
    grant = await make_grant(resources, mailbox, bob, scopes=("mail.list",))
    (before,) = await listed(as_alice, at)
    assert (before["last_used"], before["remark"], before["team"]) == (None, "", "")
    await good(as_bob, "GET", f"/mailboxes/{mailbox.id}/messages")
    (after,) = await listed(as_alice, at)
    assert after["last_used"] == str(clock.now().date())
    assert (await refused(as_alice, "POST", at, {"end": [str(grant.id)]}))[0] == 400
    assert await good(as_alice, "POST", at, {}) == {"ended": 0}
    for path in ("", "/table"):
        assert await refused(as_bob, "GET", f"{at}{path}") == (403, "owner_only")
