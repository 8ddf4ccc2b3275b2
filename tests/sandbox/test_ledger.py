"""The ledger, and its truth under any plan of faults."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.sandbox.faults import HARMLESS, Fault, Kind
from app.sandbox.ledger import Effect, Ledger, Seen
from app.sandbox.sandbox import Sandbox
from tests.sandbox.practice import ALICE, MODIFY, Program, in_process, reply


def test_entries_are_numbered_from_one():
    ledger = Ledger()
    for n in range(3):
        assert ledger.record("gmail", "GET", "/x", status=200, seen=Seen()).n == n + 1
    assert [entry.n for entry in ledger.since(0)] == [1, 2, 3]
    assert [entry.n for entry in ledger.since(2)] == [3]
    assert ledger.since(3) == ledger.since(99) == []
    assert len(ledger.since(-5)) == 3


def test_an_entry_as_it_is_shown():
    effect = Effect("send", "m", "t", labels_added=("SENT",))
    shown = Ledger().record("gmail", "POST", "/x", status=200, seen=Seen(ALICE, "gmail.x", effect)).resource()
    assert shown | {"at": ""} == {
        "n": 1,
        "at": "",
        "provider": "gmail",
        "mailbox": ALICE,
        "method": "POST",
        "path": "/x",
        "status": 200,
        "operation": "gmail.x",
        "effect": {"kind": "send", "message": "m", "thread": "t", "labels_added": ("SENT",), "labels_removed": ()},
    }


FAULTS = st.lists(
    st.fixed_dictionaries(
        {"fault": st.sampled_from(list(Kind)), "after": st.integers(0, 4), "times": st.integers(0, 3)},
        optional={"path": st.sampled_from(["*", "*/drafts", "*/drafts/send", "*/profile"])},
    ),
    max_size=4,
)


async def tried(call: Any) -> httpx2.Response | None:
    """Make a call that may be lost."""
    try:
        return await call
    except ConnectionError:
        return None


async def send_until_answered(program: Program, draft_id: str) -> None:
    """Send a draft as a careful program does: an answer that was lost is asked after, not sent again."""
    for _ in range(30):
        answer = await tried(program.ask("POST", "drafts/send", json={"id": draft_id}))
        if answer is not None and answer.status_code in {200, 404}:
            return


@given(faults=FAULTS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_goes_wrong_the_ledger_says_what_was_done(moving_clock: None, faults: list[dict[str, Any]]):
    sandbox = Sandbox("http://practice.example")
    sandbox.add_mailbox(ALICE)
    async with in_process(sandbox) as client:
        program = Program(client, {"access_token": sandbox.grants.new_access("practice", ALICE, (MODIFY,))})
        drafts = [(await program.draft(reply()))["id"] for _ in range(3)]
        sandbox.faults.replace([Fault.model_validate({"seconds": 0} | fault) for fault in faults])
        for draft_id in drafts:
            await send_until_answered(program, draft_id)
        await tried(program.ask("GET", "profile"))
    sends = [entry for entry in sandbox.ledger.entries if entry.effect and entry.effect.kind == "send"]
    assert len(sends) == len(sandbox.left) == 3  # each once, however often it was tried
    for entry in sandbox.ledger.entries:
        assert entry.effect is None or entry.status == 200
    sandbox.close()


@pytest.mark.parametrize("kind", sorted(HARMLESS))
async def test_what_is_refused_beforehand_has_no_effect(program: Program, sandbox: Sandbox, kind: Kind):
    draft = await program.draft(reply())
    sandbox.faults.replace([Fault(fault=kind, path="*/drafts/send")])
    await tried(program.ask("POST", "drafts/send", json={"id": draft["id"]}))
    assert sandbox.ledger.entries[-1].effect is None
    assert sandbox.left == []
