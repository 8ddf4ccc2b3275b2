"""Letters taken apart: ordinary ones as everybody does, hostile ones without harm."""

from __future__ import annotations

import email
import email.policy
import tracemalloc
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.sandbox import mime
from app.sandbox.mime import MOST_DEPTH, MOST_PARTS, parse


def with_attachment() -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@b.cl", "c@d.cl", "Plan"
    made.set_content("Mañana\n")
    made.add_alternative("<p>Mañana</p>", subtype="html")
    made.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="übersicht.pdf")
    return made.as_bytes()


def test_a_plain_letter():
    parsed = parse(b"From: a@b.cl\r\nSubject: x\r\n\r\nhello\r\n")
    assert parsed.readable
    assert parsed.root.mime_type == "text/plain"
    assert parsed.root.decoded() == b"hello\r\n"
    assert parsed.fields == (("From", "a@b.cl"), ("Subject", "x"))


def test_the_parts_of_a_letter_stand_as_in_the_letter():
    kinds = [part.mime_type for part in parse(with_attachment()).root.walk()]
    assert kinds == ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/pdf"]


def test_an_attachment_has_its_name_and_its_bytes():
    *_, attachment = parse(with_attachment()).root.walk()
    assert attachment.filename == "übersicht.pdf"
    assert attachment.decoded() == b"%PDF"


def test_a_name_in_content_type_alone_will_do():
    root = parse(b'Content-Type: image/png; name="a.png"\n\nx').root
    assert root.filename == "a.png"


