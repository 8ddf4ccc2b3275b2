"""Addresses to send from, and push."""

from __future__ import annotations

from app import clock
from app.sandbox.gmail.mailbox import Mailbox, SendAs
from app.sandbox.sandbox import Sandbox
from tests.sandbox.practice import ALICE, Program


async def test_the_primary_address_has_no_verification_status(program: Program, sandbox: Sandbox):
    sandbox.add_mailbox(
        ALICE, [SendAs("sales@practice.example", "Sales"), SendAs("new@practice.example", verified=False)]
    )
    primary, verified, pending = (await program.get("settings/sendAs"))["sendAs"]
    assert primary == {
        "sendAsEmail": ALICE,
        "displayName": "Alice Amsel",
        "replyToAddress": "",
        "signature": "",
        "isPrimary": True,
        "isDefault": True,
    }
    assert (verified["sendAsEmail"], verified["verificationStatus"]) == ("sales@practice.example", "accepted")
    assert (pending["verificationStatus"], pending["treatAsAlias"]) == ("pending", True)
    assert "isPrimary" not in verified
    assert "isDefault" not in verified


async def test_one_address(program: Program):
    assert (await program.get(f"settings/sendAs/{ALICE.upper()}"))["sendAsEmail"] == ALICE


async def test_a_watch_lives_for_seven_days(program: Program, mailbox: Mailbox):
    body = {"topicName": "projects/p/topics/t", "labelIds": ["INBOX"], "labelFilterBehavior": "INCLUDE"}
    watched = await program.post("watch", body)
    assert watched["historyId"] == str(mailbox.history.current)
    days = (int(watched["expiration"]) / 1000 - clock.now().timestamp()) / 86_400
    assert 6.99 < days <= 7
    answer = await program.ask("POST", "stop")
    assert (answer.status_code, answer.content) == (204, b"")
    assert mailbox.watch is None
