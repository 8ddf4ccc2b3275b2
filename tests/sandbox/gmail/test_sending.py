"""What Gmail changes in a letter that leaves, and what arrives."""

from __future__ import annotations

import re

import httpx2
import pytest

from app import clock
from app.sandbox.dates import read_date
from app.sandbox.gmail.mailbox import Mailbox, SendAs
from app.sandbox.headers import Head, read_head
from app.sandbox.modes import Modes
from app.sandbox.sandbox import Sandbox
from tests.sandbox.practice import ALICE, BOB, Program, consent, letter, raw, unraw


async def sent_head(program: Program, written: bytes, **message: str) -> Head:
    """Send a letter and return the head of the sent copy."""
    sent = await program.post("messages/send", {"raw": raw(written), **message})
    return read_head(unraw((await program.get(f"messages/{sent['id']}", format="raw"))["raw"]))


def inbox_of(sandbox: Sandbox, address: str) -> list[bytes]:
    """Return the letters of an inbox, newest first."""
    mailbox = sandbox.mailbox(address)
    return [mailbox.raw(message) for message in mailbox.newest_first() if "INBOX" in message.labels]


def to_clara(**more: str) -> bytes:
    return letter(sender="Alice Amsel <alice@practice.example>", to="clara@customer.example", **more)


async def test_a_letter_leaves_and_a_copy_is_kept_as_sent(program: Program, sandbox: Sandbox):
    sent = await program.post(
        "messages/send", {"raw": raw(to_clara(Cc="c@customer.example", Bcc="B@customer.example"))}
    )
    assert sent == {"id": sent["id"], "threadId": sent["id"], "labelIds": ["SENT"]}
    (left,) = sandbox.left
    assert left.recipients == ("clara@customer.example", "c@customer.example", "b@customer.example")
    assert (left.mailbox, left.message) == (ALICE, sent["id"])
    assert sandbox.ledger.entries[left.n - 1].operation == "gmail.users.messages.send"


async def test_sending_the_same_twice_mails_twice(program: Program, sandbox: Sandbox):
    for _ in range(2):
        await program.post("messages/send", {"raw": raw(to_clara(message_id="<same@x.cl>"))})
    assert len(sandbox.left) == 2


async def test_everything_else_of_the_letter_stays(program: Program):
    head = await sent_head(
        program, to_clara(X_Deskhand_Id="42", Auto_Submitted="auto-replied", message_id="<own@x.cl>")
    )
    assert head.first("X-Deskhand-Id") == "42"
    assert head.first("Auto-Submitted") == "auto-replied"
    assert head.first("Message-ID") == "<own@x.cl>"
    assert head.first("From") == "Alice Amsel <alice@practice.example>"
    assert "gmailapi.google.com with HTTPREST" in head.first("Received")


@pytest.mark.parametrize(
    "written", ["", "no-angle@x.cl", "<no at sign>", "<a@x.cl> <b@x.cl>", "<a@b@c>", "<a@x.cl> trailing"]
)
async def test_a_message_id_that_is_none_is_replaced_and_the_old_one_kept(program: Program, written: str):
    head = await sent_head(
        program, to_clara() if not written else b"Message-ID: " + written.encode() + b"\r\n" + to_clara()
    )
    assert re.fullmatch(r"<CA[\w-]+@mail\.gmail\.com>", head.first("Message-ID"))
    assert len(head.all("Message-ID")) == 1
    assert head.first("X-Google-Original-Message-ID") == written


async def test_a_message_id_may_be_replaced_on_every_letter(program: Program, sandbox: Sandbox):
    sandbox.modes = Modes(replace_message_id=True)
    head = await sent_head(program, to_clara(message_id="<own@x.cl>"))
    assert head.first("Message-ID").endswith("@mail.gmail.com>")
    assert head.first("X-Google-Original-Message-ID") == "<own@x.cl>"


