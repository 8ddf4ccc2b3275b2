"""Threads, and which letters belong to one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sandbox.gmail.mailbox import Mailbox, Message
from app.sandbox.headers import read_head
from app.sandbox.threading import MOST_REFERENCES, Origin, message_ids_in, plain_subject, same_subject
from tests.sandbox.practice import Program, letter, raw, reply

MARCH = "<march@customer.example>"


@pytest.mark.parametrize(
    "subject",
    [
        "Re: Terrace",
        "RE: terrace",
        "Fwd: Re: Terrace",
        "AW: Terrace",
        "RV: Terrace",
        "Re[2]: Terrace",
        "Re:Terrace  ",
        "TR : Terrace",
    ],
)
def test_prefixes_and_case_do_not_make_another_subject(subject: str):
    assert same_subject("Terrace", subject)


@pytest.mark.parametrize("subject", ["Terrace!", "Terrace Re:", "About: Terrace", "Reterrace", ""])
def test_anything_else_does(subject: str):
    assert not same_subject("Terrace", subject)


@given(st.text(max_size=60), st.lists(st.sampled_from(["Re: ", "RE:", "Fwd: ", "Aw: ", "re : "]), max_size=5))
def test_any_number_of_prefixes_is_tolerated(subject: str, prefixes: list[str]):
    assert plain_subject("".join(prefixes) + subject) == plain_subject(subject)


@given(st.text(max_size=200))
def test_a_plain_subject_is_plain_already(subject: str):
    assert plain_subject(plain_subject(subject)) == plain_subject(subject)


@pytest.mark.parametrize(
    "hostile", ["re:" * 20_000, " " * 60_000 + "x", "re" + " " * 60_000, "re [" * 15_000, "<" * 60_000]
)
def test_no_subject_is_more_than_linear_work(hostile: str):
    plain_subject(hostile)
    message_ids_in(hostile)


def test_of_very_many_references_the_last_count():
    found = message_ids_in(" ".join(f"<{n}@x>" for n in range(MOST_REFERENCES + 50)))
    assert len(found) == MOST_REFERENCES
    assert found[-1] == f"<{MOST_REFERENCES + 49}@x>"


def test_an_origin_is_read_from_the_header():
    head = read_head(
        b"Message-ID: <own@x>\nReferences: <a@x>\n <b@x>\nIn-Reply-To: <b@x>\nSubject: =?utf-8?q?=C3=A9?=\n\n"
    )
    assert Origin.of(head) == Origin("<own@x>", ("<a@x>", "<b@x>"), "é")


def test_a_reply_joins_the_thread_it_refers_to(mailbox: Mailbox, from_clara: Message):
    answer = mailbox.add(letter("Re: Terrace", answers=MARCH, message_id="<two@x.cl>"))
    again = mailbox.add(letter("RE: RE: Terrace", answers="<two@x.cl>"))
    assert {answer.thread_id, again.thread_id} == {from_clara.thread_id}


def test_another_subject_begins_a_thread_of_its_own(mailbox: Mailbox, from_clara: Message):
    other = mailbox.add(letter("Something else", answers=MARCH))
    assert other.thread_id == other.id


def test_the_same_subject_alone_does_not_join(mailbox: Mailbox, from_clara: Message):
    other = mailbox.add(letter("Terrace"))
    assert other.thread_id == other.id


# threadId, references, subject → joined?
RULES = [
    (True, MARCH, "Re: Terrace", True),
    (True, MARCH, "Terrace", True),
    (True, MARCH, "Another subject", False),
    (True, "", "Re: Terrace", False),
    (True, "<stranger@x.cl>", "Re: Terrace", False),
    (False, MARCH, "Re: Terrace", True),
    (False, MARCH, "Another subject", False),
    (False, "", "Re: Terrace", False),
]


@pytest.mark.parametrize("verb", ["draft", "send", "insert"])
@pytest.mark.parametrize("rule", RULES)
async def test_thread_id_needs_a_reference_and_the_subject(
    program: Program, from_clara: Message, verb: str, rule: tuple[bool, str, str, bool]
):
    named, answers, subject, joined = rule
    written = letter(subject, to="clara@customer.example", sender="alice@practice.example", answers=answers)
    message = {"raw": raw(written)} | ({"threadId": from_clara.thread_id} if named else {})
    paths = {"draft": "drafts", "send": "messages/send", "insert": "messages"}
    made = await program.post(paths[verb], {"message": message} if verb == "draft" else message)
    made = made["message"] if verb == "draft" else made
    assert (made["threadId"] == from_clara.thread_id) is joined


async def test_a_thread_shows_its_messages_oldest_first_drafts_among_them(
    program: Program, mailbox: Mailbox, from_clara: Message
):
    earlier = mailbox.add(
        letter("Re: Terrace", answers=MARCH), internal_date=datetime(2026, 11, 1, tzinfo=UTC)
    )  # arrived late, is older
    draft = await program.draft(reply(), threadId=from_clara.thread_id)
    thread = await program.get(f"threads/{from_clara.thread_id}")
    assert [message["id"] for message in thread["messages"]] == [earlier.id, from_clara.id, draft["message"]["id"]]
    assert set(thread) == {"id", "historyId", "messages"}
    assert thread["historyId"] == max((one["historyId"] for one in thread["messages"]), key=int)


async def test_formats_count_for_threads_too(program: Program, from_clara: Message):
    minimal = await program.get(f"threads/{from_clara.thread_id}", format="minimal")
    assert "payload" not in minimal["messages"][0]
    chosen = await program.get(f"threads/{from_clara.thread_id}", format="metadata", metadataHeaders="Subject")
    assert [one["name"] for one in chosen["messages"][0]["payload"]["headers"]] == ["Subject"]


async def test_threads_stand_where_their_newest_message_stands(program: Program, mailbox: Mailbox):
    start = datetime(2026, 1, 1, tzinfo=UTC)
    one = mailbox.add(letter("one", message_id="<1@x.cl>"), internal_date=start)
    two = mailbox.add(letter("two"), internal_date=start + timedelta(days=1))
    mailbox.add(letter("Re: one", "the newest words", answers="<1@x.cl>"), internal_date=start + timedelta(days=2))
    listed = await program.get("threads")
    assert [thread["id"] for thread in listed["threads"]] == [one.id, two.id]
    assert listed["threads"][0]["snippet"] == "the newest words"
    assert listed["resultSizeEstimate"] == 2


async def test_pages_of_threads_follow_each_other_without_repeat(program: Program, mailbox: Mailbox):
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for n in range(10):
        mailbox.add(letter(f"s{n}", message_id=f"<{n}@x.cl>"), internal_date=start + timedelta(days=n))
    for n in range(10):
        mailbox.add(letter(f"Re: s{n}", answers=f"<{n}@x.cl>"), internal_date=start + timedelta(days=20 - n))
    seen: list[str] = []
    token = ""
    while True:
        page = await program.get("threads", maxResults=3, **({"pageToken": token} if token else {}))
        seen += [thread["id"] for thread in page["threads"]]
        token = page.get("nextPageToken", "")
        if not token:
            break
    assert len(seen) == len(set(seen)) == 10


async def test_labels_of_a_thread_are_those_of_its_messages_but_not_of_drafts(
    program: Program, mailbox: Mailbox, from_clara: Message
):
    draft = await program.draft(reply(), threadId=from_clara.thread_id)
    changed = await program.post(f"threads/{from_clara.thread_id}/modify", {"addLabelIds": ["STARRED"]})
    labels = {message["id"]: message["labelIds"] for message in changed["messages"]}
    assert labels == {from_clara.id: ["INBOX", "STARRED", "UNREAD"], draft["message"]["id"]: ["DRAFT"]}


async def test_a_whole_thread_goes_to_the_trash_and_back(program: Program, mailbox: Mailbox, from_clara: Message):
    mailbox.add(letter("Re: Terrace", answers=MARCH))
    trashed = await program.post(f"threads/{from_clara.thread_id}/trash")
    assert all("TRASH" in message["labelIds"] and "INBOX" not in message["labelIds"] for message in trashed["messages"])
    back = await program.post(f"threads/{from_clara.thread_id}/untrash")
    assert all("TRASH" not in message.get("labelIds", []) for message in back["messages"])


async def test_a_thread_for_good(mighty: Program, mailbox: Mailbox, from_clara: Message):
    draft = await mighty.draft(reply(), threadId=from_clara.thread_id)
    await mighty.done("DELETE", f"threads/{from_clara.thread_id}")
    assert (await mighty.ask("GET", f"threads/{from_clara.thread_id}")).status_code == 404
    assert (await mighty.ask("GET", f"drafts/{draft['id']}")).status_code == 404
