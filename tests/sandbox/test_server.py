"""The app in process: who answers, what the ledger says, and calls that fail as planned."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from app.sandbox import wire
from app.sandbox.faults import Fault
from app.sandbox.gmail.mailbox import Message
from app.sandbox.sandbox import Sandbox
from app.sandbox.server import make_app
from tests.sandbox.practice import ALICE, Program, in_process, letter, reply

SEND = "/gmail/v1/users/me/drafts/send"


def plan(sandbox: Sandbox, fault: str, **more: Any) -> None:
    sandbox.faults.replace([Fault.model_validate({"fault": fault} | more)])


async def test_every_call_is_in_the_ledger_in_order(program: Program, sandbox: Sandbox, from_clara: Message):
    since = len(sandbox.ledger.entries)
    await program.get("profile")
    await program.ask("GET", "messages/none")
    await program.ask("GET", "/gmail/v1/nothing")
    await program.client.get("/gmail/v1/users/me/messages")
    entries = sandbox.ledger.since(since)
    assert [entry.n for entry in entries] == list(range(since + 1, since + 5))
    assert [(entry.operation, entry.status, entry.mailbox) for entry in entries] == [
        ("gmail.users.getProfile", 200, ALICE),
        ("gmail.users.messages.get", 400, ALICE),
        (None, 404, ALICE),
        ("gmail.users.messages.list", 401, None),
    ]
    assert all(entry.provider == "gmail" and entry.effect is None for entry in entries)
    assert entries[0].path == "/gmail/v1/users/me/profile"


async def test_the_testers_own_calls_are_not_in_the_ledger(client: httpx2.AsyncClient, sandbox: Sandbox):
    await client.get("/_accounts")
    assert sandbox.ledger.entries == []


async def test_paths_are_matched_as_they_were_sent(program: Program):
    for user in ("alice%40practice.example", "alice@practice.example"):
        assert (await program.ask("GET", f"/gmail/v1/users/{user}/profile")).status_code == 200
    slash = await program.ask("GET", "messages/a%2Fb")
    assert slash.json()["error"]["message"] == "Invalid id value"


async def test_before_nothing_is_done(program: Program, sandbox: Sandbox):
    draft = await program.draft(reply())
    plan(sandbox, "before", method="POST", path=SEND)
    with pytest.raises(ConnectionError):
        await program.ask("POST", "drafts/send", json={"id": draft["id"]})
    entry = sandbox.ledger.entries[-1]
    assert (entry.operation, entry.status, entry.effect, entry.mailbox) == (
        "gmail.users.drafts.send",
        None,
        None,
        ALICE,
    )
    assert sandbox.left == []
    await program.post("drafts/send", {"id": draft["id"]})
    assert len(sandbox.left) == 1


@pytest.mark.parametrize("fault", ["after_effect", "reset", "truncate"])
async def test_the_answer_is_lost_and_the_effect_is_not(program: Program, sandbox: Sandbox, fault: str):
    draft = await program.draft(reply())
    plan(sandbox, fault, path=SEND)
    with pytest.raises(ConnectionError):
        await program.ask("POST", "drafts/send", json={"id": draft["id"]})
    entry = sandbox.ledger.entries[-1]
    assert entry.status == 200
    assert entry.effect is not None
    assert entry.effect.kind == "send"
    assert (await program.ask("POST", "drafts/send", json={"id": draft["id"]})).status_code == 404
    assert len(sandbox.left) == 1


async def test_a_hang_answers_late(program: Program, sandbox: Sandbox):
    plan(sandbox, "hang", seconds=0)
    assert (await program.ask("GET", "profile")).status_code == 200


BUSY = [
    ("status_429", 429, "RESOURCE_EXHAUSTED", "rateLimitExceeded"),
    ("status_503", 503, "UNAVAILABLE", "backendError"),
]


@pytest.mark.parametrize("row", BUSY)
async def test_a_busy_provider_answers_so_and_does_nothing(
    program: Program, sandbox: Sandbox, row: tuple[str, int, str, str]
):
    fault, status, google, reason = row
    draft = await program.draft(reply())
    plan(sandbox, fault, path="*/drafts/send", seconds=7)
    answer = await program.ask("POST", "drafts/send", json={"id": draft["id"]})
    error = answer.json()["error"]
    assert (answer.status_code, error["status"], error["errors"][0]["reason"]) == (status, google, reason)
    assert answer.headers.get("retry-after") == ("7" if status == 429 else None)
    assert sandbox.ledger.entries[-1].effect is None
    assert sandbox.left == []


async def test_consent_fails_as_well(client: httpx2.AsyncClient, sandbox: Sandbox):
    plan(sandbox, "status_503", path="/google/token")
    assert (await client.post("/google/token", data={})).status_code == 503
    assert (await client.post("/google/token", data={})).status_code == 400


async def test_the_testers_own_calls_never_fail(client: httpx2.AsyncClient, sandbox: Sandbox):
    plan(sandbox, "before", times=100)
    assert (await client.get("/_ledger")).status_code == 200


async def test_a_crash_of_ours_is_a_500_in_googles_form(
    program: Program, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def broken(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("app.sandbox.gmail.router.charge", broken)
    answer = await program.ask("GET", "profile")
    assert (answer.status_code, answer.json()["error"]["status"]) == (500, "INTERNAL")
    assert "secret" not in answer.text
    assert "the practice server failed at GET" in caplog.text
    assert sandbox.ledger.entries[-1].status == 500


async def test_more_bytes_than_anything_takes(program: Program, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(wire, "MOST_BYTES", 1_000)
    answer = await program.ask("POST", "labels", content=b"x" * 2_000)
    assert answer.status_code == 413


async def test_only_http_is_spoken(sandbox: Sandbox):
    with pytest.raises(RuntimeError):
        await make_app(sandbox)({"type": "websocket"}, None, None)  # type: ignore[arg-type]


async def test_two_servers_know_nothing_of_each_other(sandbox: Sandbox, program: Program):
    other = Sandbox("http://other.example")
    other.add_mailbox(ALICE)
    async with in_process(other) as client:
        answer = await client.get("/gmail/v1/users/me/profile", headers=program.headers)
        assert answer.status_code == 401
    other.close()


async def test_answers_are_not_kept_by_anybody(program: Program):
    answer = await program.ask("GET", "profile")
    assert "no-store" in answer.headers["cache-control"]


async def test_a_letter_of_many_megabytes(program: Program):
    large = letter(body="x" * 60 + "\n") + (b"y" * 76 + b"\r\n") * 60_000
    made = await program.draft(large)
    shown = await program.get(f"drafts/{made['id']}", format="minimal")
    assert shown["message"]["sizeEstimate"] == len(large)
