"""Drafts: their id stays, the message behind them does not."""

from __future__ import annotations

import httpx2
import pytest

from app.sandbox.gmail.mailbox import Mailbox, Message
from app.sandbox.sandbox import Sandbox
from tests.sandbox.practice import BOB, GMAIL, Program, consent, last_effect, letter, raw, reply, unraw


async def test_a_draft_bears_draft_alone(program: Program, from_clara: Message, sandbox: Sandbox):
    made = await program.draft(reply(), threadId=from_clara.thread_id)
    assert set(made) == {"id", "message"}
    assert made["message"]["labelIds"] == ["DRAFT"]
    assert made["message"]["threadId"] == from_clara.thread_id
    effect = last_effect(sandbox)
    assert (effect.kind, effect.message, effect.labels_added) == ("draft", made["message"]["id"], ("DRAFT",))


async def test_a_draft_may_be_without_recipient_and_subject(program: Program):
    made = await program.draft(b"From: alice@practice.example\r\n\r\nlater")
    assert (await program.get(f"drafts/{made['id']}"))["message"]["snippet"] == "later"


async def test_a_draft_comes_back_as_it_was_written(program: Program):
    written = letter("Café", "mañana", to="clara@customer.example", Bcc="boss@practice.example", X_Deskhand_Id="42")
    made = await program.draft(written)
    shown = await program.get(f"drafts/{made['id']}", format="raw")
    assert unraw(shown["message"]["raw"]) == written
    full = (await program.get(f"drafts/{made['id']}"))["message"]["payload"]
    headers = {header["name"]: header["value"] for header in full["headers"]}
    assert (headers["Subject"], headers["Bcc"], headers["X-Deskhand-Id"]) == ("Café", "boss@practice.example", "42")


async def test_line_ends_become_those_of_mail(program: Program):
    made = await program.draft(b"Subject: x\n\none\ntwo\n")
    shown = await program.get(f"drafts/{made['id']}", format="raw")
    assert unraw(shown["message"]["raw"]) == b"Subject: x\r\n\r\none\r\ntwo\r\n"


async def test_an_update_changes_the_message_id_and_keeps_the_draft_id(
    program: Program, from_clara: Message, sandbox: Sandbox
):
    made = await program.draft(reply(body="one"), threadId=from_clara.thread_id)
    path = f"drafts/{made['id']}"
    new = {"message": {"raw": raw(reply(body="two")), "threadId": from_clara.thread_id}}
    updated = await program.done("PUT", path, json=new)
    assert updated["id"] == made["id"]
    assert updated["message"]["id"] != made["message"]["id"]
    assert updated["message"]["threadId"] == from_clara.thread_id
    assert (await program.get(path))["message"]["snippet"] == "two"
    assert (await program.ask("GET", f"messages/{made['message']['id']}")).status_code == 404
    assert last_effect(sandbox).kind == "draft_update"


async def test_an_update_replaces_everything_the_thread_too(program: Program, from_clara: Message):
    made = await program.draft(reply(), threadId=from_clara.thread_id)
    bare = {"message": {"raw": raw(letter("Re: Terrace", to="clara@customer.example"))}}
    updated = await program.done("PUT", f"drafts/{made['id']}", json=bare)
    assert updated["message"]["threadId"] != from_clara.thread_id


async def test_a_draft_of_its_own_keeps_its_thread_when_updated(program: Program):
    made = await program.draft(letter("New"))
    thread = made["message"]["threadId"]
    for message in ({"raw": raw(letter("Newer"))}, {"raw": raw(letter("Newest")), "threadId": thread}):
        updated = await program.done("PUT", f"drafts/{made['id']}", json={"message": message})
        assert updated["message"]["threadId"] == thread


async def test_a_refused_update_leaves_the_draft(program: Program):
    made = await program.draft(letter("one"))
    for message in ({"raw": raw(b"To: human@f\n\nx")}, {"raw": raw(letter()), "threadId": "00000000deadbeef"}, {}):
        answer = await program.ask("PUT", f"drafts/{made['id']}", json={"message": message})
        assert answer.status_code in {400, 404}
    assert (await program.get(f"drafts/{made['id']}"))["message"]["id"] == made["message"]["id"]


async def test_a_list_of_drafts_has_their_ids(program: Program, mailbox: Mailbox):
    mailbox.add(letter("no draft"))
    first = await program.draft(letter("Plan for spring"))
    second = await program.draft(letter("Plan for winter"))
    listed = await program.get("drafts")
    assert [draft["id"] for draft in listed["drafts"]] == [second["id"], first["id"]]
    assert set(listed["drafts"][0]["message"]) == {"id", "threadId"}
    assert listed["resultSizeEstimate"] == 2
    assert [draft["id"] for draft in (await program.get("drafts", q="spring"))["drafts"]] == [first["id"]]
    page = await program.get("drafts", maxResults=1)
    rest = await program.get("drafts", maxResults=1, pageToken=page["nextPageToken"])
    assert [draft["id"] for draft in rest["drafts"]] == [first["id"]]


