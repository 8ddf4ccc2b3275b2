"""What an owner's programs read and set: session, mailboxes, private senders, preview, audit."""

from __future__ import annotations

from datetime import datetime, timedelta

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from app import clock
from app.access.identity import FRESH
from app.actions.resources import Resources
from app.db.embedded import Cluster
from app.models.grant import Grant
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.sandbox.sandbox import Sandbox
from tests.people import ALICE, BOB, MOTHER, connected_mailbox
from tests.web.api.calls import good, ids_by_subject, refused
from tests.web.browser import ORIGIN, Browser


@pytest.fixture
def at(mailbox: Mailbox) -> str:
    """Alice's mailbox in the API."""
    return f"/mailboxes/{mailbox.id}"


async def test_a_session_says_who_and_gives_the_token_for_unsafe_calls(as_alice: Browser, alice: Person) -> None:
    session = await good(as_alice, "GET", "/session")
    assert session["person"] == {"id": str(alice.id), "name": ALICE[1], "email": ALICE[0]}
    assert session["csrf_token"] == as_alice.token
    assert datetime.fromisoformat(session["fresh_until"]) - clock.now() <= FRESH


async def test_a_session_is_ended(as_alice: Browser, stranger: Browser) -> None:
    stranger.take(as_alice.secret)
    await good(as_alice, "DELETE", "/session")
    assert not as_alice.secret
    assert await refused(stranger, "GET", "/session") == (401, "not_signed_in")


async def test_a_token_of_another_session_is_no_token(as_alice: Browser, as_bob: Browser, at: str) -> None:
    answer = await as_alice.http.patch(
        f"/api/v1{at}", json={"zone": "UTC"}, headers={"origin": ORIGIN, "x-csrf-token": as_bob.token}
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "bad_csrf")


async def test_mailboxes_are_listed_with_ones_part(
    as_alice: Browser, as_bob: Browser, as_charlie: Browser, granted: Grant, mailbox: Mailbox
) -> None:
    (hers,) = await good(as_alice, "GET", "/mailboxes")
    assert hers == {
        **{"id": str(mailbox.id), "address": ALICE[0], "provider": "gmail", "state": "active", "zone": "UTC"},
        **{"part": "owner", "connected_at": hers["connected_at"], "consent_until": None, "consent_limit": ""},
    }
    assert [each["part"] for each in await good(as_bob, "GET", "/mailboxes")] == ["assistant"]
    assert await good(as_charlie, "GET", "/mailboxes") == []


async def test_the_zone_of_a_mailbox_is_set(as_alice: Browser, at: str) -> None:
    assert (await good(as_alice, "PATCH", at, {"zone": "America/Santiago"}))["zone"] == "America/Santiago"
    assert (await good(as_alice, "GET", at))["zone"] == "America/Santiago"
    for wrong in ("Middle/Earth", "", "/etc/passwd", "../../etc"):
        assert (await refused(as_alice, "PATCH", at, {"zone": wrong}))[0] == 400
    assert (await refused(as_alice, "PATCH", at, {"zone": "UTC", "address": "x@y.example"}))[0] == 422


async def test_a_disconnected_mailbox_keeps_its_log_and_does_nothing(as_alice: Browser, at: str) -> None:
    await good(as_alice, "DELETE", at)
    assert (await good(as_alice, "GET", at))["state"] == "disconnected"
    assert await refused(as_alice, "GET", f"{at}/messages") == (403, "mailbox_not_active")
    log = await good(as_alice, "GET", f"{at}/audit")
    assert log["entries"][0]["action"] == "disconnect" or log["entries"][1]["action"] == "disconnect"


@pytest.mark.parametrize(
    ("sender", "kept"),
    [
        (MOTHER, MOTHER),
        ("  Mother@Family.Example ", MOTHER),
        ("@bank.example", "@bank.example"),
        ("josé@münchen.example", "josé@xn--mnchen-3ya.example"),
    ],
)
async def test_a_sender_is_marked_in_one_form(as_alice: Browser, at: str, sender: str, kept: str) -> None:
    made = await good(as_alice, "POST", f"{at}/senders", {"sender": sender})
    assert (made["sender"], made["private"]) == (kept, True)
    again = await good(as_alice, "POST", f"{at}/senders", {"sender": kept, "private": False})
    assert again["id"] == made["id"]
    (listed,) = await good(as_alice, "GET", f"{at}/senders")
    assert listed["private"] is False
    await good(as_alice, "DELETE", f"{at}/senders/{made['id']}")
    assert await good(as_alice, "GET", f"{at}/senders") == []
    assert await refused(as_alice, "DELETE", f"{at}/senders/{made['id']}") == (404, "not_found")


@pytest.mark.parametrize("sender", ["", "mother", "@", "a b@c.example", "x@localhost", "y" * 321 + "@z.example"])
async def test_what_is_no_sender_is_refused(as_alice: Browser, at: str, sender: str) -> None:
    assert (await refused(as_alice, "POST", f"{at}/senders", {"sender": sender}))[0] in (400, 422)


