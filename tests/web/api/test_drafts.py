"""Drafts and approvals through the JSON API: Bob writes, Alice says yes to exactly one text."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.actions.resources import Resources
from app.models.grant import Grant
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.sandbox.sandbox import Sandbox
from tests.people import ALICE, CLIENT, make_grant
from tests.web.api.calls import good, ids_by_subject, listed, refused
from tests.web.browser import Browser

TEXT = "Yes, we start in March."
CLIENTS = "Terrace in March?"


@pytest.fixture
def at(mailbox: Mailbox) -> str:
    """Alice's mailbox in the API."""
    return f"/mailboxes/{mailbox.id}"


@pytest.fixture
async def message_id(as_bob: Browser, granted: Grant, at: str) -> str:
    """The client's question, by our id."""
    return (await ids_by_subject(as_bob, at))[CLIENTS]


@pytest.fixture
async def draft(as_bob: Browser, at: str, message_id: str) -> dict:
    """What Bob has written."""
    return await good(as_bob, "POST", f"{at}/drafts", {"message_id": message_id, "text": TEXT})


async def test_a_draft_goes_to_whoever_wrote_and_stands_in_the_owners_mailbox(
    draft: dict, sandbox: Sandbox, as_alice: Browser, at: str
) -> None:
    assert draft["to"] == [{"email": CLIENT, "name": ""}] or draft["to"][0]["email"] == CLIENT
    assert draft["authors"][0]["email"] == ALICE[0]
    assert draft["text"].strip() == TEXT
    assert draft["state"] == "open"
    assert len(sandbox.mailbox(ALICE[0]).drafts) == 1
    seen_by_owner = await good(as_alice, "GET", f"{at}/drafts/{draft['id']}")
    assert seen_by_owner["sha256"] == draft["sha256"]


RECIPIENTS = ["to", "cc", "bcc", "from", "reply_to", "recipients", "authors", "attachments", "subject", "headers"]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(extra=st.dictionaries(st.sampled_from(RECIPIENTS), st.text(max_size=30), min_size=1, max_size=3))
async def test_no_field_of_a_draft_says_to_whom(
    as_bob: Browser, message_id: str, at: str, sandbox: Sandbox, extra: dict[str, str]
) -> None:
    """Threat 3: whatever a program adds, nothing is written."""
    body = {"message_id": message_id, "text": TEXT, **extra}
    assert await refused(as_bob, "POST", f"{at}/drafts", body) == (422, "bad_request")
    assert sandbox.mailbox(ALICE[0]).drafts == {}


@pytest.mark.parametrize("text", ["", "   \n", "\t"])
async def test_an_empty_letter_is_not_written(
    as_bob: Browser, message_id: str, at: str, text: str, sandbox: Sandbox
) -> None:
    body = {"message_id": message_id, "text": text}
    assert await refused(as_bob, "POST", f"{at}/drafts", body) == (400, "bad_request")
    assert sandbox.mailbox(ALICE[0]).drafts == {}


async def test_an_answer_to_nothing_is_not_written(as_bob: Browser, granted: Grant, at: str) -> None:
    body = {"message_id": str(uuid4()), "text": TEXT}
    assert await refused(as_bob, "POST", f"{at}/drafts", body) == (404, "not_found")


async def test_the_same_call_with_the_same_key_writes_one_draft(
    as_bob: Browser, message_id: str, at: str, sandbox: Sandbox
) -> None:
    body = {"message_id": message_id, "text": TEXT}
    made = [await good(as_bob, "POST", f"{at}/drafts", body, **{"idempotency-key": "k1"}) for _ in range(3)]
    assert len({each["id"] for each in made}) == 1
    assert len(sandbox.mailbox(ALICE[0]).drafts) == 1
    other = await good(as_bob, "POST", f"{at}/drafts", body, **{"idempotency-key": "k2"})
    assert other["id"] != made[0]["id"]


async def test_calls_with_one_key_at_once_write_one_draft(
    as_bob: Browser, message_id: str, at: str, sandbox: Sandbox
) -> None:
    body = {"message_id": message_id, "text": TEXT}
    calls = [as_bob.api("POST", f"{at}/drafts", body, **{"idempotency-key": "at once"}) for _ in range(4)]
    answers = await asyncio.gather(*calls)
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1
    assert len(sandbox.mailbox(ALICE[0]).drafts) == 1


async def test_a_key_is_ones_own(
    *, as_bob: Browser, as_alice: Browser, message_id: str, at: str, sandbox: Sandbox
) -> None:
    body = {"message_id": message_id, "text": TEXT}
    bobs = await good(as_bob, "POST", f"{at}/drafts", body, **{"idempotency-key": "k"})
    alices = await good(as_alice, "POST", f"{at}/drafts", body, **{"idempotency-key": "k"})
    assert bobs["id"] != alices["id"]
    assert alices["grant_id"] is None


async def test_other_words_keep_the_recipient_and_void_the_approval(
    as_bob: Browser, as_alice: Browser, draft: dict, at: str
) -> None:
    await good(as_alice, "PUT", f"{at}/drafts/{draft['id']}/approval", {"sha256": draft["sha256"]})
    changed = await good(as_bob, "PATCH", f"{at}/drafts/{draft['id']}", {"text": "Yes, in April."})
    assert changed["to"] == draft["to"]
    assert changed["sha256"] != draft["sha256"]
    held = await good(as_bob, "POST", f"{at}/scheduled", {"draft_id": draft["id"], "now": True})
    assert (held["state"], held["reason"]) == ("held", "approval_missing")


