"""Invitations, grants and proposals through the JSON API."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from app import clock
from app.access.identity import FRESH
from app.actions.resources import Resources
from app.models.grant import Grant, NeedsApproval
from app.models.mailbox import Mailbox
from app.models.person import Person
from tests.people import make_grant
from tests.web.api.calls import good, listed, refused
from tests.web.browser import ORIGIN, Browser


@pytest.fixture
def at(mailbox: Mailbox) -> str:
    """Alice's mailbox in the API."""
    return f"/mailboxes/{mailbox.id}"


def soon(days: int = 30) -> str:
    return (clock.now() + timedelta(days=days)).isoformat()


async def test_an_invitation_is_made_accepted_confirmed_and_agreed(
    *, as_alice: Browser, as_bob: Browser, bob: Person, alice: Person, at: str, resources: Resources
) -> None:
    offer = {"scopes": ["draft", "label"], "until": soon()}
    made = await good(as_alice, "POST", f"{at}/invitations", offer)
    assert made["scopes"] == ["mail.list", "mail.read", "label", "draft"]  # with what they imply, in the table's order
    assert made["link"].startswith(f"{ORIGIN}/invitations/i")
    (open_one,) = await listed(as_alice, f"{at}/invitations")
    assert "link" not in open_one  # shown once
    path = made["link"].removeprefix(ORIGIN)
    assert (await as_bob.post(f"{path}/acceptance")).status_code == 303
    assert await refused(as_bob, "GET", at) == (404, "not_found")  # nothing before the owner's word
    (waiting,) = await listed(as_alice, f"{at}/invitations")
    assert waiting["accepted_by"] == {"id": str(bob.id), "name": bob.name, "email": bob.email}
    assert waiting["accepted_with"] == bob.issuer
    grant = await good(as_alice, "PUT", f"{at}/invitations/{made['id']}/confirmation")
    assert grant["assistant"]["id"] == str(bob.id)
    assert (grant["status"], grant["version"], grant["needs_approval"]) == ("active", 1, "always")
    assert (await good(as_bob, "GET", at))["part"] == "assistant"
    for reader in (as_alice, as_bob):
        agreed = await listed(reader, f"{at}/grants/{grant['id']}/agreements")
        assert {each["role"]: each["person_id"] for each in agreed} == {
            "owner": str(alice.id), "assistant": str(bob.id)
        }  # fmt: skip
        assert all(each["sentences"] and each["text_version"] for each in agreed)
    assert await refused(as_alice, "PUT", f"{at}/invitations/{made['id']}/confirmation") == (409, "conflict")


async def test_a_link_works_once_and_for_nobody_else_then(
    as_alice: Browser, as_bob: Browser, as_charlie: Browser, at: str
) -> None:
    made = await good(as_alice, "POST", f"{at}/invitations", {"scopes": ["mail.list"], "until": soon()})
    path = made["link"].removeprefix(ORIGIN)
    assert (await as_bob.post(f"{path}/acceptance")).status_code == 303
    assert (await as_bob.post(f"{path}/acceptance")).status_code == 303  # pressed twice, done once
    assert (await as_charlie.post(f"{path}/acceptance")).status_code == 404
    assert (await as_charlie.get(path)).status_code == 404


async def test_the_owner_cannot_accept_her_own_invitation(as_alice: Browser, at: str) -> None:
    made = await good(as_alice, "POST", f"{at}/invitations", {"scopes": ["mail.list"], "until": soon()})
    path = made["link"].removeprefix(ORIGIN)
    assert (await as_alice.post(f"{path}/acceptance")).status_code == 400


async def test_withdrawn_is_over(as_alice: Browser, as_bob: Browser, at: str) -> None:
    made = await good(as_alice, "POST", f"{at}/invitations", {"scopes": ["mail.list"], "until": soon()})
    await good(as_alice, "DELETE", f"{at}/invitations/{made['id']}")
    assert await listed(as_alice, f"{at}/invitations") == []
    assert (await as_bob.get(made["link"].removeprefix(ORIGIN))).status_code == 404
    assert await refused(as_alice, "DELETE", f"{at}/invitations/{made['id']}") == (409, "conflict")


async def test_a_link_is_over_after_a_week(as_alice: Browser, as_bob: Browser, bob: Person, at: str) -> None:
    made = await good(as_alice, "POST", f"{at}/invitations", {"scopes": ["mail.list"], "until": soon()})
    clock.move(timedelta(days=6, hours=23))
    await as_bob.sign_in(bob)
    path = made["link"].removeprefix(ORIGIN)
    assert (await as_bob.get(path)).status_code == 200
    clock.move(timedelta(hours=2))
    assert (await as_bob.get(path)).status_code == 404
    assert (await as_bob.post(f"{path}/acceptance")).status_code == 404


@pytest.mark.parametrize(
    ("offer", "status"),
    [
        ({"scopes": [], "until": "2027-01-01T00:00:00Z"}, 422),
        ({"scopes": ["everything"], "until": "2027-01-01T00:00:00Z"}, 422),
        ({"scopes": ["mail.read"], "until": "2027-01-01T00:00:00"}, 422),
        ({"scopes": ["mail.read"], "until": "2027-01-01T00:00:00Z", "role": "admin"}, 422),
        ({"scopes": ["mail.read"], "until": "2027-01-01T00:00:00Z", "needs_approval": "sometimes"}, 422),
        ({"scopes": ["mail.read"], "until": "2020-01-01T00:00:00Z"}, 400),
        ({"scopes": ["mail.read"], "until": "2036-01-01T00:00:00Z"}, 400),
        ({"scopes": ["compose.new"], "until": "2027-01-01T00:00:00Z"}, 400),  # not offered yet
    ],
    ids=str,
)
async def test_what_cannot_be_offered_is_not(as_alice: Browser, at: str, offer: dict[str, object], status: int) -> None:
    assert await refused(as_alice, "POST", f"{at}/invitations", offer) == (status, "bad_request")
    assert await listed(as_alice, f"{at}/invitations") == []


