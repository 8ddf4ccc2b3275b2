"""The tester's own addresses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app import clock
from app.sandbox.gmail.mailbox import Message
from app.sandbox.sandbox import Sandbox
from tests.sandbox.practice import ALICE, BOB, Program, consent, letter, reply


async def test_accounts_are_those_with_a_mailbox(client: httpx2.AsyncClient):
    assert (await client.get("/_accounts")).json() == [
        {"provider": "gmail", "mailbox": ALICE, "person": "Alice Amsel"},
        {"provider": "gmail", "mailbox": BOB, "person": "Bob Brun"},
    ]


async def test_accounts_can_be_added(client: httpx2.AsyncClient, sandbox: Sandbox):
    send_as = [{"email": "team@practice.example", "verified": False}]
    added = await client.put(
        "/_accounts",
        json=[
            {"email": "dan@practice.example", "name": "Dan Diaz", "locale": "es", "send_as": send_as},
            {"email": "eve@elsewhere.example", "mailbox": False},
        ],
    )
    assert added.json()[-1] == {"provider": "gmail", "mailbox": "dan@practice.example", "person": "Dan Diaz"}
    assert len(sandbox.mailbox("dan@practice.example").send_as) == 2
    assert (await consent(client, "dan@practice.example")).tokens["access_token"]
    assert sandbox.people["eve@elsewhere.example"].name == "Eve"
    assert sandbox.receiving("eve@elsewhere.example") is None


async def test_adding_an_account_again_keeps_its_mail(
    client: httpx2.AsyncClient, sandbox: Sandbox, from_clara: Message
):
    await client.put("/_accounts", json=[{"email": ALICE, "name": "Alicia"}])
    assert from_clara.id in sandbox.mailbox(ALICE).messages
    assert sandbox.people[ALICE].name == "Alicia"


ENTRY = {"n", "at", "provider", "mailbox", "method", "path", "status", "operation", "effect"}


async def test_the_ledger_as_the_contract_says(client: httpx2.AsyncClient, program: Program, from_clara: Message):
    before = (await client.get("/_ledger")).json()
    await program.post(f"messages/{from_clara.id}/modify", {"addLabelIds": ["STARRED"], "removeLabelIds": ["UNREAD"]})
    (entry,) = (await client.get("/_ledger", params={"since": before[-1]["n"]})).json()
    assert set(entry) == ENTRY
    assert datetime.fromisoformat(entry["at"]).tzinfo is not None
    assert entry["method"] == "POST"
    assert entry["effect"] == {
        "kind": "label",
        "message": from_clara.id,
        "thread": from_clara.thread_id,
        "labels_added": ["STARRED"],
        "labels_removed": ["UNREAD"],
    }
    assert (await client.get("/_ledger", params={"since": 10_000})).json() == []


async def test_the_ledger_stands_in_the_practice_time(client: httpx2.AsyncClient, program: Program):
    await client.post("/_clock", json={"advance_s": 86_400 * 30})
    await program.ask("GET", "profile")
    at = datetime.fromisoformat((await client.get("/_ledger")).json()[-1]["at"])
    assert at > datetime.now(UTC) + timedelta(days=29)


async def test_faults_are_planned_and_can_be_seen(client: httpx2.AsyncClient, program: Program):
    one = {"provider": "gmail", "method": "GET", "path": "*/profile", "fault": "status_503", "times": 2}
    planned = await client.put("/_faults", json=[one])
    assert planned.json() == [one | {"after": 0, "seconds": 1.0}]
    assert (await program.ask("GET", "profile")).status_code == 503
    assert (await client.get("/_faults")).json()[0]["times"] == 1
    await client.put("/_faults", json=[])
    assert (await program.ask("GET", "profile")).status_code == 200


async def test_modes_are_set_as_a_whole(client: httpx2.AsyncClient, sandbox: Sandbox):
    set_ = await client.put("/_modes", json={"project": "testing", "quota": True})
    assert set_.json()["project"] == sandbox.modes.project == "testing"
    await client.put("/_modes", json={"project": "internal", "organisation": "practice.example"})
    shown = (await client.get("/_modes")).json()
    assert (shown["project"], shown["organisation"], shown["quota"]) == ("internal", "practice.example", False)


async def test_a_letter_is_delivered(client: httpx2.AsyncClient, program: Program):
    answer = await client.post("/_deliver", params={"mailbox": ALICE}, content=letter("Hola"))
    assert set(answer.json()) == {"id"}
    assert (await program.get(f"messages/{answer.json()['id']}"))["labelIds"] == [
        "CATEGORY_PERSONAL",
        "INBOX",
        "UNREAD",
    ]


async def test_the_clock_goes_on_and_to_a_moment(client: httpx2.AsyncClient):
    before = clock.now()
    told = (await client.post("/_clock", json={"advance_s": 3_600})).json()["now"]
    assert timedelta(minutes=59) < datetime.fromisoformat(told) - before < timedelta(minutes=61)
    await client.post("/_clock", json={"now": "2026-12-24T09:00:00-03:00"})
    assert abs(clock.now() - datetime(2026, 12, 24, 12, tzinfo=UTC)) < timedelta(minutes=1)
    await client.post("/_clock", json={"now": "2026-12-25T09:00:00"})
    assert abs(clock.now() - datetime(2026, 12, 25, 9, tzinfo=UTC)) < timedelta(minutes=1)


async def test_the_clock_of_every_process_moves(client: httpx2.AsyncClient, tmp_path: Path):
    await client.post("/_clock", json={"advance_s": 60})
    assert float((tmp_path / "practice-clock").read_text()) == pytest.approx(60)


async def test_a_clock_that_is_not_for_practice_stays(client: httpx2.AsyncClient):
    clock.practise()
    answer = await client.post("/_clock", json={"advance_s": 60})
    assert (answer.status_code, answer.json()) == (400, {"error": "the clock moves in practice only"})


async def test_what_left_says_to_whom(client: httpx2.AsyncClient, program: Program):
    draft = await program.draft(reply())
    sent = await program.post("drafts/send", {"id": draft["id"]})
    (left,) = (await client.get("/_left")).json()
    assert (left["mailbox"], left["message"], left["recipients"]) == (ALICE, sent["id"], ["clara@customer.example"])
    entry = (await client.get("/_ledger", params={"since": left["n"] - 1})).json()[0]
    assert entry["operation"] == "gmail.users.drafts.send"
    assert (await client.get("/_left", params={"since": left["n"]})).json() == []


MISUSES: list[tuple[str, str, Any, int, str]] = [
    ("GET", "/_nothing", None, 404, "There is no GET /_nothing here."),
    ("POST", "/_ledger", None, 404, "There is no POST /_ledger here."),
    ("GET", "/_ledger?since=x", None, 400, "since must be a number"),
    ("PUT", "/_faults", {"fault": "before"}, 400, "the body: Input should be a valid array"),
    ("PUT", "/_faults", [{"fault": "explode"}], 400, "0.fault: Input should be 'before', 'after_effect'"),
    ("PUT", "/_modes", {"project": "closed"}, 400, "project: Input should be 'testing', 'production' or 'internal'"),
    ("PUT", "/_modes", {"projekt": "testing"}, 400, "projekt: Extra inputs are not permitted"),
    ("PUT", "/_accounts", [{"name": "x"}], 400, "0.email: Field required"),
    ("PUT", "/_accounts", [{"email": "nobody"}], 400, "0.email: String should match pattern"),
    ("POST", "/_clock", {}, 400, "say either now or advance_s"),
    ("POST", "/_clock", {"now": "soon"}, 400, "now: Input should be a valid datetime"),
    ("POST", "/_clock", {"now": "2026-11-22T10:00:00Z", "advance_s": 1}, 400, "say either now or advance_s"),
    ("POST", "/_clock", {"advance_s": 1e300}, 400, ""),
    ("POST", "/_clock", {"advance_s": 1e11}, 400, ""),
    ("POST", "/_clock", {"now": "2300-01-01T00:00:00Z"}, 400, "the practice clock goes from 2000 to 2200"),
    ("POST", "/_clock", {"now": "1999-01-01T00:00:00Z"}, 400, "the practice clock goes from 2000 to 2200"),
    ("POST", "/_deliver?mailbox=nobody@nowhere.example", "letter", 404, "There is no such thing here"),
    ("POST", "/_deliver", "letter", 404, "There is no such thing here"),
    ("POST", f"/_deliver?mailbox={ALICE}&result=maybe", "letter", 400, "result must be pass, fail or none"),
    ("POST", f"/_deliver?mailbox={ALICE}", None, 400, "the body must be a letter (message/rfc822)"),
]  # fmt: skip


@pytest.mark.parametrize("row", MISUSES)
async def test_misuse_is_said_in_one_sentence(client: httpx2.AsyncClient, row: tuple[str, str, Any, int, str]):
    method, path, body, status, sentence = row
    answer = await client.request(method, path, json=body)
    assert answer.status_code == status
    assert answer.json()["error"].startswith(sentence)
    assert "\n" not in answer.json()["error"]


@pytest.mark.parametrize("path", ["/_faults", "/_modes", "/_accounts"])
async def test_a_body_that_is_no_json_is_said_so(client: httpx2.AsyncClient, path: str):
    answer = await client.put(path, content=b"{")
    assert (answer.status_code, "JSON" in answer.json()["error"]) == (400, True)