async def test_the_same_words_void_no_approval(as_bob: Browser, as_alice: Browser, draft: dict, at: str) -> None:
    await good(as_alice, "PUT", f"{at}/drafts/{draft['id']}/approval", {"sha256": draft["sha256"]})
    same = await good(as_bob, "PATCH", f"{at}/drafts/{draft['id']}", {"text": draft["text"]})
    assert (same["sha256"], same["updated_at"]) == (draft["sha256"], draft["updated_at"])
    sent = await good(as_bob, "POST", f"{at}/scheduled", {"draft_id": draft["id"], "now": True})
    assert sent["state"] == "sent"


async def test_an_approved_text_leaves_once(
    as_bob: Browser, as_alice: Browser, draft: dict, at: str, sandbox: Sandbox
) -> None:
    given_yes = await good(as_alice, "PUT", f"{at}/drafts/{draft['id']}/approval", {"sha256": draft["sha256"]})
    assert (given_yes["sha256"], given_yes["due_at"]) == (draft["sha256"], None)
    sent = await good(as_bob, "POST", f"{at}/scheduled", {"draft_id": draft["id"], "now": True})
    assert sent["state"] == "sent"
    assert len(sandbox.left) == 1
    assert await refused(as_bob, "POST", f"{at}/scheduled", {"draft_id": draft["id"], "now": True}) == (409, "conflict")
    assert len(sandbox.left) == 1


async def test_send_now_repeated_with_its_key_tells_how_it_ended(
    as_bob: Browser, as_alice: Browser, draft: dict, at: str, sandbox: Sandbox
) -> None:
    await good(as_alice, "PUT", f"{at}/drafts/{draft['id']}/approval", {"sha256": draft["sha256"]})
    body = {"draft_id": draft["id"], "now": True}
    told = [await good(as_bob, "POST", f"{at}/scheduled", body, **{"idempotency-key": "now"}) for _ in range(3)]
    assert {(each["id"], each["state"]) for each in told} == {(told[0]["id"], "sent")}
    assert len(sandbox.left) == 1


async def test_an_approval_names_the_text_that_was_read(as_alice: Browser, draft: dict, at: str) -> None:
    other = draft["sha256"][:-1] + ("0" if draft["sha256"][-1] != "0" else "1")
    assert await refused(as_alice, "PUT", f"{at}/drafts/{draft['id']}/approval", {"sha256": other}) == (409, "conflict")
    for wrong in ("", "xyz", draft["sha256"][:-2], draft["sha256"] + "00"):
        assert await refused(as_alice, "PUT", f"{at}/drafts/{draft['id']}/approval", {"sha256": wrong}) == (
            422,
            "bad_request",
        )


async def test_bob_cannot_say_yes_to_his_own_words(as_bob: Browser, draft: dict, at: str) -> None:
    for method, body in (("PUT", {"sha256": draft["sha256"]}), ("DELETE", None)):
        assert await refused(as_bob, method, f"{at}/drafts/{draft['id']}/approval", body) == (403, "owner_only")


async def test_declined_is_cancelled_and_the_draft_stays(
    as_bob: Browser, as_alice: Browser, draft: dict, at: str, sandbox: Sandbox
) -> None:
    hour = {"draft_id": draft["id"], "wall_time": "2027-01-04T09:00:00", "zone": "UTC"}
    send = await good(as_bob, "POST", f"{at}/scheduled", hour)
    await good(as_alice, "DELETE", f"{at}/drafts/{draft['id']}/approval")
    after = await good(as_bob, "GET", f"{at}/scheduled/{send['id']}")
    assert (after["state"], after["reason"]) == ("cancelled", "declined")
    assert len(sandbox.mailbox(ALICE[0]).drafts) == 1


async def test_a_draft_thrown_away_is_gone_with_its_hour(
    as_bob: Browser, draft: dict, at: str, sandbox: Sandbox
) -> None:
    hour = {"draft_id": draft["id"], "wall_time": "2027-01-04T09:00:00", "zone": "UTC"}
    send = await good(as_bob, "POST", f"{at}/scheduled", hour)
    await good(as_bob, "DELETE", f"{at}/drafts/{draft['id']}")
    assert sandbox.mailbox(ALICE[0]).drafts == {}
    assert await listed(as_bob, f"{at}/drafts") == []
    assert (await good(as_bob, "GET", f"{at}/scheduled/{send['id']}"))["state"] == "cancelled"


async def test_an_assistant_sees_and_changes_her_own_drafts_alone(
    *, as_charlie: Browser, charlie: Person, resources: Resources, mailbox: Mailbox, draft: dict, at: str
) -> None:
    await make_grant(resources, mailbox, charlie, scopes=("mail.read", "draft", "schedule"))
    assert await listed(as_charlie, f"{at}/drafts") == []
    for method, rest, body in (
        ("GET", f"/drafts/{draft['id']}", None),
        ("PATCH", f"/drafts/{draft['id']}", {"text": "x"}),
        ("DELETE", f"/drafts/{draft['id']}", None),
        ("POST", "/scheduled", {"draft_id": draft["id"], "now": True}),
    ):
        status, _code = await refused(as_charlie, method, f"{at}{rest}", body)
        assert status in (403, 404), rest


async def test_after_revoking_nothing_of_the_draft_can_be_done(
    as_bob: Browser, as_alice: Browser, draft: dict, at: str, granted: Grant
) -> None:
    await good(as_alice, "DELETE", f"{at}/grants/{granted.id}")
    for method, rest in (("GET", ""), ("PATCH", ""), ("DELETE", "")):
        body = {"text": "x"} if method == "PATCH" else None
        assert await refused(as_bob, method, f"{at}/drafts/{draft['id']}{rest}", body) == (404, "not_found")
