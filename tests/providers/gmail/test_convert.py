"""Gmail's JSON into our types, whatever is missing, doubled or hostile in it."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.providers.base import Address, Folder
from app.providers.fields import LONG_AGO
from app.providers.gmail.convert import (
    decoded,
    leaves_of,
    message_of,
    send_as_of,
)
from app.providers.headers import MOST_REFERENCES, Headers

NONE: frozenset[str] = frozenset()


def resource(*headers: tuple[str, str], **more: Any) -> dict[str, Any]:
    """Return a message of Gmail's with these headers."""
    payload = {"mimeType": "text/plain", "headers": [{"name": name, "value": value} for name, value in headers]}
    return {"id": "18c0", "threadId": "18bf", "labelIds": ["INBOX"], "internalDate": "1795309025340", **more} | {
        "payload": payload
    }


def test_a_message_is_told_in_our_words() -> None:
    message = message_of(
        resource(
            ("From", "Clara <clara@customer.example>"),
            ("To", "alice@x.example, Bob <bob@x.example>"),
            ("Cc", "carol@x.example"),
            ("Reply-To", "office@customer.example"),
            ("Subject", "Terrace?"),
            ("Message-ID", "<2@customer.example>"),
            ("References", "<0@customer.example> <1@customer.example>"),
            labelIds=["INBOX", "UNREAD", "Label_7"],
            snippet="Isn&#39;t it &lt;nice&gt;?",
        ),
        frozenset({"Garden"}),
    )
    assert (message.id, message.thread_id, message.folder) == ("18c0", "18bf", Folder.INBOX)
    assert message.date == datetime(2026, 11, 22, 0, 57, 5, 340_000, tzinfo=UTC)
    assert message.authors == (Address(email="clara@customer.example", name="Clara"),)
    assert [each.email for each in (*message.to, *message.cc)] == [
        "alice@x.example",
        "bob@x.example",
        "carol@x.example",
    ]
    assert message.reply_to == (Address(email="office@customer.example"),)
    assert (message.subject, message.snippet, message.unread) == ("Terrace?", "Isn't it <nice>?", True)
    assert (message.message_id, message.references) == (
        "<2@customer.example>",
        ("<0@customer.example>", "<1@customer.example>"),
    )
    assert (message.labels, message.private_id) == ({"Garden"}, "")


@pytest.mark.parametrize(
    ("ids", "folder"),
    [
        (["INBOX", "IMPORTANT"], Folder.INBOX),
        (["SENT"], Folder.SENT),
        (["SENT", "INBOX"], Folder.INBOX),  # a letter to oneself
        (["DRAFT"], Folder.DRAFTS),
        (["SPAM"], Folder.SPAM),
        (["TRASH", "INBOX"], Folder.TRASH),
        (["TRASH", "DRAFT"], Folder.TRASH),
        (["Label_1", "UNREAD"], Folder.ARCHIVE),
        ([], Folder.ARCHIVE),
        (None, Folder.ARCHIVE),
        ("INBOX", Folder.ARCHIVE),
        ([{"id": "INBOX"}, 3], Folder.ARCHIVE),
    ],
)
def test_labels_say_where_a_message_lies(ids: Any, folder: Folder) -> None:
    assert message_of(resource(labelIds=ids), NONE).folder is folder


def test_every_author_of_every_from_header_counts() -> None:
    message = message_of(resource(("From", "a@x.example"), ("from", "B <b@x.example>"), ("FROM", "c@x.example")), NONE)
    assert [each.email for each in message.authors] == ["a@x.example", "b@x.example", "c@x.example"]


def test_a_message_without_anything_is_still_one() -> None:
    for empty in ({}, {"payload": None}, {"payload": []}, {"payload": {"headers": "x"}}, {"payload": {"headers": [1]}}):
        message = message_of(empty, NONE)
        assert (message.authors, message.subject, message.date) == ((), "", LONG_AGO)


@pytest.mark.parametrize(
    ("given_date", "header", "expected"),
    [
        ("0", "", LONG_AGO),
        ("-1", "", LONG_AGO),
        ("99999999999999999999", "", LONG_AGO),
        ("9" * 5000, "", LONG_AGO),
        ("now", "Sun, 22 Nov 2026 15:05:00 +0100", datetime(2026, 11, 22, 14, 5, tzinfo=UTC)),
        (None, "Sun, 22 Nov 2026 15:05:00", datetime(2026, 11, 22, 15, 5, tzinfo=UTC)),
        (None, "Sun, 99 Nov 2026 99:99:99 +9999", LONG_AGO),
        (None, "Fri, 31 Dec 9999 23:59:59 -0800", LONG_AGO),
        (None, "Mon, 01 Jan 1066 00:00:00 +0800", LONG_AGO),
        (None, "(" * 5000, LONG_AGO),
        (None, "", LONG_AGO),
    ],
)
def test_a_message_has_a_date_whatever_it_says(given_date: Any, header: str, expected: datetime) -> None:
    assert message_of(resource(("Date", header), internalDate=given_date), NONE).date == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([("References", "<a@x> junk <b@x>\r\n <c@x>")], ("<a@x>", "<b@x>", "<c@x>")),
        ([("In-Reply-To", "<a@x>")], ("<a@x>",)),
        ([("In-Reply-To", "<a@x> <b@x>")], ()),  # two are no chain (RFC 5322 3.6.4)
        ([("References", ""), ("In-Reply-To", "<a@x>")], ("<a@x>",)),
        ([("References", "<=?utf-8?q?=0D=0A?=@x> <a b@x> <> <é@x> <" + "y" * 300 + "@x>")], ()),
        ([], ()),
    ],
)
def test_references_are_ids_and_nothing_else(headers: list[tuple[str, str]], expected: tuple[str, ...]) -> None:
    assert message_of(resource(*headers), NONE).references == expected


