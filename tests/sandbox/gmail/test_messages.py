"""Messages as a program sees and changes them."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx2
import pytest

from app.sandbox.gmail.mailbox import Mailbox, Message
from app.sandbox.sandbox import Sandbox
from tests.sandbox.practice import FULL, GMAIL, Program, consent, last_effect, letter, raw, unraw


async def test_a_list_has_ids_only_newest_first(program: Program, mailbox: Mailbox):
    old = mailbox.add(letter("old"), internal_date=datetime(2026, 1, 1, tzinfo=UTC))
    new = mailbox.add(letter("new"), internal_date=datetime(2026, 2, 1, tzinfo=UTC))
    listed = await program.get("messages")
    assert listed == {
        "messages": [{"id": new.id, "threadId": new.thread_id}, {"id": old.id, "threadId": old.thread_id}],
        "resultSizeEstimate": 2,
    }


async def test_an_empty_list_has_no_messages_key(program: Program):
    assert await program.get("messages") == {"resultSizeEstimate": 0}


async def test_pages_follow_each_other_without_loss_or_repeat(program: Program, mailbox: Mailbox):
    same_moment = datetime(2026, 1, 1, tzinfo=UTC)
    made = [mailbox.add(letter(f"letter {n}"), internal_date=same_moment).id for n in range(23)]
    seen: list[str] = []
    token = ""
    while True:
        page = await program.get("messages", maxResults=5, **({"pageToken": token} if token else {}))
        seen += [message["id"] for message in page["messages"]]
        token = page.get("nextPageToken", "")
        if not token:
            break
    assert seen == made[::-1]


async def test_a_page_is_not_moved_by_what_arrives_meanwhile(program: Program, mailbox: Mailbox):
    for n in range(4):
        mailbox.add(letter(f"letter {n}"), internal_date=datetime(2026, 1, n + 1, tzinfo=UTC))
    first = await program.get("messages", maxResults=2)
    mailbox.add(letter("newer"), internal_date=datetime(2026, 3, 1, tzinfo=UTC))
    second = await program.get("messages", maxResults=2, pageToken=first["nextPageToken"])
    assert not {one["id"] for one in first["messages"]} & {one["id"] for one in second["messages"]}
    assert len(second["messages"]) == 2


async def test_the_estimate_of_a_long_list_is_poor(program: Program, mailbox: Mailbox):
    for n in range(230):
        mailbox.add(letter(f"letter {n}"))
    assert (await program.get("messages", maxResults=3))["resultSizeEstimate"] == 201
    assert len((await program.get("messages", maxResults=9_000))["messages"]) == 230
    assert len((await program.get("messages"))["messages"]) == 100
    assert (await program.get("labels/INBOX"))["messagesTotal"] == 230


async def test_labels_choose_all_of_them(program: Program, mailbox: Mailbox):
    both = mailbox.add(letter("both"), labels=("INBOX", "STARRED"))
    mailbox.add(letter("one"), labels=("INBOX",))
    listed = await program.get("messages", labelIds=["INBOX", "STARRED"])
    assert [one["id"] for one in listed["messages"]] == [both.id]


async def test_spam_and_trash_are_left_out_unless_asked_for(program: Program, mailbox: Mailbox):
    seen = mailbox.add(letter("seen"))
    spam, trash = mailbox.add(letter("spam"), labels=("SPAM",)), mailbox.add(letter("trash"), labels=("TRASH",))

    async def ids(**params: object) -> set[str]:
        return {one["id"] for one in (await program.get("messages", **params)).get("messages", [])}

    assert await ids() == {seen.id}
    assert await ids(includeSpamTrash="true") == {seen.id, spam.id, trash.id}
    assert await ids(labelIds="SPAM") == {spam.id}
    assert await ids(q="in:trash") == {trash.id}
    assert await ids(q="in:anywhere") == {seen.id, spam.id, trash.id}
    assert await ids(q="-in:trash") == {seen.id}


FORMATS = {
    "minimal": set(),
    "metadata": {"payload"},
    "full": {"payload"},
    "raw": {"raw"},
    "FULL": {"payload"},
    "Raw": {"raw"},
}


@pytest.mark.parametrize("form", FORMATS)
async def test_formats_show_more_or_less(program: Program, from_clara: Message, form: str):
    shown = await program.get(f"messages/{from_clara.id}", format=form)
    always = {"id", "threadId", "labelIds", "snippet", "historyId", "internalDate", "sizeEstimate"}
    assert set(shown) == always | FORMATS[form]
    assert shown["snippet"] == "Could you start in March?"
    assert shown["internalDate"] == "1793613600000"
    assert shown["labelIds"] == ["INBOX", "UNREAD"]


async def test_metadata_has_headers_and_no_body(program: Program, from_clara: Message):
    shown = await program.get(f"messages/{from_clara.id}", format="metadata")
    assert set(shown["payload"]) == {"mimeType", "headers"}
    chosen = await program.get(
        f"messages/{from_clara.id}", format="metadata", metadataHeaders=["subject", "FROM", "X-None"]
    )
    assert [header["name"] for header in chosen["payload"]["headers"]] == ["From", "Subject"]


async def test_the_raw_letter_is_the_letter(program: Program, mailbox: Mailbox):
    written = letter("raw", "ñandú")
    message = mailbox.add(written)
    assert unraw((await program.get(f"messages/{message.id}", format="raw"))["raw"]) == written


async def test_modify_answers_ids_and_labels_only(program: Program, from_clara: Message):
    changed = await program.post(
        f"messages/{from_clara.id}/modify", {"addLabelIds": ["STARRED"], "removeLabelIds": ["UNREAD"]}
    )
    assert changed == {"id": from_clara.id, "threadId": from_clara.thread_id, "labelIds": ["INBOX", "STARRED"]}


async def test_a_message_without_labels_has_no_label_ids(program: Program, from_clara: Message):
    changed = await program.post(f"messages/{from_clara.id}/modify", {"removeLabelIds": ["INBOX", "UNREAD"]})
    assert changed == {"id": from_clara.id, "threadId": from_clara.thread_id}
    assert "labelIds" not in await program.get(f"messages/{from_clara.id}")


CHANGES: list[tuple[list[str], list[str], set[str], str]] = [
    (["Label_1"], [], {"INBOX", "UNREAD", "Label_1"}, "label"),
    (["Label_1"], ["INBOX"], {"UNREAD", "Label_1"}, "label"),
    ([], ["INBOX"], {"UNREAD"}, "move"),
    (["SPAM"], [], {"UNREAD", "SPAM"}, "move"),
    (["TRASH"], [], {"UNREAD", "TRASH"}, "trash"),
    ([], ["UNREAD"], {"INBOX"}, "label"),
]


@pytest.mark.parametrize("row", CHANGES)
async def test_the_ledger_says_what_a_change_was(
    program: Program, sandbox: Sandbox, from_clara: Message, row: tuple[list[str], list[str], set[str], str]
):
    add, remove, labels, kind = row
    await program.post("labels", {"name": "Clients"})
    body = {"addLabelIds": add, "removeLabelIds": remove}
    changed = await program.post(f"messages/{from_clara.id}/modify", body)
    assert set(changed["labelIds"]) == labels
    effect = last_effect(sandbox)
    assert (effect.kind, effect.message, effect.thread) == (kind, from_clara.id, from_clara.thread_id)
    assert set(effect.labels_added) == labels - {"INBOX", "UNREAD"}
    assert set(effect.labels_removed) == {"INBOX", "UNREAD"} - labels


async def test_what_is_already_so_is_no_change(program: Program, sandbox: Sandbox, from_clara: Message):
    await program.post(f"messages/{from_clara.id}/modify", {"addLabelIds": ["INBOX"]})
    effect = last_effect(sandbox)
    assert (effect.kind, effect.labels_added, effect.labels_removed) == ("label", (), ())


async def test_many_at_once_and_what_is_gone_is_passed_over(program: Program, mailbox: Mailbox):
    made = [mailbox.add(letter(f"letter {n}")) for n in range(3)]
    ids = [message.id for message in made] + ["00000000deadbeef"]
    answer = await program.ask("POST", "messages/batchModify", json={"ids": ids, "addLabelIds": ["STARRED"]})
    assert (answer.status_code, answer.content) == (204, b"")
    assert all("STARRED" in message.labels for message in made)


async def test_into_the_trash_and_out_again(program: Program, from_clara: Message, sandbox: Sandbox):
    trashed = await program.post(f"messages/{from_clara.id}/trash")
    assert trashed["labelIds"] == ["TRASH", "UNREAD"]
    back = await program.post(f"messages/{from_clara.id}/untrash")
    assert back["labelIds"] == ["UNREAD"]  # not back in the inbox
    kinds = [entry.effect.kind for entry in sandbox.ledger.entries if entry.effect]
    assert kinds == ["trash", "move"]


async def test_for_good_is_only_for_a_token_that_may_do_everything(client: httpx2.AsyncClient, from_clara: Message):
    mighty = await consent(client, scope=FULL)
    answer = await mighty.ask("DELETE", f"messages/{from_clara.id}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await mighty.ask("GET", f"messages/{from_clara.id}")).status_code == 404
    assert (await mighty.get("profile"))["threadsTotal"] == 0


async def test_many_for_good(mighty: Program, mailbox: Mailbox):
    ids = [mailbox.add(letter(f"letter {n}")).id for n in range(3)]
    await mighty.done("POST", "messages/batchDelete", json={"ids": [*ids[:2], "00000000deadbeef"]})
    assert [one["id"] for one in (await mighty.get("messages"))["messages"]] == ids[2:]


async def test_insert_keeps_a_letter_without_delivering_it(client: httpx2.AsyncClient, mailbox: Mailbox):
    keeper = await consent(client, scope=f"{GMAIL}insert {GMAIL}readonly")
    written = letter("kept", Date="Mon, 2 Nov 2026 10:00:00 +0000")
    kept = await keeper.post("messages", {"raw": raw(written), "labelIds": ["SENT", "STARRED"]})
    assert kept["labelIds"] == ["SENT", "STARRED"]
    shown = await keeper.get(f"messages/{kept['id']}", format="raw")
    assert unraw(shown["raw"]) == written
    assert shown["internalDate"] != "1793613600000"
    dated = await keeper.done(
        "POST", "messages", params={"internalDateSource": "dateHeader"}, json={"raw": raw(written)}
    )
    assert (await keeper.get(f"messages/{dated['id']}"))["internalDate"] == "1793613600000"


async def test_import_takes_the_date_of_the_letter(program: Program):
    written = letter("kept", Date="Mon, 2 Nov 2026 10:00:00 +0000")
    kept = await program.post("messages/import", {"raw": raw(written), "labelIds": ["INBOX"]})
    assert (await program.get(f"messages/{kept['id']}"))["internalDate"] == "1793613600000"


async def test_the_profile_counts(program: Program, mailbox: Mailbox, from_clara: Message):
    mailbox.add(letter("Re: Terrace", answers="<march@customer.example>"))
    profile = await program.get("profile")
    assert profile == {
        "emailAddress": "alice@practice.example",
        "messagesTotal": 2,
        "threadsTotal": 1,
        "historyId": str(mailbox.history.current),
    }


async def test_ids_are_of_one_mailbox_only(client: httpx2.AsyncClient, from_clara: Message):
    bobs = await consent(client, "bob@practice.example")
    assert (await bobs.ask("GET", f"messages/{from_clara.id}")).status_code == 404


async def test_labels_by_name_are_made_when_mail_is_put_in(mailbox: Mailbox, program: Program):
    message = mailbox.add(letter(), labels=("INBOX", "Clients/Clara", "clients/clara"), unread=True)
    names = {label["id"]: label["name"] for label in (await program.get("labels"))["labels"]}
    assert {names[label] for label in message.labels} == {"INBOX", "UNREAD", "Clients/Clara"}


async def test_mail_without_a_date_is_of_now(mailbox: Mailbox):
    undated = mailbox.add(b"From: a@b.cl\n\nx")
    dated = mailbox.add(b"From: a@b.cl\nDate: Mon, 2 Nov 2026 10:00:00 +0000\n\nx")
    assert dated.date == 1793613600000
    assert undated.date > dated.date


async def test_mail_put_in_has_no_history(mailbox: Mailbox, program: Program):
    before = mailbox.history.current
    mailbox.add(letter())
    assert "history" not in await program.get("history", startHistoryId=before)
