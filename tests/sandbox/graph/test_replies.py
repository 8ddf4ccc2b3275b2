"""Replies and forwards: who gets them, how the original is quoted, and which conversation they belong to."""

from __future__ import annotations

import base64
from email.message import EmailMessage
from typing import Any

import pytest

from app.sandbox.graph.item import Item
from app.sandbox.graph.mailbox import GraphMailbox
from app.sandbox.sandbox import Sandbox
from tests.sandbox.outlook import ALICE, BOB, CLARA, IMMUTABLE, MARK, Caller, quoted, to
from tests.sandbox.practice import last_effect, letter


def emails(people: list[dict[str, Any]]) -> list[str]:
    return [one["emailAddress"]["address"] for one in people]


async def made(caller: Caller, item: Item, what: str = "createReply", body: Any = None) -> dict[str, Any]:
    path = f"messages/{quoted(item.mutable)}/{what}"
    answer = await caller.ask("POST", path, headers=IMMUTABLE, **({"json": body} if body is not None else {}))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_a_reply_is_a_draft_in_the_same_conversation(caller: Caller, from_clara: Item, sandbox: Sandbox):
    draft = await made(caller, from_clara, body={"Comment": "<p>Gladly &amp; soon.</p>"})
    assert (draft["isDraft"], draft["subject"]) == (True, "RE: Terrace")
    assert draft["conversationId"] == from_clara.conversation
    assert emails(draft["toRecipients"]) == [CLARA]
    assert draft["from"]["emailAddress"]["address"] == ALICE
    parent, own = (base64.b64decode(one) for one in (from_clara.conversation_index, draft["conversationIndex"]))
    assert own.startswith(parent)
    assert len(own) == len(parent) + 5
    effect = last_effect(sandbox)
    assert (effect.kind, effect.message, effect.thread) == ("draft", draft["id"], from_clara.conversation)


async def test_the_comment_is_html_and_the_original_stands_below(caller: Caller, from_clara: Item):
    body = (await made(caller, from_clara, body={"comment": "One\ntwo <b>three</b>"}))["body"]
    assert body["contentType"] == "html"
    comment, _, quoted_part = body["content"].partition("<hr")
    assert "One\ntwo <b>three</b>" in comment
    assert "<b>From:</b> Clara Client &lt;clara@customer.example&gt;" in quoted_part
    assert "<b>Sent:</b> Monday, November 2, 2026 10:00:00 AM" in quoted_part
    assert "<b>Subject:</b> Terrace" in quoted_part
    assert "Could you start in March?" in quoted_part
    assert body["content"].lower().count("<body") == 1


async def test_a_comment_that_nobody_escaped_becomes_markup(caller: Caller, from_clara: Item):
    body = (await made(caller, from_clara, body={"comment": "a < b <img src=x>"}))["body"]["content"]
    assert "a < b <img src=x>" in body  # Graph escapes nothing: whoever writes text has to


async def test_no_body_at_all_is_a_reply_too(caller: Caller, from_clara: Item):
    draft = await made(caller, from_clara)
    assert "Could you start in March?" in draft["body"]["content"]


async def test_comment_and_body_exclude_each_other(caller: Caller, from_clara: Item, mailbox: GraphMailbox):
    both = {"comment": "one", "message": {"body": {"contentType": "text", "content": "two"}}}
    path = f"messages/{quoted(from_clara.mutable)}/createReply"
    assert await caller.refused("POST", path, json=both) == (400, "ErrorInvalidArgument")
    assert len(mailbox.items) == 1


async def test_a_body_takes_the_place_of_the_quote(caller: Caller, from_clara: Item):
    whole = {"message": {"body": {"contentType": "text", "content": "Only this."}}}
    draft = await made(caller, from_clara, body=whole)
    assert "Could you start" not in draft["body"]["content"]
    later = await made(caller, from_clara, body={"comment": "x"})
    change = {"body": {"contentType": "html", "content": "<p>Only this.</p>"}}
    changed = await caller.done("PATCH", f"messages/{quoted(later['id'])}", json=change)
    assert changed["body"]["content"] == "<p>Only this.</p>"