@pytest.mark.parametrize(
    ("headers", "content", "text"),
    [
        (b"Content-Type: text/plain; charset=iso-8859-1", b"se\xf1or", "señor"),
        (b"Content-Type: text/plain; charset=utf-8", "señor".encode(), "señor"),
        (b"Content-Type: text/plain; charset=no-such", "señor".encode(), "señor"),
        (b"Content-Type: text/plain; charset=no-such", b"se\xf1or", "señor"),
        (b"Content-Type: text/plain", b"se\xf1or", "señor"),
        (b"Content-Type: text/plain; charset=iso-2022-jp", "日本".encode("iso-2022-jp"), "日本"),
        (
            b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable",
            b"se=C3=B1or",
            "señor",
        ),
        (b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: BASE64", b"c2XDsW9y\n", "señor"),
        (b"Content-Transfer-Encoding: base64", b"!!c2Vu", "sen"),
        (b"Content-Transfer-Encoding: x-uuencode", b"begin 644", "begin 644"),
    ],
)
def test_text_in_its_character_set(headers: bytes, content: bytes, text: str):
    assert parse(headers + b"\n\n" + content).root.text() == text


def test_a_letter_in_a_letter_is_taken_apart_too():
    inner = b"From: x@y.cl\nSubject: inner\n\ninside"
    raw = b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n" + inner + b"\n--b--\n"
    whole, forwarded, content = parse(raw).root.walk()
    assert (whole.mime_type, forwarded.mime_type) == ("multipart/mixed", "message/rfc822")
    assert content.head.first("Subject") == "inner"
    assert content.decoded() == b"inside"


def test_a_digest_holds_letters():
    raw = b"Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: one\n\n1\n--b\n\nSubject: two\n\n2\n--b--"
    subjects = [part.head.first("Subject") for part in parse(raw).root.walk()]
    assert subjects == ["", "", "one", "", "two"]


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_the_line_before_a_boundary_is_not_content(line_end: bytes):
    lines = [b"Content-Type: multipart/mixed; boundary=b", b"", b"before", b"--b", b"", b"one", b"--b--", b"after"]
    children = parse(line_end.join(lines)).root.children
    assert [child.decoded() for child in children] == [b"one"]


def test_a_missing_end_is_forgiven():
    children = parse(b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\ntwo").root.children
    assert [child.decoded() for child in children] == [b"one", b"two"]


def test_a_multipart_without_a_boundary_is_one_part():
    root = parse(b"Content-Type: multipart/mixed\n\n--b\n\nx").root
    assert root.children == []
    assert root.content == b"--b\n\nx"


def nested(depth: int) -> bytes:
    raw = b""
    for level in range(depth):
        raw += b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level)
    return raw + b"\nx"


HOSTILE = {
    "nested": nested(1_000),
    "nested letters": b"Content-Type: message/rfc822\n\n" * 2_000,
    "brackets": b"From: " + b"(" * 5_000 + b"\n\nx",
    "many parts": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 50_000,
    "nearly boundaries": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b" * 500_000,
    "spaces behind boundaries": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b" + b" " * 2_000_000 + b"x",
    "boundary lines that are none": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--bx\n" * 400_000,
    "recipients": b"To: " + b", ".join(b"a%d@b.cl" % n for n in range(5_000)) + b"\n\nx",
    "long header": b"Subject: " + b"x" * 5_000_000 + b"\n\nx",
    "many headers": b"X: y\n" * 500_000 + b"\nx",
    "encoded words": b"Subject: " + b"=?utf-8?q?" * 5_000 + b"\n\nx",
    "charset": b"Content-Type: text/plain; charset=" + b"x" * 50_000 + b"\n\nx",
    "null bytes": b"\0" * 100_000,
    "base64 without end": b"Content-Transfer-Encoding: base64\n\n" + b"A" * 3_000_001,
    "nothing": b"",
    "only newlines": b"\n" * 100_000,
    "half a letter in utf-16": b"\xff\xfe" + "From: a@b.cl\n\nx".encode("utf-16-le"),
    "letter in base64": b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nQ29udGVudC1UeXBlOg==",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_letters_are_taken_apart_up_to_the_caps(name: str):  # quadratic work would take minutes
    parsed = parse(HOSTILE[name])
    parts = list(parsed.root.walk())
    for part in parts:
        part.text()
    assert len(parts) <= MOST_PARTS


@pytest.mark.parametrize("name", ["nested", "nested letters", "many parts", "long header", "many headers"])
def test_what_was_left_out_is_said(name: str):
    parsed = parse(HOSTILE[name])
    assert not parsed.readable
    assert parsed.trouble.startswith("it")


def test_a_letter_that_is_too_long_is_read_up_to_its_cap(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(mime, "MOST_BYTES", 30)
    parsed = parse(b"Subject: x\n\n" + b"y" * 100)
    assert parsed.trouble == "it is too long"
    assert parsed.root.content == b"y" * 18


def test_what_nobody_thought_of_makes_a_letter_unreadable_and_no_more(monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr(mime, "mime_type_of", broken)
    parsed = parse(b"Content-Type: text/plain\n\nx")
    assert (parsed.readable, parsed.trouble) == (False, "it cannot be read (RecursionError)")
    assert parsed.root.mime_type == "text/plain"


def test_nesting_ends_at_its_cap():
    depth, part = 0, parse(nested(500)).root
    while part.children:
        depth, part = depth + 1, part.children[0]
    assert depth == MOST_DEPTH


def test_a_large_letter_is_not_copied_many_times():
    raw = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\n" + b"x" * 20_000_000 + b"\n--b--\n"
    tracemalloc.start()
    parse(raw)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 45_000_000  # twice its size is room for one copy and the reading


@given(st.binary(max_size=3_000))
def test_any_bytes_can_be_taken_apart(raw: bytes):
    for part in parse(raw).root.walk():
        part.text()


PIECES = st.sampled_from(
    [
        b"Content-Type: multipart/mixed; boundary=b\n",
        b"Content-Type: multipart/alternative; boundary=b\n",
        b"Content-Type: message/rfc822\n",
        b"Content-Type: text/html; charset=utf-16\n",
        b"Content-Transfer-Encoding: base64\n",
        b"Content-Transfer-Encoding: quoted-printable\n",
        b'Content-Disposition: attachment; filename="x\n',
        b"--b\n",
        b"--b--\n",
        b"\n",
        b"\r\n",
        b" folded\n",
        b"text =3D AAAA\n",
        b"\xff\xfe\0",
    ]
)


@given(st.lists(PIECES, max_size=60))
@settings(max_examples=300)
def test_letters_of_broken_pieces_can_be_taken_apart(pieces: list[bytes]):
    parsed = parse(b"".join(pieces))
    assert "RecursionError" not in parsed.trouble
    assert "cannot be read" not in parsed.trouble
    for part in parsed.root.walk():
        part.text()


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=200)


@given(TEXTS, TEXTS.filter(str.strip), st.binary(max_size=200))
def test_what_pythons_library_writes_is_read_the_same(text: str, name: str, data: bytes):
    made = EmailMessage()
    made["From"] = "a@b.cl"
    made.set_content(text)
    made.add_attachment(data, maintype="application", subtype="x", filename=name)
    raw = made.as_bytes(policy=email.policy.SMTP)
    body, attachment = parse(raw).root.children
    theirs = email.message_from_bytes(raw, policy=email.policy.default)
    assert body.text().replace("\r\n", "\n").rstrip("\n") == text.rstrip("\n")
    assert attachment.decoded() == data
    assert attachment.filename.strip() == next(theirs.iter_attachments()).get_filename().strip()