async def test_the_preview_counts_what_would_be_seen_and_what_not(as_alice: Browser, at: str) -> None:
    before = await good(as_alice, "GET", f"{at}/preview")
    assert (before["seen"], before["private"], before["whole"]) == (3, {"security": 1}, True)
    await good(as_alice, "POST", f"{at}/senders", {"sender": MOTHER})
    after = await good(as_alice, "GET", f"{at}/preview")
    assert (after["seen"], after["private"]) == (2, {"security": 1, "sender": 1})
    assert [each["authors"][0]["email"] for each in after["examples"]["sender"]] == [MOTHER]
    assert {each["subject"] for each in after["examples"]["seen"]} == {"Terrace in March?", "Garden news"}


async def test_the_audit_tells_each_act_in_the_readers_language(
    as_alice: Browser, as_bob: Browser, granted: Grant, at: str
) -> None:
    message_id = (await ids_by_subject(as_bob, at))["Terrace in March?"]
    await good(as_bob, "PATCH", f"{at}/messages/{message_id}/labels", {"add": ["Clients"]})
    english = await good(as_alice, "GET", f"{at}/audit")
    assert "Bob Brun changed the labels of a message: +Clients." in [each["sentence"] for each in english["entries"]]
    spanish = await good(as_alice, "GET", f"{at}/audit?lang=es")
    assert not {each["sentence"] for each in spanish["entries"]} & {each["sentence"] for each in english["entries"]}


async def test_the_audit_pages_back_to_its_first_entry(
    as_alice: Browser, as_bob: Browser, granted: Grant, at: str
) -> None:
    await good(as_bob, "GET", f"{at}/messages?size=1&folder=inbox")
    for _ in range(50):
        await good(as_alice, "POST", f"{at}/senders", {"sender": "x@y.example"})
    seen: list[int] = []
    cursor = ""
    while True:
        page = await good(as_alice, "GET", f"{at}/audit?cursor={cursor}")
        seen += [entry["seq"] for entry in page["entries"]]
        cursor = page["cursor"]
        if not cursor:
            break
    assert seen == list(range(seen[0], 0, -1))
    assert len(seen) > 100
    assert await good(as_alice, "GET", f"{at}/audit/verification") == {"whole": True, "first_bad": None}


async def test_the_audit_can_be_read_of_one_person(
    as_alice: Browser, as_bob: Browser, bob: Person, granted: Grant, at: str
) -> None:
    await good(as_bob, "GET", f"{at}/messages")
    entries = (await good(as_alice, "GET", f"{at}/audit?actor={bob.id}"))["entries"]
    assert {entry["actor_id"] for entry in entries} == {str(bob.id)}


async def test_a_changed_entry_is_found(as_alice: Browser, at: str, database_url: str, cluster: Cluster) -> None:
    for number in range(3):
        await good(as_alice, "POST", f"{at}/senders", {"sender": f"x{number}@y.example"})
    database = conninfo_to_dict(database_url)["dbname"]
    with psycopg.connect(cluster.admin_url, dbname=str(database), autocommit=True) as admin:
        admin.execute("alter table audit_entry disable trigger all")
        admin.execute("update audit_entry set reason = 'nothing' where seq = 3")
    found = await good(as_alice, "GET", f"{at}/audit/verification")
    assert found == {"whole": False, "first_bad": 3}


async def test_no_audit_entry_tells_an_id_of_the_providers_or_a_word_of_the_mail(
    as_alice: Browser, as_bob: Browser, granted: Grant, at: str
) -> None:
    message_id = (await ids_by_subject(as_bob, at))["Terrace in March?"]
    await good(as_bob, "GET", f"{at}/messages/{message_id}")
    log = await as_alice.api("GET", f"{at}/audit")
    assert "provider" not in log.text
    for word in ("Terrace", "March", "customer.example"):
        assert word not in log.text


async def test_ones_own_mailbox_is_found_by_ones_own_login_alone(
    as_bob: Browser, bob: Person, resources: Resources, sandbox: Sandbox, at: str
) -> None:
    sandbox.add_mailbox(BOB[0])
    own = await connected_mailbox(resources, bob)
    assert (await good(as_bob, "GET", f"/mailboxes/{own.id}"))["part"] == "owner"
    assert await refused(as_bob, "GET", at) == (404, "not_found")


async def test_a_problem_is_said_in_the_readers_language(as_bob: Browser, at: str) -> None:
    said = set()
    for code in ("en", "es", "fr"):
        answer = await as_bob.api("GET", f"{at}?lang={code}")
        assert answer.headers["content-language"] == code
        said.add(answer.json()["detail"])
    assert len(said) == 3


async def test_after_the_sign_in_has_aged_reading_goes_on(as_alice: Browser, at: str) -> None:
    clock.move(FRESH + timedelta(minutes=1))
    await good(as_alice, "GET", f"{at}/messages")