async def test_the_message_may_bring_more(caller: Caller, from_clara: Item):
    given = {
        "message": {
            "subject": "Another",
            "toRecipients": to(BOB),
            "categories": ["Ours"],
            "singleValueExtendedProperties": [{"id": MARK, "value": "7"}],
        },
        "comment": "x",
    }
    draft = await made(caller, from_clara, body=given)
    assert (draft["subject"], emails(draft["toRecipients"]), draft["categories"]) == ("Another", [BOB], ["Ours"])
    expand = {"$expand": f"singleValueExtendedProperties($filter=id eq '{MARK}')"}
    shown = await caller.get(f"messages/{quoted(draft['id'])}", **expand)
    assert shown["singleValueExtendedProperties"] == [{"id": MARK, "value": "7"}]


async def test_reply_to_is_honoured(caller: Caller, mailbox: GraphMailbox):
    item = mailbox.add(letter(to=ALICE, Reply_To="Office <office@customer.example>"))
    assert emails((await made(caller, item))["toRecipients"]) == ["office@customer.example"]


@pytest.mark.parametrize(
    ("subject", "answered"),
    [
        ("Terrace", "RE: Terrace"),
        ("Re: Terrace", "RE: Terrace"),
        ("RV: x", "RE: x"),
        ("", "RE: "),
        ("Plan: x", "RE: Plan: x"),
    ],
)
async def test_a_subject_gets_one_prefix(caller: Caller, mailbox: GraphMailbox, subject: str, answered: str):
    item = mailbox.add(letter(subject, to=ALICE))
    assert (await made(caller, item))["subject"] == answered


async def test_replying_to_all_leaves_us_out(caller: Caller, mailbox: GraphMailbox):
    item = mailbox.add(letter(to=f"{ALICE}, {BOB}, Team <team@contoso.example>", Cc=f"dan@x.example, {ALICE.upper()}"))
    draft = await made(caller, item, "createReplyAll")
    assert emails(draft["toRecipients"]) == [CLARA, BOB]
    assert emails(draft["ccRecipients"]) == ["dan@x.example"]
    alone = await made(caller, mailbox.add(letter(sender=ALICE, to=ALICE)), "createReplyAll")
    assert emails(alone["toRecipients"]) == [ALICE]


def with_two_files() -> bytes:
    letter_ = EmailMessage()
    letter_["From"], letter_["To"], letter_["Subject"] = CLARA, ALICE, "Plan"
    letter_.set_content("<p>Look <img src='cid:a@x'></p>", subtype="html")
    letter_.add_related(b"png", "image", "png", cid="<a@x>", filename="small.png", disposition="inline")
    letter_.add_attachment(b"%PDF", "application", "pdf", filename="plan.pdf")
    return letter_.as_bytes()


async def test_a_forward_takes_the_files_along_and_a_reply_those_within(caller: Caller, mailbox: GraphMailbox):
    item = mailbox.add(with_two_files())
    names = {}
    for what in ("createForward", "createReply"):
        draft = await made(caller, item, what, {"comment": "see"})
        listed = (await caller.get(f"messages/{quoted(draft['id'])}/attachments"))["value"]
        names[what] = [one["name"] for one in listed], draft["hasAttachments"], draft["subject"]
    assert names == {
        "createForward": (["small.png", "plan.pdf"], True, "FW: Plan"),
        "createReply": (["small.png"], False, "RE: Plan"),
    }


async def test_a_forward_names_its_recipients(caller: Caller, from_clara: Item):
    draft = await made(caller, from_clara, "createForward", {"comment": "", "toRecipients": to(BOB)})
    assert emails(draft["toRecipients"]) == [BOB]


async def test_references_grow_with_the_conversation(caller: Caller, mailbox: GraphMailbox):
    first = mailbox.add(letter(to=ALICE, message_id="<one@x.example>"))
    second = mailbox.add(letter("Re: Terrace", to=ALICE, message_id="<two@x.example>", answers="<one@x.example>"))
    assert second.conversation == first.conversation
    draft = await made(caller, second)
    whole = (await caller.ask("GET", f"messages/{quoted(draft['id'])}/$value")).text
    assert "In-Reply-To: <two@x.example>" in whole
    assert "References: <one@x.example> <two@x.example>" in whole


def test_another_subject_is_another_conversation(mailbox: GraphMailbox):
    first = mailbox.add(letter(message_id="<one@x.example>"))
    other = mailbox.add(letter("New matter", answers="<one@x.example>"))
    assert other.conversation != first.conversation