OWNERS = [
    ("GET", "/invitations", None),
    ("POST", "/invitations", {"scopes": ["mail.list"], "until": "2027-01-01T00:00:00Z"}),
    ("GET", "/senders", None),
    ("POST", "/senders", {"sender": "a@b.example"}),
    ("GET", "/preview", None),
    ("GET", "/audit/verification", None),
    ("GET", "/audit/export", None),
    ("PATCH", "", {"zone": "UTC"}),
    ("DELETE", "", None),
    ("PATCH", "/grants/{grant}", {"scopes": ["mail.list"]}),
    ("PUT", "/grants/{grant}/status", {"status": "paused"}),
    ("DELETE", "/grants/{grant}", None),
]


@pytest.mark.parametrize(("method", "rest", "body"), OWNERS, ids=lambda each: str(each)[:40])
async def test_what_is_the_owners_alone_is_refused_to_an_assistant(
    *, as_bob: Browser, granted: Grant, at: str, method: str, rest: str, body: dict[str, object] | None
) -> None:
    """Never delegable: grants, sender rules, the private list, approvals, the log, disconnecting."""
    path = f"{at}{rest}".replace("{grant}", str(granted.id))
    assert await refused(as_bob, method, path, body) == (403, "owner_only")


async def test_an_assistant_sees_her_own_grant_and_no_other(
    *, as_bob: Browser, granted: Grant, at: str, resources: Resources, mailbox: Mailbox, charlie: Person
) -> None:
    other = await make_grant(resources, mailbox, charlie)
    assert [each["id"] for each in await listed(as_bob, f"{at}/grants")] == [str(granted.id)]
    assert await refused(as_bob, "GET", f"{at}/grants/{other.id}") == (404, "not_found")


async def test_a_grant_is_narrowed_and_never_widened(as_alice: Browser, granted: Grant, at: str) -> None:
    path = f"{at}/grants/{granted.id}"
    less = await good(as_alice, "PATCH", path, {"scopes": ["mail.read"], "until": soon(3)})
    assert (less["scopes"], less["version"]) == (["mail.list", "mail.read"], 2)
    assert datetime.fromisoformat(less["expires_at"]) < granted.expires_at
    for more in ({"scopes": ["draft"]}, {"until": soon(10)}, {"needs_approval": "never"}):
        assert await refused(as_alice, "PATCH", path, more) == (400, "bad_request")


async def test_approval_can_be_asked_for_from_now_on(
    as_alice: Browser, at: str, resources: Resources, mailbox: Mailbox, bob: Person
) -> None:
    free = await make_grant(resources, mailbox, bob, scopes=("reply.free",), needs_approval=NeedsApproval.NEVER)
    after = await good(as_alice, "PATCH", f"{at}/grants/{free.id}", {"needs_approval": "always"})
    assert (after["needs_approval"], after["scopes"]) == ("always", list(free.scopes))


async def test_paused_resumed_revoked(as_alice: Browser, as_bob: Browser, granted: Grant, at: str) -> None:
    path = f"{at}/grants/{granted.id}"
    assert (await good(as_alice, "PUT", f"{path}/status", {"status": "paused"}))["status"] == "paused"
    assert await refused(as_bob, "GET", f"{at}/messages") == (403, "grant_paused")
    assert (await good(as_alice, "PUT", f"{path}/status", {"status": "active"}))["status"] == "active"
    await good(as_bob, "GET", f"{at}/messages")
    ended = await good(as_alice, "DELETE", path)
    assert (ended["status"], ended["done"], ended["in_flight"]) == ("revoked", True, [])
    assert await refused(as_bob, "GET", f"{at}/messages") == (404, "not_found")
    again = await good(as_alice, "DELETE", path)
    assert again["version"] == ended["version"]  # a second revocation changes nothing
    assert await refused(as_alice, "PUT", f"{path}/status", {"status": "active"}) == (409, "conflict")


async def test_stopping_needs_no_fresh_sign_in_going_on_does(as_alice: Browser, granted: Grant, at: str) -> None:
    clock.move(FRESH)
    path = f"{at}/grants/{granted.id}"
    await good(as_alice, "PUT", f"{path}/status", {"status": "paused"})
    assert await refused(as_alice, "PUT", f"{path}/status", {"status": "active"}) == (401, "sign_in_again")
    offer = {"scopes": ["mail.list"], "until": soon()}
    assert await refused(as_alice, "POST", f"{at}/invitations", offer) == (401, "sign_in_again")
    assert await refused(as_alice, "DELETE", at) == (401, "sign_in_again")
    await good(as_alice, "DELETE", path)


async def test_a_proposal_is_prepared_and_its_link_shown_once(as_bob: Browser, stranger: Browser) -> None:
    wanted = {"scopes": ["draft"], "until": soon(), "message": "I could take your drafts off you."}
    made = await good(as_bob, "POST", "/proposals", wanted)
    assert made["link"].startswith(f"{ORIGIN}/invitations/p")
    (only,) = await listed(as_bob, "/proposals")
    assert "link" not in only
    assert only["message"] == wanted["message"]
    page = await stranger.get(made["link"].removeprefix(ORIGIN))
    assert "I could take your drafts off you." in page.text


async def test_a_proposal_that_is_a_book_is_refused(as_bob: Browser) -> None:
    wanted = {"scopes": ["draft"], "until": soon(), "message": "x" * 2001}
    assert await refused(as_bob, "POST", "/proposals", wanted) == (422, "bad_request")
