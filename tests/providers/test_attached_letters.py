"""A letter that is a file is taken apart in a process that can be killed; what cannot be judged is told as that."""

from __future__ import annotations

from base64 import encodebytes
from collections.abc import AsyncIterator

import pytest

from app.child import Child
from app.providers import reading
from app.providers.attached_letters import attached_letters
from app.rules.letter_files import OUTLOOKS_NAMES, called_letter, looks_like_letter

HEAD = b"From: Clara <clara@customer.example>\r\nTo: dora@practice.example\r\nSubject: =?utf-8?q?Terrasse?=\r\n"
INNER = b"From: mother@family.example\r\nCc: aunt@family.example\r\nSubject: Knee\r\n\r\nIt hurts.\r\n"


def holding(media_type: bytes, body: bytes, more: bytes = b"") -> bytes:
    part = b"--b\r\nContent-Type: " + media_type + b"\r\n" + more + b"\r\n" + body
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\nBefore.\r\n" + part + b"\r\n--b--\r\nBehind.\r\n"


@pytest.fixture
async def reader() -> AsyncIterator[Child]:
    """The process that reads what strangers wrote."""
    async with Child(reading.work, cpu_seconds=1) as made:
        yield made


async def test_a_letter_is_told_with_all_its_words(reader: Child) -> None:
    (letter,) = await attached_letters(reader, holding(b"text/html", b"<p>In <b>March</b>?<script>x</script>")) or []
    assert letter.message.authors[0].email == "clara@customer.example"
    assert {each.email for each in letter.message.to} == {"clara@customer.example", "dora@practice.example"}
    assert letter.message.subject == "Terrasse"
    assert {"Before.", "Behind."} <= set(letter.text.split())
    assert letter.html == "<p>In <b>March</b>?</p>"


BASE64 = b"Content-Transfer-Encoding: base64\r\n"


@pytest.mark.parametrize(
    "raw",
    [
        holding(b"message/rfc822", INNER),
        holding(b'application/octet-stream; name="knee.eml"', encodebytes(INNER), BASE64),
        holding(b"application/octet-stream", encodebytes(INNER), BASE64),
    ],
    ids=["hung on it", "by its name", "by what is in it"],
)
async def test_letters_within_a_letter_are_told_too(reader: Child, raw: bytes) -> None:
    outer, inner = await attached_letters(reader, raw) or []
    assert [each.message.subject for each in (outer, inner)] == ["Terrasse", "Knee"]
    assert inner.text == "It hurts."
    assert "aunt@family.example" in {each.email for each in outer.message.to}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no head",
        b"From clara Mon Jan  1\r\n" + HEAD + b"\r\nOne of several.",
        HEAD + b"\r\n" + OUTLOOKS_NAMES,
        holding(b"message/rfc822", encodebytes(INNER), BASE64),
        HEAD + b"Content-Type: multipart/mixed; boundary=never\r\n\r\nNo part.",
        HEAD + b"\r\n" + b" ".join(b"a%d@x.example" % number for number in range(1001)),
        HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\n" * 10**6,
    ],
    ids=["empty", "no head", "several", "Outlook's own", "encoded", "no parts", "too many people", "too hard"],
)
async def test_what_cannot_be_judged_is_told_as_that(reader: Child, raw: bytes) -> None:
    assert await attached_letters(reader, raw) is None
    assert await attached_letters(reader, HEAD + b"\r\nIn March?")


@pytest.mark.parametrize(
    ("raw", "letter"),
    [
        (HEAD, True),
        (b"> From: a@x.example\n> Subject: b\n", True),
        (HEAD.decode().encode("utf-16"), True),
        (HEAD.decode().encode("utf-8-sig"), True),
        (b"From: a@x.example\n", False),
        (b"%PDF-1.7 from: subject:", False),
        (b"\n" * 10**6, False),
    ],
)
def test_a_letter_is_known_by_who_wrote_it_and_about_what(raw: bytes, letter: bool) -> None:
    assert looks_like_letter(raw) is letter
    assert not called_letter("text/plain", "notes.txt")
    assert called_letter("text/plain", "Notes.EML")
