"""Sending: 202 and no more, the sent copy under the draft's immutable id, and what may not leave."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app import clock
from app.sandbox.faults import Fault
from app.sandbox.graph.item import Item
from app.sandbox.graph.mailbox import GraphMailbox
from app.sandbox.modes import Modes
from app.sandbox.sandbox import Sandbox
from tests.sandbox.outlook import ALICE, BOB, CLARA, IMMUTABLE, MARK, Caller, let_in, quoted, to
from tests.sandbox.practice import last_effect


def path(item_id: str, what: str = "") -> str:
    return f"messages/{quoted(item_id)}{what}"


async def draft(caller: Caller, **more: Any) -> dict[str, Any]:
    """Make a draft to Clara, seen by its immutable id."""
    written = {"subject": "Plants", "body": {"content": "Which?"}, "toRecipients": to(CLARA)} | more
    return dict(await caller.done("POST", "messages", json=written, headers=IMMUTABLE))


async def test_a_send_answers_nothing_and_keeps_the_immutable_id(
    caller: Caller, from_clara: Item, sandbox: Sandbox, mailbox: GraphMailbox
):
    made = await caller.reply(from_clara.mutable)
    old = mailbox.items[made["id"]].mutable
    answer = await caller.ask("POST", path(made["id"], "/send"))
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (202, b"", "0")
    sent = await caller.done("GET", path(made["id"]), headers=IMMUTABLE)
    assert (sent["isDraft"], sent["id"], sent["subject"]) == (False, made["id"], "RE: Terrace")
    assert sent["parentFolderId"] == (await caller.get("mailFolders/sentitems"))["id"]
    assert await caller.refused("GET", path(old)) == (404, "ErrorItemNotFound")
    effect = last_effect(sandbox)
    assert (effect.kind, effect.message, effect.thread) == ("send", made["id"], from_clara.conversation)


@pytest.mark.parametrize("kind", ["mutable", "immutable"])
async def test_a_second_send_finds_no_draft(caller: Caller, mailbox: GraphMailbox, sandbox: Sandbox, kind: str):
    made = await draft(caller)
    item_id = getattr(mailbox.items[made["id"]], kind)
    assert (await caller.ask("POST", path(item_id, "/send"))).status_code == 202
    assert await caller.refused("POST", path(item_id, "/send")) == (404, "ErrorItemNotFound")
    assert len(sandbox.left) == 1


async def test_a_received_message_cannot_be_sent(caller: Caller, from_clara: Item, sandbox: Sandbox):
    assert await caller.refused("POST", path(from_clara.mutable, "/send")) == (404, "ErrorItemNotFound")
    assert sandbox.left == []


async def test_the_sent_copy_takes_its_time(caller: Caller, sandbox: Sandbox):
    sandbox.modes = Modes(sent_lag=30)
    made = await draft(caller)
    await caller.ask("POST", path(made["id"], "/send"))
    assert await caller.refused("GET", path(made["id"])) == (404, "ErrorItemNotFound")
    assert (await caller.get("messages"))["value"] == []
    clock.move(timedelta(seconds=31))
    assert (await caller.get(path(made["id"])))["isDraft"] is False


async def test_the_sent_copy_is_found_by_what_we_wrote_into_it(caller: Caller, from_clara: Item):
    made = await caller.reply(from_clara.mutable)
    mark = {"singleValueExtendedProperties": [{"id": MARK, "value": "letter 7"}]}
    await caller.done("PATCH", path(made["id"]), json=mark)
    await caller.ask("POST", path(made["id"], "/send"))
    wanted = f"singleValueExtendedProperties/any(ep: ep/id eq '{MARK}' and ep/value eq 'letter 7')"
    found = await caller.get("mailFolders/sentitems/messages", **{"$filter": wanted})
    assert [one["internetMessageId"] for one in found["value"]] == [made["internetMessageId"]]


async def test_a_letter_arrives_at_outlook_and_at_gmail(caller: Caller, sandbox: Sandbox):
    made = await draft(
        caller,
        toRecipients=to(BOB),
        ccRecipients=to("alice@practice.example"),
        bccRecipients=to("bob@practice.example"),
        singleValueExtendedProperties=[{"id": MARK, "value": "7"}],
        internetMessageHeaders=[{"name": "x-deskhand", "value": "7"}],
    )
    await caller.ask("POST", path(made["id"], "/send"))
    (there,) = sandbox.graph_mailbox(BOB).items.values()
    assert there.place
    arrived = sandbox.spool.get(there.place)
    assert (there.folder.well_known, there.read, there.properties) == ("inbox", False, {})
    assert there.message_id == made["internetMessageId"]
    assert b"Authentication-Results: spf=pass" in arrived
    assert b"x-deskhand: 7" in arrived
    assert b"Bcc:" not in arrived
    assert b"Bcc: bob@practice.example" in (await caller.ask("GET", path(made["id"], "/$value"))).content
    for address in ("alice@practice.example", "bob@practice.example"):
        (message,) = sandbox.mailbox(address).messages.values()
        assert "INBOX" in message.labels
    (left,) = sandbox.left
    assert (left.mailbox, left.message) == (ALICE, made["id"])
    assert left.recipients == (BOB, "alice@practice.example", "bob@practice.example")


async def test_a_letter_to_oneself_is_sent_and_received(caller: Caller, mailbox: GraphMailbox):
    made = await draft(caller, toRecipients=to("ALICE+note@contoso.example"))
    await caller.ask("POST", path(made["id"], "/send"))
    assert {item.folder.well_known for item in mailbox.items.values()} == {"sentitems", "inbox"}
    assert len({item.conversation for item in mailbox.items.values()}) == 2  # nothing refers to the first


async def test_an_answer_joins_the_conversation(caller: Caller, sandbox: Sandbox, from_clara: Item):
    made = await draft(caller, toRecipients=to(BOB))
    await caller.ask("POST", path(made["id"], "/send"))
    bob = let_in(caller.client, sandbox, BOB, "Mail.ReadWrite Mail.Send")
    (received,) = (await bob.get("messages"))["value"]
    answer = await bob.reply(received["id"])
    await bob.ask("POST", path(answer["id"], "/send"))
    inbox = (await caller.get("mailFolders/inbox/messages"))["value"]
    assert inbox[0]["subject"] == "RE: Plants"
    assert inbox[0]["conversationId"] == made["conversationId"] != from_clara.conversation


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"toRecipients": []}, (400, "ErrorInvalidRecipients")),
        ({"toRecipients": to("nobody")}, (400, "ErrorInvalidRecipients")),
        ({"toRecipients": to("")}, (400, "ErrorInvalidRecipients")),
        ({"from": to(BOB)[0]}, (403, "ErrorSendAsDenied")),
        ({"sender": to(BOB)[0]}, (403, "ErrorSendAsDenied")),
        ({"toRecipients": to(*(f"p{n}@x.example" for n in range(501)))}, (400, "ErrorTooManyRecipients")),
    ],
)
async def test_what_may_not_leave_stays_a_draft(
    caller: Caller, sandbox: Sandbox, change: dict[str, Any], refusal: tuple[int, str]
):
    made = await draft(caller, **change)
    assert await caller.refused("POST", path(made["id"], "/send")) == refusal
    assert (await caller.get(path(made["id"])))["isDraft"] is True
    assert sandbox.left == []
    assert sandbox.ledger.entries[-2].effect is None


async def test_an_alias_of_ours_may_be_the_sender(caller: Caller):
    made = await draft(caller, **{"from": to("Team@contoso.example")[0]})
    await caller.ask("POST", path(made["id"], "/send"))
    shown = await caller.get(path(made["id"]))
    assert shown["from"]["emailAddress"]["address"] == "Team@contoso.example"


async def test_sending_needs_its_own_permission(caller: Caller, sandbox: Sandbox):
    made = await draft(caller)
    reader = let_in(caller.client, sandbox, ALICE, "Mail.ReadWrite")
    for what in (path(made["id"], "/send"), "sendMail", path(made["id"], "/reply")):
        assert await reader.refused("POST", what, json={}) == (403, "ErrorAccessDenied")


async def test_send_mail_leaves_no_id_and_twice_is_twice(caller: Caller, mailbox: GraphMailbox, sandbox: Sandbox):
    body = {"Message": {"subject": "Hello", "toRecipients": to(CLARA)}, "SaveToSentItems": True}
    for _ in range(2):
        answer = await caller.ask("POST", "sendMail", json=body)
        assert (answer.status_code, answer.content) == (202, b"")
    assert [item.folder.well_known for item in mailbox.items.values()] == ["sentitems"] * 2
    assert len(sandbox.left) == 2
    await caller.ask("POST", "sendMail", json=body | {"SaveToSentItems": False})
    assert (len(mailbox.items), len(sandbox.left)) == (2, 3)


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({}, (400, "RequestBodyRead")),
        ({"message": {"subject": "x"}}, (400, "ErrorInvalidRecipients")),
        ({"message": {"subject": "x", "colour": "red"}}, (400, "RequestBodyRead")),
        ({"message": {"from": to(BOB)[0], "toRecipients": to(CLARA)}}, (403, "ErrorSendAsDenied")),
    ],
)
async def test_a_refused_send_mail_leaves_nothing_behind(
    caller: Caller, mailbox: GraphMailbox, body: dict[str, Any], refusal: tuple[int, str]
):
    assert await caller.refused("POST", "sendMail", json=body) == refusal
    assert mailbox.items == {}


@pytest.mark.parametrize("what", ["reply", "replyAll"])
async def test_a_reply_may_leave_at_once(
    caller: Caller, from_clara: Item, sandbox: Sandbox, mailbox: GraphMailbox, what: str
):
    answer = await caller.ask("POST", path(from_clara.mutable, f"/{what}"), json={"comment": "Yes"})
    assert (answer.status_code, answer.content) == (202, b"")
    sent = mailbox.items[last_effect(sandbox).message]
    assert (sent.subject, sent.conversation) == ("RE: Terrace", from_clara.conversation)
    assert sandbox.left[0].recipients == (CLARA,)


async def test_a_forward_to_nobody_leaves_no_draft(caller: Caller, from_clara: Item, mailbox: GraphMailbox):
    refused = await caller.refused("POST", path(from_clara.mutable, "/forward"), json={"comment": "x"})
    assert refused == (400, "ErrorInvalidRecipients")
    assert len(mailbox.items) == 1
    good = {"comment": "x", "toRecipients": to(BOB)}
    assert (await caller.ask("POST", path(from_clara.mutable, "/forward"), json=good)).status_code == 202


async def test_thirty_letters_a_minute_are_the_most(caller: Caller, sandbox: Sandbox):
    sandbox.modes = Modes(sending_limits=True)
    body = {"message": {"toRecipients": to(CLARA)}}
    for _ in range(30):
        assert (await caller.ask("POST", "sendMail", json=body)).status_code == 202
    answer = await caller.ask("POST", "sendMail", json=body)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")
    clock.move(timedelta(seconds=61))
    assert (await caller.ask("POST", "sendMail", json=body)).status_code == 202


async def test_ten_thousand_recipients_a_day_are_the_most(caller: Caller, sandbox: Sandbox):
    sandbox.modes = Modes(sending_limits=True)
    body = {"message": {"bccRecipients": to(*(f"p{n}@x.example" for n in range(500)))}}
    for _ in range(20):
        assert (await caller.ask("POST", "sendMail", json=body)).status_code == 202
    assert await caller.refused("POST", "sendMail", json=body) == (429, "ErrorExceededMessageLimit")
    clock.move(timedelta(days=1))
    again = let_in(caller.client, sandbox, ALICE, "Mail.Send")
    assert (await again.ask("POST", "sendMail", json=body)).status_code == 202


@pytest.mark.parametrize("fault", ["after_effect", "reset", "truncate"])
async def test_the_answer_is_lost_and_the_letter_is_not(caller: Caller, sandbox: Sandbox, fault: str):
    made = await draft(caller)
    sandbox.faults.replace([Fault.model_validate({"provider": "graph", "fault": fault, "path": "*/send"})])
    with pytest.raises(ConnectionError):
        await caller.ask("POST", path(made["id"], "/send"))
    assert sandbox.ledger.entries[-1].status == 202
    assert (await caller.get(path(made["id"])))["isDraft"] is False
    assert len(sandbox.left) == 1


async def test_before_nothing_has_left(caller: Caller, sandbox: Sandbox):
    made = await draft(caller)
    sandbox.faults.replace([Fault.model_validate({"provider": "graph", "fault": "before", "path": "*/send"})])
    with pytest.raises(ConnectionError):
        await caller.ask("POST", path(made["id"], "/send"))
    assert (await caller.get(path(made["id"])))["isDraft"] is True
    assert sandbox.left == []