def test_of_endless_references_the_first_and_the_latest_are_kept() -> None:
    ids = [f"<{n}@x>" for n in range(500)]
    kept = message_of(resource(("References", " ".join(ids))), NONE).references
    assert len(kept) == MOST_REFERENCES
    assert (kept[0], kept[-1]) == ("<0@x>", "<499@x>")


def test_a_private_id_that_stands_twice_is_nobodys() -> None:
    assert message_of(resource(("X-Deskhand-Id", "a1")), NONE).private_id == "a1"
    assert message_of(resource(("x-deskhand-id", "a1"), ("X-Deskhand-Id", "b2")), NONE).private_id == ""


def test_a_subject_that_google_left_encoded_is_decoded_into_one_line() -> None:
    subject = "=?utf-8?q?Gr=C3=BC=C3=9Fe=0D=0ABcc=3A_all=40x=2Eexample?="
    assert message_of(resource(("Subject", subject)), NONE).subject == "Grüße Bcc: all@x.example"


def test_headers_are_found_in_any_case_and_capped() -> None:
    headers = Headers([{"name": "SUBJECT", "value": "x" * 100_000}] + [{"name": "a", "value": "b"}] * 5000)
    assert len(headers.first("subject")) == 64 * 1024
    assert len(headers.all("A")) == 999


@pytest.mark.parametrize(
    ("given_address", "verified"),
    [
        ({"sendAsEmail": "a@x.example", "isPrimary": True}, True),  # the owner's own has no status
        ({"sendAsEmail": "a@x.example", "verificationStatus": "accepted"}, True),
        ({"sendAsEmail": "a@x.example", "verificationStatus": "verificationStatusUnspecified"}, True),
        ({"sendAsEmail": "a@x.example", "verificationStatus": "pending"}, False),
    ],
)
def test_only_what_is_pending_may_not_be_sent_from(given_address: dict[str, Any], verified: bool) -> None:
    assert send_as_of(given_address).verified is verified


def part(media_type: str, *parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a part of a message."""
    return {"mimeType": media_type, "parts": list(parts), **more}


def test_a_tree_of_parts_is_its_words_and_its_files() -> None:
    tree = part(
        "multipart/mixed",
        part("multipart/alternative", part("text/plain"), part("TEXT/HTML")),
        part("application/pdf", filename="../plan.pdf", body={"size": 1234, "attachmentId": "ANG"}),
        part("text/plain", filename="notes.txt"),
        part("text/plain", headers=[{"name": "content-disposition", "value": "ATTACHMENT"}]),
        part("message/rfc822", part("text/plain", filename="inner"), filename="mail.eml"),
    )
    leaves, whole = leaves_of(tree)
    assert whole
    assert [(leaf.id, leaf.media_type, leaf.name, leaf.attached) for leaf in leaves] == [
        ("0.0", "text/plain", "attachment", False),
        ("0.1", "text/html", "attachment", False),
        ("1", "application/pdf", "plan.pdf", True),
        ("2", "text/plain", "notes.txt", True),
        ("3", "text/plain", "attachment", True),
        ("4", "message/rfc822", "mail.eml", True),
    ]
    assert (leaves[2].size, leaves[2].gmail_id) == (1234, "ANG")


def test_a_message_of_one_part_is_its_own_leaf() -> None:
    leaves, _ = leaves_of(
        part("text/plain", headers=[{"name": "Content-Type", "value": 'text/plain; CHARSET="koi8-r"'}])
    )
    assert [(leaf.id, leaf.charset) for leaf in leaves] == [("0", "koi8-r")]


def test_more_parts_or_levels_than_anybody_writes_are_not_followed() -> None:
    deep = part("text/plain")
    for _ in range(100):
        deep = part("multipart/mixed", deep)
    assert leaves_of(deep) == ([], False)
    wide = part("multipart/mixed", *[part("text/plain")] * 1000)
    assert not leaves_of(wide)[1]


def test_an_envelope_without_anything_in_it_is_not_whole() -> None:
    assert leaves_of(part("multipart/mixed", part("multipart/alternative"))) == ([], False)
    assert leaves_of({}) == ([], True)


@given(st.binary(max_size=50))
def test_base64_is_decoded_with_or_without_padding(raw: bytes) -> None:
    padded = base64.urlsafe_b64encode(raw).decode()
    assert decoded(padded) == decoded(padded.rstrip("=")) == raw


@given(st.text(max_size=50))
def test_what_is_no_base64_is_some_bytes_or_none(data: str) -> None:
    assert isinstance(decoded(data), bytes)


FIELDS = "id threadId labelIds payload headers name value parts body data mimeType size filename internalDate snippet"
NAMES = st.sampled_from([*FIELDS.split(), "attachmentId"])
VALUES = st.sampled_from(["From", "Subject", "Date", "References", "text/plain", "multipart/mixed", "INBOX", "<a@b>"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | VALUES | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=30,
)


@given(st.dictionaries(NAMES, JSON, max_size=8))
@settings(max_examples=300)
def test_any_json_is_a_message(given_json: dict[str, Any]) -> None:
    message = message_of(given_json, NONE)
    assert message.date.tzinfo is UTC
    payload = given_json.get("payload")
    leaves, _ = leaves_of(payload if isinstance(payload, dict) else {})
    assert all(leaf.name and leaf.size >= 0 for leaf in leaves)