async def test_a_missing_date_is_added_and_a_written_one_stays(program: Program):
    added = read_date((await sent_head(program, to_clara())).first("Date"))
    assert added is not None
    assert abs((clock.now() - added).total_seconds()) < 120
    kept = await sent_head(program, to_clara(Date="Mon, 02 Nov 2026 10:00:00 +0000"))
    assert kept.all("Date") == ["Mon, 02 Nov 2026 10:00:00 +0000"]


ALIASES = [
    SendAs("sales@practice.example", "Sales"),
    SendAs("pending@practice.example", "Pending", verified=False),
]


@pytest.mark.parametrize(
    ("written", "sender"),
    [
        ("alice@practice.example", "alice@practice.example"),
        ("Anybody <ALICE@practice.example>", "Anybody <ALICE@practice.example>"),
        ("Sales <sales@practice.example>", "Sales <sales@practice.example>"),
        ("pending@practice.example", "Alice Amsel <alice@practice.example>"),
        ("boss@elsewhere.example", "Alice Amsel <alice@practice.example>"),
        ('"alice@practice.example" <boss@elsewhere.example>', "Alice Amsel <alice@practice.example>"),
        ("alice@practice.example, boss@elsewhere.example", "Alice Amsel <alice@practice.example>"),
        ("", "Alice Amsel <alice@practice.example>"),
    ],
)
async def test_from_is_silently_one_of_ours(program: Program, sandbox: Sandbox, written: str, sender: str):
    sandbox.add_mailbox(ALICE, ALIASES)
    line = f"From: {written}\r\n" if written else ""
    head = await sent_head(program, f"{line}To: clara@customer.example\r\n\r\nx".encode())
    assert head.all("From") == [sender]
    assert head.first("X-Google-Original-From") == (written if written and sender != written else "")


async def test_the_default_address_need_not_be_the_primary_one(program: Program, sandbox: Sandbox):
    sandbox.add_mailbox(ALICE, [SendAs("sales@practice.example", "Ventas é", default=True)])
    shown = {one["sendAsEmail"]: one for one in (await program.get("settings/sendAs"))["sendAs"]}
    assert "isDefault" not in shown[ALICE]
    head = await sent_head(program, b"To: clara@customer.example\r\n\r\nx")
    assert "<sales@practice.example>" in head.first("From")
    assert head.first("From").isascii()


async def test_two_from_fields_are_replaced_by_one(program: Program):
    head = await sent_head(
        program, b"From: boss@x.example\r\nFrom: ceo@x.example\r\nTo: clara@customer.example\r\n\r\nx"
    )
    assert head.all("From") == ["Alice Amsel <alice@practice.example>"]


async def test_a_name_of_ours_brings_no_field_with_it(program: Program, sandbox: Sandbox):
    sandbox.people[ALICE] = sandbox.add_person(ALICE, "Alice\r\nBcc: evil@x.example")
    sandbox.add_mailbox(ALICE)
    head = await sent_head(program, b"To: clara@customer.example\r\n\r\nx")
    assert head.first("Bcc") == ""


async def test_a_neighbour_gets_a_copy_with_what_google_adds(program: Program, sandbox: Sandbox):
    await program.post("messages/send", {"raw": raw(letter(sender=ALICE, to=BOB, Bcc="secret@customer.example"))})
    (arrived,) = inbox_of(sandbox, BOB)
    head = read_head(arrived)
    names = [name for name, _ in head.fields[:5]]
    assert names == ["Delivered-To", "Received", "Return-Path", "Received", "Authentication-Results"]
    assert head.first("Delivered-To") == BOB
    assert head.first("Return-Path") == f"<{ALICE}>"
    assert "dmarc=pass" in head.first("Authentication-Results")
    assert "header.from=practice.example" in head.first("Authentication-Results")
    assert b"secret@customer.example" not in arrived
    (message,) = sandbox.mailbox(BOB).newest_first()
    assert message.labels == {"INBOX", "UNREAD", "CATEGORY_PERSONAL"}


async def test_bcc_is_kept_in_the_sent_copy_and_delivered_too(program: Program, sandbox: Sandbox):
    folded = f"Bcc: {BOB},\r\n x@y.example\r\n".encode()
    head = await sent_head(program, folded + letter(sender=ALICE, to="clara@customer.example"))
    assert BOB in head.first("Bcc")
    (arrived,) = inbox_of(sandbox, BOB)
    assert not read_head(arrived).all("Bcc")
    assert b"y.example" not in arrived


