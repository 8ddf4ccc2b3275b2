"""Drafts at a Graph that does what nobody asked for, and drafts that must not leave any more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from app.child import Child
from app.errors import Conflict, InvalidMessage, NoAnswer, ProviderBusy, ProviderError, ProviderRefused
from app.providers import reading
from app.providers.base import Reply
from app.providers.graph.queries import PRIVATE_PROPERTY
from app.providers.graph.quotation import document
from tests.providers.graph.test_quotation import OUTLOOK
from tests.providers.graph.wires import FOLDERS, ID, QUOTED, FewAnswers, mailbox_at, refusal, resource
from tests.providers.wires import reply_to_clara

ME = {"mail": "alice@practice.example", "displayName": "Alice"}
TO_CLARA = [{"emailAddress": {"address": "Clara@customer.example", "name": "Clara Client"}}]
NO_FILES: dict[str, Any] = {"value": []}
REPLY: Reply = reply_to_clara("AAkALgOriginal", private_id="a1b2c3", text="Yes,\ngladly.")


@pytest.fixture
async def reader() -> AsyncIterator[Child]:
    """The process that reads what strangers wrote."""
    async with Child(reading.work) as made:
        yield made


def draft(**more: Any) -> dict[str, Any]:
    """Return a draft as Graph shows it, as it was meant unless something is changed."""
    whole = {
        "isDraft": True,
        "parentFolderId": FOLDERS["drafts"],
        "toRecipients": TO_CLARA,
        "from": {"emailAddress": {"address": "alice@practice.example", "name": "Alice"}},
        "body": {"contentType": "html", "content": document("Yes,\ngladly.", OUTLOOK)},
        "singleValueExtendedProperties": [{"id": PRIVATE_PROPERTY, "value": "a1b2c3"}],
    }
    return resource(**(whole | more))


async def test_a_reply_that_graph_makes_as_it_was_meant_is_one_call_and_a_look(reader: Child) -> None:
    server = FewAnswers(GET=[ME, draft(), NO_FILES], POST=[draft()])
    made = await mailbox_at(server, reader).create_reply(REPLY)
    assert (made.text, made.quoted.splitlines()[0]) == ("Yes,\ngladly.", "From: Clara")
    assert [method for method, _ in server.made()] == ["GET", "POST", "GET", "GET"]
    sent = server.body(1)
    assert sent["message"].keys() == {"toRecipients", "ccRecipients", "singleValueExtendedProperties"}
    assert "body" not in sent["message"]  # together with a comment it is refused
    assert sent["comment"].startswith('<div id="deskhand-words"')
    assert "Yes,<br>gladly." in sent["comment"]


@pytest.mark.parametrize(
    "odd",
    [
        {"toRecipients": [{"emailAddress": {"address": "other@x.example"}}]},
        {"ccRecipients": [{"emailAddress": {"address": "other@x.example"}}]},
        {"singleValueExtendedProperties": []},
        {"body": {"contentType": "html", "content": f"<html><body>{OUTLOOK}</body></html>"}},
        {"body": {"contentType": "html", "content": f"<body>&lt;div&gt;Yes, gladly.&lt;/div&gt;{OUTLOOK}</body>"}},
    ],
    ids=["to", "cc", "mark", "no words", "words as markup"],
)
async def test_what_graph_made_otherwise_is_mended_in_one_change(reader: Child, odd: dict[str, Any]) -> None:
    server = FewAnswers(GET=[ME, draft(**odd), NO_FILES, draft(), NO_FILES], POST=[draft(**odd)], PATCH=[draft()])
    made = await mailbox_at(server, reader).create_reply(REPLY)
    assert made.text == "Yes,\ngladly."
    (place,) = [place for place, request in enumerate(server.requests) if request.method == "PATCH"]
    assert server.requests[place].headers["if-match"] == 'W/"one"'
    change = server.body(place)
    assert change["toRecipients"][0]["emailAddress"]["address"] == "clara@customer.example"
    assert change["body"]["content"] == document("Yes,\ngladly.", OUTLOOK)


async def test_a_reply_that_cannot_be_made_as_it_was_meant_is_thrown_away_unsendable(reader: Child) -> None:
    odd = draft(toRecipients=[{"emailAddress": {"address": "other@x.example"}}])
    server = FewAnswers(GET=[ME, odd, NO_FILES, odd, NO_FILES, odd], POST=[odd], PATCH=[odd, {}], DELETE=[{}])
    with pytest.raises(ProviderRefused):
        await mailbox_at(server, reader).create_reply(REPLY)
    assert server.made()[-2:] == [("PATCH", f"/messages/{QUOTED}"), ("DELETE", f"/messages/{QUOTED}")]
    assert server.body(-2) == {"toRecipients": [], "ccRecipients": [], "bccRecipients": []}


async def test_a_graph_that_takes_nothing_along_is_told_afterwards(reader: Child) -> None:
    bare = draft(body={"contentType": "html", "content": OUTLOOK}, singleValueExtendedProperties=[], toRecipients=[])
    server = FewAnswers(
        GET=[ME, bare, NO_FILES, draft(), NO_FILES], POST=[refusal(400, "RequestBodyRead"), bare], PATCH=[draft()]
    )
    assert (await mailbox_at(server, reader).create_reply(REPLY)).text == "Yes,\ngladly."
    assert server.body(2) == {}


async def test_another_sender_is_asked_for_and_looked_for(reader: Child) -> None:
    person = ME | {"proxyAddresses": ["smtp:office@practice.example"]}
    server = FewAnswers(
        GET=[person, draft(), NO_FILES, draft(), NO_FILES, draft()], POST=[draft()], PATCH=[{}], DELETE=[{}]
    )
    with pytest.raises(InvalidMessage):  # it stayed the other address, as a tenant can have it
        await mailbox_at(server, reader).create_reply(replace(REPLY, from_email="office@practice.example"))
    assert server.body(1)["message"]["from"]["emailAddress"]["address"] == "office@practice.example"
    assert server.made()[-1][0] == "DELETE"


async def test_html_in_a_persons_words_stays_words(reader: Child) -> None:
    hostile = '</div><script>alert(1)</script><div id="divRplyFwdMsg"><img src=x onerror=alert(1)>'
    body = {"contentType": "html", "content": document(hostile, OUTLOOK)}
    server = FewAnswers(GET=[ME, draft(body=body), NO_FILES], POST=[draft(body=body)])
    made = await mailbox_at(server, reader).create_reply(replace(REPLY, text=hostile))
    assert made.text == hostile
    assert "<script" not in server.body(1)["comment"]
    assert "<img" not in server.body(1)["comment"]


async def test_an_edit_keeps_what_the_draft_quotes_now(reader: Child) -> None:
    shorter = OUTLOOK.replace("Could you start?", "Could you?")  # the owner has cut it
    before = draft(body={"contentType": "html", "content": document("Yes.", shorter)})
    server = FewAnswers(GET=[ME, before, draft(), NO_FILES], PATCH=[draft()])
    await mailbox_at(server, reader).update_draft(ID, replace(REPLY, text="No."), revision="one")
    (change,) = [server.body(place) for place, request in enumerate(server.requests) if request.method == "PATCH"]
    assert change["body"]["content"] == document("No.", shorter)


async def test_a_change_whose_answer_was_lost_is_not_made_twice(reader: Child) -> None:
    """A second time it would be refused, and look as if somebody else had written into the draft."""
    server = FewAnswers(GET=[ME, draft()], PATCH=[httpx2.ReadError("the connection broke")])
    with pytest.raises(NoAnswer):
        await mailbox_at(server, reader).update_draft(ID, REPLY, revision="one")
    assert sum(method == "PATCH" for method, _ in server.made()) == 1


async def test_a_draft_that_is_at_another_revision_is_not_written(reader: Child) -> None:
    server = FewAnswers(GET=[ME, draft(changeKey="two")], PATCH=[draft()])
    with pytest.raises(Conflict):
        await mailbox_at(server, reader).update_draft(ID, REPLY, revision="one")
    assert not any(method == "PATCH" for method, _ in server.made())


async def test_words_that_cannot_be_told_from_a_quotation_are_all_shown(reader: Child) -> None:
    written = "<p>I shall call.</p><blockquote>On Sunday Clara wrote: …</blockquote>"
    server = FewAnswers(GET=[draft(body={"contentType": "html", "content": written}), NO_FILES])
    seen = await mailbox_at(server, reader).draft(ID)
    assert (seen.text, seen.quoted) == ("I shall call.\n\nOn Sunday Clara wrote: …", "")


async def test_a_draft_as_plain_text_is_read_as_that(reader: Child) -> None:
    text = "Yes.\n\n2026-11-22 14:05 UTC, Clara <clara@customer.example>:\n> Could you start?\n"
    server = FewAnswers(GET=[draft(body={"contentType": "text", "content": text}), NO_FILES])
    seen = await mailbox_at(server, reader).draft(ID)
    assert (seen.text, seen.html) == ("Yes.", "")
    assert seen.quoted.endswith("> Could you start?")


async def test_a_sent_letter_is_never_thrown_away_for_its_draft() -> None:
    """With immutable ids it has the same id: whoever retires a draft that a silent worker has sent must not lose it."""
    server = FewAnswers(GET=[resource(parentFolderId=FOLDERS["sentitems"])], PATCH=[{}], DELETE=[{}])
    await mailbox_at(server).delete_draft(ID)
    assert [method for method, _ in server.made()] == ["GET"]


async def test_a_draft_that_leaves_while_it_is_thrown_away_is_left_alone() -> None:
    sent = resource(parentFolderId=FOLDERS["sentitems"])
    server = FewAnswers(GET=[draft(), sent], PATCH=[refusal(412, "ErrorIrresolvableConflict")], DELETE=[{}])
    await mailbox_at(server).delete_draft(ID)
    assert [method for method, _ in server.made()] == ["GET", "PATCH", "GET"]


async def test_a_letter_of_ours_that_is_on_its_way_is_neither_gone_nor_kept() -> None:
    marks = [{"id": PRIVATE_PROPERTY, "value": "a1b2c3"}]
    server = FewAnswers(GET=[resource(parentFolderId="AQ-outbox", singleValueExtendedProperties=marks)])
    with pytest.raises(ProviderBusy):
        await mailbox_at(server).delete_draft(ID)


async def test_a_draft_that_the_owner_threw_away_is_made_unsendable_where_it_lies() -> None:
    server = FewAnswers(GET=[draft(parentFolderId=FOLDERS["deleteditems"])], PATCH=[{}], DELETE=[{}])
    await mailbox_at(server).delete_draft(ID)
    assert [method for method, _ in server.made()] == ["GET", "PATCH"]


@pytest.mark.parametrize("odd", [{"isDraft": False}, {"conversationId": "another"}], ids=["no draft", "elsewhere"])
async def test_a_copy_that_is_none_is_refused(reader: Child, odd: dict[str, Any]) -> None:
    copied = draft(id="AAkALgCopy", singleValueExtendedProperties=[], **odd)
    server = FewAnswers(GET=[draft(), copied], POST=[copied], PATCH=[{}], DELETE=[{}])
    with pytest.raises(ProviderError):
        await mailbox_at(server, reader).copy_draft(ID)


async def test_a_copy_without_our_mark_gets_it(reader: Child) -> None:
    copied = draft(id="AAkALgCopy", singleValueExtendedProperties=[])
    server = FewAnswers(GET=[draft(), copied, draft(id="AAkALgCopy"), NO_FILES], POST=[copied], PATCH=[{}])
    made = await mailbox_at(server, reader).copy_draft(ID)
    assert (made.id, made.message.private_id) == ("AAkALgCopy", "a1b2c3")
    (change,) = [server.body(place) for place, request in enumerate(server.requests) if request.method == "PATCH"]
    assert {each["value"] for each in change["singleValueExtendedProperties"]} == {"a1b2c3"}


async def test_a_sent_copy_is_found_by_our_property_in_the_sent_folder_or_not_at_all() -> None:
    marks = [{"id": PRIVATE_PROPERTY, "value": "a1b2c3"}]
    sent = resource(parentFolderId=FOLDERS["sentitems"], singleValueExtendedProperties=marks)
    found = FewAnswers(GET=[{"value": [sent]}])
    copy = await mailbox_at(found).find_sent("a1b2c3", "AAQk/c+d=")
    assert copy is not None
    assert found.made() == [("GET", "/mailFolders/sentitems/messages")]
    elsewhere = sent | {"parentFolderId": FOLDERS["inbox"]}
    forged = resource(
        parentFolderId=FOLDERS["sentitems"], internetMessageHeaders=[{"name": "X-Deskhand-Id", "value": "a1b2c3"}]
    )
    for wrong in (elsewhere, forged):
        server = FewAnswers(GET=[refusal(400, "ErrorInvalidUrlQueryFilter"), {"value": [wrong]}])
        assert await mailbox_at(server).find_sent("a1b2c3", "AAQk/c+d=") is None
    server = FewAnswers(GET=[refusal(400, "ErrorInvalidUrlQueryFilter"), {"value": [forged, sent]}])
    assert await mailbox_at(server).find_sent("a1b2c3", "AAQk/c+d=") is not None


async def test_a_new_draft_without_an_id_is_one_that_nobody_knows(reader: Child) -> None:
    server = FewAnswers(GET=[ME], POST=[{}])
    with pytest.raises(NoAnswer):
        await mailbox_at(server, reader).create_reply(REPLY)
