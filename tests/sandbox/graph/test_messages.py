"""One message: what is shown of it, what may be changed, and whose change counts."""

from __future__ import annotations

import base64
from email.message import EmailMessage
from typing import Any

import pytest

from app.sandbox.graph.item import Item
from app.sandbox.graph.mailbox import GraphMailbox
from app.sandbox.sandbox import Sandbox
from tests.sandbox.outlook import ALICE, CLARA, IMMUTABLE, MARK, Caller, let_in, quoted, to
from tests.sandbox.practice import last_effect, letter

TEXT = {"prefer": 'outlook.body-content-type="text"'}


def path(item: Item) -> str:
    return f"messages/{quoted(item.mutable)}"


async def test_a_message_is_shown_as_graph_shows_it(caller: Caller, from_clara: Item):
    shown = await caller.get(path(from_clara))
    assert shown["@odata.context"].endswith("/messages/$entity")
    assert shown["@odata.etag"] == f'W/"{shown["changeKey"]}"'
    assert (shown["id"], shown["isRead"], shown["isDraft"]) == (from_clara.mutable, False, False)
    assert (shown["subject"], shown["bodyPreview"]) == ("Terrace", "Could you start in March?")
    assert shown["receivedDateTime"] == "2026-11-02T10:00:00Z"
    assert shown["from"] == {"emailAddress": {"name": "Clara Client", "address": CLARA}}
    assert shown["toRecipients"] == [{"emailAddress": {"name": ALICE, "address": ALICE}}]
    assert shown["internetMessageId"] == "<march@customer.example>"
    assert (shown["categories"], shown["flag"], shown["importance"]) == ([], {"flagStatus": "notFlagged"}, "normal")
    assert {"internetMessageHeaders", "uniqueBody", "singleValueExtendedProperties"}.isdisjoint(shown)


async def test_ids_hold_what_a_path_splits_at(caller: Caller, from_clara: Item):
    for item_id in (from_clara.mutable, from_clara.immutable):
        assert {"/", "+", "="} <= set(item_id)
        assert (await caller.ask("GET", f"messages/{item_id}")).status_code == 400
        assert (await caller.ask("GET", f"messages/{quoted(item_id)}")).status_code == 200
        assert (await caller.ask("GET", f"messages('{quoted(item_id)}')")).status_code == 200
        other_case = quoted(item_id[:6] + item_id[6:].swapcase())
        assert await caller.refused("GET", f"messages/{other_case}") == (404, "ErrorItemNotFound")


async def test_plain_text_comes_as_html_unless_text_is_preferred(caller: Caller, from_clara: Item):
    shown = await caller.get(path(from_clara))
    assert shown["body"]["contentType"] == "html"
    assert '<div class="PlainText">Could you start in March?' in shown["body"]["content"]
    answer = await caller.ask("GET", path(from_clara), headers=TEXT)
    assert answer.json()["body"] == {"contentType": "text", "content": "Could you start in March?\r\n"}
    assert answer.headers["preference-applied"] == 'outlook.body-content-type="text"'


async def test_html_comes_as_text_where_text_is_preferred(caller: Caller, mailbox: GraphMailbox):
    made = EmailMessage()
    made["From"], made["Subject"] = CLARA, "Rich"
    made.set_content("plain")
    made.add_alternative("<style>p{}</style><p>One &amp; <b>two</b></p><p>three</p>", subtype="html")
    item = mailbox.add(made.as_bytes())
    assert "<b>two</b>" in (await caller.get(path(item)))["body"]["content"]
    shown = (await caller.ask("GET", path(item), headers=TEXT)).json()
    assert shown["body"]["content"] == "One & two\r\nthree"
    assert shown["bodyPreview"] == "One & two\r\nthree"


async def test_only_what_is_selected_is_shown(caller: Caller, from_clara: Item):
    shown = await caller.get(path(from_clara), **{"$select": "Subject,internetMessageHeaders,from"})
    assert set(shown) == {"@odata.context", "@odata.etag", "id", "subject", "internetMessageHeaders", "from"}
    assert {"name": "Subject", "value": "Terrace"} in shown["internetMessageHeaders"]


async def test_the_letter_itself_can_be_had(caller: Caller, from_clara: Item, mailbox: GraphMailbox):
    answer = await caller.ask("GET", f"{path(from_clara)}/$value")
    assert from_clara.place
    assert answer.content == mailbox.spool.get(from_clara.place)
    assert answer.headers["content-type"] == "text/plain"