async def test_a_deleted_draft_is_gone_and_not_in_the_trash(program: Program, sandbox: Sandbox):
    made = await program.draft(letter())
    answer = await program.ask("DELETE", f"drafts/{made['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert sandbox.ledger.entries[-1].effect is not None
    assert (await program.ask("GET", f"drafts/{made['id']}")).status_code == 404
    assert (await program.get("messages", includeSpamTrash="true"))["resultSizeEstimate"] == 0
    assert (await program.ask("POST", "drafts/send", json={"id": made["id"]})).status_code == 404


async def test_sending_consumes_the_draft(program: Program, from_clara: Message, sandbox: Sandbox):
    made = await program.draft(reply(), threadId=from_clara.thread_id)
    sent = await program.post("drafts/send", {"id": made["id"]})
    assert sent["id"] != made["message"]["id"]
    assert (sent["threadId"], sent["labelIds"]) == (from_clara.thread_id, ["SENT"])
    assert set(sent) == {"id", "threadId", "labelIds"}
    assert (await program.ask("GET", f"drafts/{made['id']}")).status_code == 404
    assert (await program.ask("GET", f"messages/{made['message']['id']}")).status_code == 404
    effect = last_effect(sandbox)
    assert (effect.kind, effect.message, effect.labels_removed) == ("send", sent["id"], ("DRAFT",))


async def test_sending_twice_is_404_and_mails_once(program: Program, sandbox: Sandbox):
    made = await program.draft(reply())
    await program.post("drafts/send", {"id": made["id"]})
    again = await program.ask("POST", "drafts/send", json={"id": made["id"]})
    assert again.status_code == 404
    assert len(sandbox.left) == 1


async def test_a_message_beside_the_id_is_sent_in_its_place(program: Program, sandbox: Sandbox, from_clara: Message):
    made = await program.draft(reply(body="old words"), threadId=from_clara.thread_id)
    message = {"raw": raw(reply(body="new words")), "threadId": from_clara.thread_id}
    sent = await program.post("drafts/send", {"id": made["id"], "message": message})
    assert sent["threadId"] == from_clara.thread_id
    assert (await program.get(f"messages/{sent['id']}"))["snippet"] == "new words"
    assert len(sandbox.left) == 1


async def test_a_message_beside_the_id_without_content_changes_nothing(program: Program):
    made = await program.draft(reply(body="the words"))
    sent = await program.post("drafts/send", {"id": made["id"], "message": {"id": made["message"]["id"]}})
    assert (await program.get(f"messages/{sent['id']}"))["snippet"] == "the words"


async def test_a_draft_without_recipient_is_not_sent_and_stays(program: Program, sandbox: Sandbox):
    made = await program.draft(b"Subject: x\r\n\r\nlater")
    answer = await program.ask("POST", "drafts/send", json={"id": made["id"]})
    assert answer.json()["error"]["message"] == "Recipient address required"
    assert (await program.get(f"drafts/{made['id']}"))["id"] == made["id"]
    assert sandbox.left == []


async def test_the_sent_copy_bears_the_drafts_private_header(program: Program):
    made = await program.draft(letter(to="clara@customer.example", sender="alice@practice.example", X_Deskhand_Id="42"))
    sent = await program.post("drafts/send", {"id": made["id"]})
    shown = await program.get(f"messages/{sent['id']}", format="metadata", metadataHeaders="X-Deskhand-Id")
    assert shown["payload"]["headers"] == [{"name": "X-Deskhand-Id", "value": "42"}]


async def test_a_draft_is_not_labelled(program: Program):
    made = await program.draft(letter())
    answer = await program.ask("POST", f"messages/{made['message']['id']}/modify", json={"addLabelIds": ["STARRED"]})
    assert answer.status_code == 400


async def test_a_draft_deleted_as_a_message_is_gone(mighty: Program):
    made = await mighty.draft(letter())
    await mighty.done("DELETE", f"messages/{made['message']['id']}")
    assert (await mighty.ask("GET", f"drafts/{made['id']}")).status_code == 404
    assert "drafts" not in await mighty.get("drafts")


async def test_drafts_are_of_one_mailbox_only(client: httpx2.AsyncClient, program: Program):
    made = await program.draft(letter())
    bobs = await consent(client, BOB)
    assert (await bobs.ask("POST", "drafts/send", json={"id": made["id"]})).status_code == 404
    assert (await bobs.ask("DELETE", f"drafts/{made['id']}")).status_code == 404


@pytest.mark.parametrize("form", ["minimal", "metadata", "full", "raw"])
async def test_a_draft_has_formats_as_a_message(program: Program, form: str):
    made = await program.draft(letter())
    draft = await program.get(f"drafts/{made['id']}", format=form)
    assert draft["message"] == await program.get(f"messages/{made['message']['id']}", format=form)


async def test_compose_writes_and_sends_without_reading_the_mail(client: httpx2.AsyncClient, from_clara: Message):
    writer = await consent(client, scope=f"{GMAIL}compose")
    made = await writer.draft(reply())
    assert (await writer.get(f"drafts/{made['id']}"))["message"]["snippet"] == "Gladly."
    assert (await writer.ask("GET", f"messages/{from_clara.id}")).status_code == 403
    assert (await writer.post("drafts/send", {"id": made["id"]}))["labelIds"] == ["SENT"]
