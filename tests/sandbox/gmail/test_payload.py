"""A letter as the API shows it."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.sandbox.gmail.mailbox import Mailbox
from app.sandbox.gmail.payload import base64url, message_resource
from tests.sandbox.practice import Program, letter, unraw
from tests.sandbox.test_mime import HOSTILE, PIECES


def with_files() -> bytes:
    made = EmailMessage()
    made["From"], made["Subject"] = "a@b.cl", "=?utf-8?q?caf=C3=A9?="
    made.set_content("Mañana & más")
    made.add_alternative('<p>Mañana <img src="cid:logo"></p>', subtype="html")
    html = made.get_payload()[1]
    html.add_related(b"\x89PNG", "image", "png", cid="<logo>")
    made.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="über sicht.pdf")
    made.add_attachment(EmailMessage(), filename="empty.eml")
    return made.as_bytes()


async def payload_of(program: Program, mailbox: Mailbox, written: bytes) -> tuple[str, Any]:
    message = mailbox.add(written)
    return message.id, (await program.get(f"messages/{message.id}"))["payload"]


async def test_a_single_part(program: Program, mailbox: Mailbox):
    _, payload = await payload_of(program, mailbox, b"Subject: x\r\n\r\nhello")
    assert payload == {
        "partId": "",
        "mimeType": "text/plain",
        "filename": "",
        "headers": [{"name": "Subject", "value": "x"}],
        "body": {"size": 5, "data": "aGVsbG8="},
    }


async def test_an_empty_body_has_a_size_only(program: Program, mailbox: Mailbox):
    _, payload = await payload_of(program, mailbox, b"Subject: x\r\n\r\n")
    assert payload["body"] == {"size": 0}


def flat(part: Any) -> list[Any]:
    return [part, *(inner for child in part.get("parts", []) for inner in flat(child))]


async def test_the_tree_of_parts(program: Program, mailbox: Mailbox):
    _, payload = await payload_of(program, mailbox, with_files())
    shape = [(part["partId"], part["mimeType"], part["filename"]) for part in flat(payload)]
    assert shape == [
        ("", "multipart/mixed", ""),
        ("0", "multipart/alternative", ""),
        ("0.0", "text/plain", ""),
        ("0.1", "multipart/related", ""),
        ("0.1.0", "text/html", ""),
        ("0.1.1", "image/png", ""),
        ("1", "application/pdf", "über sicht.pdf"),
        ("2", "message/rfc822", "empty.eml"),
        ("2.0", "text/plain", ""),
    ]


async def test_containers_have_no_content_and_files_are_fetched_apart(program: Program, mailbox: Mailbox):
    message_id, payload = await payload_of(program, mailbox, with_files())
    parts = {part["partId"]: part for part in flat(payload)}
    assert parts[""]["body"] == {"size": 0}
    assert set(parts["0.0"]["body"]) == {"size", "data"}
    for part_id, content in (("0.1.1", b"\x89PNG"), ("1", b"%PDF-1.7")):
        body = parts[part_id]["body"]
        assert set(body) == {"size", "attachmentId"}
        fetched = await program.get(f"messages/{message_id}/attachments/{body['attachmentId']}")
        assert fetched == {"size": len(content), "data": base64url(content)}
        assert body["size"] == len(content)


async def test_an_attachment_id_is_another_each_time_and_an_old_one_still_works(program: Program, mailbox: Mailbox):
    message_id, first = await payload_of(program, mailbox, with_files())
    second = (await program.get(f"messages/{message_id}"))["payload"]
    ids = [flat(payload)[6]["body"]["attachmentId"] for payload in (first, second)]
    assert ids[0] != ids[1]
    for attachment_id in ids:
        assert (await program.get(f"messages/{message_id}/attachments/{attachment_id}"))["size"] == 8


async def test_an_attachment_id_is_of_one_message(program: Program, mailbox: Mailbox):
    _, payload = await payload_of(program, mailbox, with_files())
    other = mailbox.add(with_files())
    token = flat(payload)[6]["body"]["attachmentId"]
    answer = await program.ask("GET", f"messages/{other.id}/attachments/{token}")
    assert answer.json()["error"]["message"] == "Invalid attachment token"


async def test_headers_are_decoded_and_all_there(program: Program, mailbox: Mailbox):
    written = (
        b"Received: one\r\nReceived: two\r\nFrom: =?utf-8?q?Jos=C3=A9?= <j@b.cl>\r\nSubject: folded\r\n line\r\n\r\n"
    )
    _, payload = await payload_of(program, mailbox, written)
    assert payload["headers"] == [
        {"name": "Received", "value": "one"},
        {"name": "Received", "value": "two"},
        {"name": "From", "value": "José <j@b.cl>"},
        {"name": "Subject", "value": "folded line"},
    ]


@pytest.mark.parametrize(
    ("charset", "content"),
    [
        ("iso-8859-1", "mañana"),
        ("windows-1252", "“mañana” €"),
        ("iso-2022-jp", "日本"),
        ("utf-16", "mañana"),
        ("koi8-r", "да"),
    ],
)
async def test_text_comes_as_utf8_and_the_header_stays_as_written(
    program: Program, mailbox: Mailbox, charset: str, content: str
):
    written = f"Content-Type: text/plain; charset={charset}\r\n\r\n".encode() + content.encode(charset)
    if charset == "utf-16":  # line ends of mail are made in bytes, so this one goes through base64
        encoded = base64url(content.encode(charset)).encode()
        written = b"Content-Type: text/plain; charset=utf-16\r\nContent-Transfer-Encoding: base64\r\n\r\n" + encoded
    _, payload = await payload_of(program, mailbox, written)
    assert unraw(payload["body"]["data"]).decode() == content
    assert payload["headers"][0]["value"] == f"text/plain; charset={charset}"


async def test_a_text_file_is_a_file(program: Program, mailbox: Mailbox):
    written = (
        b"Content-Type: text/plain; charset=iso-8859-1\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\n\xf1"
    )
    message_id, payload = await payload_of(program, mailbox, written)
    fetched = await program.get(f"messages/{message_id}/attachments/{payload['body']['attachmentId']}")
    assert unraw(fetched["data"]) == b"\xf1"


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_letters_have_an_answer_in_every_format(program: Program, mailbox: Mailbox, name: str):
    message = mailbox.add(HOSTILE[name])
    for form in ("minimal", "metadata", "full", "raw"):
        assert (await program.ask("GET", f"messages/{message.id}", params={"format": form})).status_code == 200
    assert (await program.ask("GET", "threads", params={"q": "words has:attachment"})).status_code == 200


@given(st.lists(PIECES, max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_broken_letters_have_a_payload(mailbox: Mailbox, pieces: list[bytes]):
    message = mailbox.add(b"".join(pieces))
    shown = message_resource(mailbox, message, "full")
    for part in flat(shown["payload"]):
        assert {"partId", "mimeType", "filename", "headers", "body"} <= set(part)
        assert "data" not in part["body"] or len(unraw(part["body"]["data"])) == part["body"]["size"]


@given(st.binary(max_size=500))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_the_raw_letter_is_what_came_in_but_for_line_ends(mailbox: Mailbox, body: bytes):
    written = b"Subject: x\r\n\r\n" + body
    shown = message_resource(mailbox, mailbox.add(written), "raw")
    assert unraw(shown["raw"]) == written.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    assert shown["sizeEstimate"] == len(unraw(shown["raw"]))


async def test_a_large_letter_is_read_without_being_kept_in_memory(program: Program, mailbox: Mailbox):
    large = mailbox.add(letter(body="word " * 300_000))
    small = mailbox.add(letter())
    for message in (large, small):
        await program.get(f"messages/{message.id}", format="metadata")
    assert set(mailbox._taken_apart._kept) == {small.place}