async def test_a_token_for_headers_alone_shows_no_words(sandbox: Sandbox, caller: Caller, from_clara: Item):
    basic = let_in(caller.client, sandbox, ALICE, "Mail.ReadBasic")
    shown = await basic.get(path(from_clara))
    assert shown["subject"] == "Terrace"
    assert {"body", "bodyPreview"}.isdisjoint(shown)
    assert await basic.refused("GET", f"{path(from_clara)}/$value") == (403, "ErrorAccessDenied")


async def test_categories_are_replaced_as_a_whole(caller: Caller, from_clara: Item, sandbox: Sandbox):
    await caller.done("PATCH", path(from_clara), json={"categories": ["VIP", "Waiting"]})
    assert last_effect(sandbox).labels_added == ("VIP", "Waiting")
    shown = await caller.done("PATCH", path(from_clara), json={"Categories": ["VIP", "New name", "VIP"]})
    assert shown["categories"] == ["VIP", "New name"]
    effect = last_effect(sandbox)
    assert (effect.kind, effect.message, effect.thread) == ("label", from_clara.immutable, from_clara.conversation)
    assert (effect.labels_added, effect.labels_removed) == (("New name",), ("Waiting",))


async def test_two_who_label_at_once_do_not_erase_each_other(caller: Caller, from_clara: Item):
    seen = await caller.get(path(from_clara))
    mine = {"if-match": seen["@odata.etag"]}
    first = await caller.done("PATCH", path(from_clara), json={"categories": ["Bob's"]}, headers=mine)
    late = {"json": {"categories": ["Alice's"]}, "headers": mine}
    assert await caller.refused("PATCH", path(from_clara), **late) == (412, "ErrorIrresolvableConflict")
    assert (await caller.get(path(from_clara)))["categories"] == ["Bob's"]
    fresh = {"if-match": first["@odata.etag"]}
    both = await caller.done("PATCH", path(from_clara), json={"categories": ["Bob's", "Alice's"]}, headers=fresh)
    assert both["categories"] == ["Bob's", "Alice's"]
    anyhow = {"json": {"categories": []}, "headers": {"if-match": "*"}}
    assert (await caller.ask("PATCH", path(from_clara), **anyhow)).status_code == 200


@pytest.mark.parametrize(
    ("change", "marks"),
    [
        ({"isRead": True}, ((), ("UNREAD",))),
        ({"flag": {"flagStatus": "flagged"}}, (("FLAGGED",), ())),
        ({"importance": "High"}, ((), ())),
        ({"inferenceClassification": "other"}, ((), ())),
        ({"@odata.type": "#microsoft.graph.message", "isRead": True}, ((), ("UNREAD",))),
        ({"singleValueExtendedProperties": [{"id": MARK, "value": "7"}]}, ((), ())),
    ],
)
async def test_marks_can_be_set_on_any_message(
    caller: Caller, from_clara: Item, sandbox: Sandbox, change: dict[str, Any], marks: Any
):
    before = from_clara.change
    await caller.done("PATCH", path(from_clara), json=change)
    assert from_clara.change != before
    effect = last_effect(sandbox)
    assert (effect.kind, (effect.labels_added, effect.labels_removed)) == ("label", marks)


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "x"},
        {"body": {"content": "x"}},
        {"toRecipients": []},
        {"from": {"emailAddress": {"address": ALICE}}},
    ],
)
async def test_what_was_said_cannot_be_changed(caller: Caller, from_clara: Item, change: dict[str, Any]):
    refused = await caller.refused("PATCH", path(from_clara), json=change)
    assert refused == (400, "ErrorInvalidPropertyUpdateSentMessage")


async def test_extended_properties_are_shown_to_who_asks_for_them(caller: Caller, from_clara: Item):
    other = MARK.replace("Deskhand", "Other")
    given = [{"id": MARK, "value": "7"}, {"id": other, "value": "8"}]
    await caller.done("PATCH", path(from_clara), json={"singleValueExtendedProperties": given})
    await caller.done("PATCH", path(from_clara), json={"singleValueExtendedProperties": [{"id": MARK, "value": "9"}]})
    wanted = f"singleValueExtendedProperties($filter=id eq '{MARK.upper()}')"
    shown = await caller.get(path(from_clara), **{"$expand": wanted})
    assert shown["singleValueExtendedProperties"] == [{"id": MARK, "value": "9"}]
    both = f"singleValueExtendedProperties($filter=id eq '{MARK}' or id eq '{other}')"
    assert len((await caller.get(path(from_clara), **{"$expand": both}))["singleValueExtendedProperties"]) == 2
    assert "singleValueExtendedProperties" not in await caller.get(path(from_clara))