async def test_a_reply_joins_the_neighbours_thread(client: httpx2.AsyncClient, program: Program, sandbox: Sandbox):
    await program.post("messages/send", {"raw": raw(letter("Plan", sender=ALICE, to=BOB, message_id="<plan@x.cl>"))})
    bobs = await consent(client, BOB)
    (got,) = (await bobs.get("messages"))["messages"]
    answer = letter("Re: Plan", sender=BOB, to=ALICE, answers="<plan@x.cl>")
    await bobs.post("messages/send", {"raw": raw(answer), "threadId": got["threadId"]})
    (thread,) = (await program.get("threads"))["threads"]
    assert len((await program.get(f"threads/{thread['id']}"))["messages"]) == 2


async def test_a_letter_to_oneself_is_one_message(program: Program, sandbox: Sandbox):
    sent = await program.post("messages/send", {"raw": raw(letter(sender=ALICE, to=ALICE))})
    assert sent["labelIds"] == ["INBOX", "SENT", "UNREAD"]
    assert len(sandbox.mailbox(ALICE).messages) == 1


@pytest.mark.parametrize("address", ["bob+tag@practice.example", "BOB@practice.example", "robert@practice.example"])
async def test_other_spellings_reach_the_same_mailbox_once(program: Program, sandbox: Sandbox, address: str):
    sandbox.add_mailbox(BOB, [SendAs("robert@practice.example")])
    await program.post("messages/send", {"raw": raw(letter(sender=ALICE, to=address))})
    assert len(inbox_of(sandbox, BOB)) == 1


async def test_an_address_that_is_not_verified_reaches_nobody(program: Program, sandbox: Sandbox):
    sandbox.add_mailbox(BOB, [SendAs("pending@practice.example", verified=False)])
    await program.post("messages/send", {"raw": raw(letter(sender=ALICE, to="pending@practice.example"))})
    assert inbox_of(sandbox, BOB) == []


async def test_sent_by_an_alias_the_envelope_says_so(program: Program, sandbox: Sandbox):
    sandbox.add_mailbox(ALICE, ALIASES)
    await program.post("messages/send", {"raw": raw(letter(sender="sales@practice.example", to=BOB))})
    (arrived,) = inbox_of(sandbox, BOB)
    assert read_head(arrived).first("Return-Path") == "<sales@practice.example>"


FORGED = "mx.google.com; dmarc=pass header.from=bank.example"


@pytest.mark.parametrize("result", ["pass", "fail", "none"])
async def test_a_delivered_letter_has_googles_finding_above_a_forged_one(
    client: httpx2.AsyncClient, sandbox: Sandbox, program: Program, result: str
):
    written = letter(sender="Bank <bank@bank.example>", Authentication_Results=FORGED)
    answer = await client.post("/_deliver", params={"mailbox": ALICE, "result": result}, content=written)
    message = await program.get(f"messages/{answer.json()['id']}", format="metadata")
    findings = [one["value"] for one in message["payload"]["headers"] if one["name"] == "Authentication-Results"]
    assert f"dmarc={result}" in findings[0]
    assert findings[1] == FORGED
    assert set(message["labelIds"]) == {"INBOX", "UNREAD", "CATEGORY_PERSONAL"}


async def test_what_arrives_stands_in_the_history(client: httpx2.AsyncClient, program: Program):
    start = (await program.get("profile"))["historyId"]
    delivered = (await client.post("/_deliver", params={"mailbox": ALICE}, content=letter())).json()
    history = await program.get("history", startHistoryId=start)
    assert history["history"][0]["messagesAdded"][0]["message"]["id"] == delivered["id"]


def test_the_mailbox_itself_can_be_written_to(mailbox: Mailbox):
    message = mailbox.add(letter("Hola"), labels=("SENT",))
    assert (message.subject, message.labels) == ("Hola", {"SENT"})