async def test_a_draft_is_made_and_changed(caller: Caller, sandbox: Sandbox):
    written = {
        "subject": "Plants",
        "body": {"contentType": "HTML", "content": "<p>Which?</p>"},
        "toRecipients": to(CLARA),
        "internetMessageHeaders": [{"name": "x-ours", "value": "7"}],
    }
    made = await caller.post("messages", written)
    assert last_effect(sandbox).kind == "draft"
    assert (made["isDraft"], made["isRead"], made["subject"]) == (True, True, "Plants")
    assert made["internetMessageId"].startswith("<")
    place = f"messages/{quoted(made['id'])}"
    changed = await caller.done("PATCH", place, json={"subject": "Trees", "ccRecipients": to(ALICE)})
    assert (changed["subject"], changed["id"]) == ("Trees", made["id"])
    assert changed["changeKey"] != made["changeKey"]
    assert changed["body"]["content"] == "<p>Which?</p>"
    assert last_effect(sandbox).kind == "draft_update"
    letter_ = (await caller.ask("GET", f"{place}/$value")).text
    assert "x-ours: 7" in letter_
    assert "Subject: Trees" in letter_


async def test_labelling_a_draft_is_no_change_of_its_words(caller: Caller, sandbox: Sandbox):
    made = await caller.post("messages", {"subject": "x"})
    await caller.done("PATCH", f"messages/{quoted(made['id'])}", json={"categories": ["VIP"]})
    assert last_effect(sandbox).kind == "label"


async def test_a_draft_may_come_as_a_whole_letter(caller: Caller, mailbox: GraphMailbox, from_clara: Item):
    whole = letter("Re: Terrace", sender=ALICE, to=CLARA, answers="<march@customer.example>", X_Ours="7")
    sent = {"content": encoded(whole), "headers": {"content-type": "text/plain"}}
    made = await caller.done("POST", "messages", **sent)
    assert (made["isDraft"], made["conversationId"]) == (True, from_clara.conversation)
    draft = mailbox.items[mailbox.find(made["id"]).immutable].draft  # type: ignore[union-attr]
    assert draft
    assert (draft.headers, draft.answers) == ((("X-Ours", "7"),), "<march@customer.example>")
    wrong = {"content": b"no base64!", "headers": {"content-type": "text/plain"}}
    assert await caller.refused("POST", "messages", **wrong) == (400, "ErrorMimeContentInvalidBase64String")


def encoded(whole: bytes) -> bytes:
    return base64.encodebytes(whole)


async def test_another_kind_of_id_is_shown_to_who_prefers_it(caller: Caller, from_clara: Item):
    answer = await caller.ask("GET", path(from_clara), headers=IMMUTABLE)
    assert answer.json()["id"] == from_clara.immutable
    assert answer.headers["preference-applied"] == 'IdType="ImmutableId"'
    both = [("prefer", IMMUTABLE["prefer"]), ("prefer", TEXT["prefer"]), *caller.headers.items()]
    answer = await caller.client.get(f"/v1.0/me/{path(from_clara)}", headers=both)
    assert (answer.json()["id"], answer.json()["body"]["contentType"]) == (from_clara.immutable, "text")


async def test_ids_are_translated(caller: Caller, from_clara: Item):
    asked = {
        "inputIds": [from_clara.mutable, "AAMkADx"],
        "sourceIdType": "restId",
        "targetIdType": "restImmutableEntryId",
    }
    found = (await caller.post("translateExchangeIds", asked))["value"]
    assert found[0] == {"sourceId": from_clara.mutable, "targetId": from_clara.immutable}
    assert found[1]["errorDetails"]["code"] == "ErrorItemNotFound"
    for wrong in ({"inputIds": []}, {"inputIds": ["x"] * 1001}):
        assert await caller.refused("POST", "translateExchangeIds", json=asked | wrong) == (400, "RequestBodyRead")
    assert (await caller.refused("POST", "translateExchangeIds", json=asked | {"targetIdType": "ewsId"}))[0] == 501
