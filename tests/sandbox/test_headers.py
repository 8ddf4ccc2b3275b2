"""Header fields as strangers write them."""

from __future__ import annotations

import email
import email.policy
from email.header import Header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sandbox.headers import MOST_HEADER_BYTES, codec_of, decode_words, loose_base64, read_head


def test_fields_are_unfolded_and_kept_in_order():
    head = read_head(b"Subject: one\r\n two\r\nFrom: a@b.cl\r\nX-A: 1\r\nX-A: 2\r\n\r\nbody")
    assert head.fields == (("Subject", "one two"), ("From", "a@b.cl"), ("X-A", "1"), ("X-A", "2"))
    assert head.all("x-a") == ["1", "2"]
    assert head.first("FROM") == "a@b.cl"
    assert head.first("To") == ""
    assert head.whole


@pytest.mark.parametrize("newline", [b"\r\n", b"\n"])
def test_the_body_begins_behind_the_blank_line(newline: bytes):
    raw = newline.join([b"From: a@b.cl", b"", b"body"])
    assert raw[read_head(raw).end :] == b"body"


def test_what_is_no_field_ends_the_header():
    raw = b"From: a@b.cl\nthis is no field\n\nbody"
    head = read_head(raw)
    assert head.fields == (("From", "a@b.cl"),)
    assert raw[head.end :].startswith(b"this is no field")


def test_the_line_of_an_mbox_is_passed_over():
    assert read_head(b"From alice Mon Nov  2 10:00:00 2026\nSubject: x\n\n").first("Subject") == "x"


def test_text_without_any_field_has_none():
    assert read_head(b"hello").fields == ()
    assert read_head(b"").fields == ()


def test_a_header_without_end_is_cut_at_its_cap_and_said_so():
    head = read_head(b"Subject: " + b"x" * (MOST_HEADER_BYTES + 10) + b"\r\n\r\n")
    assert not head.whole
    assert len(head.first("Subject")) <= MOST_HEADER_BYTES


def test_bytes_beyond_ascii_are_utf8_or_latin1():
    assert read_head("Subject: señor".encode()).first("Subject") == "señor"
    assert read_head("Subject: señor".encode("latin-1")).first("Subject") == "señor"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("=?utf-8?q?Hola_qu=C3=A9?=", "Hola qué"),
        ("=?utf-8?B?SG9sYSBxdcOp?=", "Hola qué"),
        ("=?iso-8859-1?q?caf=E9?= tonight", "café tonight"),
        ("=?utf-8?q?one?= =?utf-8?q?_two?=", "one two"),
        ("=?utf-8?b?w6k=?= and =?utf-8?b?w6g=?=", "é and è"),
        ("=?utf-8?b?4oI=?= =?utf-8?b?rA==?=", "€"),  # one character split over two words
        ("=?utf-8*en?q?language?=", "language"),
        ("=?no-such-charset?q?abc?=", "abc"),
        ("=?utf-8?x?abc?=", "=?utf-8?x?abc?="),
        ("=?utf-8?q?open", "=?utf-8?q?open"),
        ("plain", "plain"),
        ("", ""),
    ],
)
def test_words_of_rfc_2047_are_decoded(written: str, read: str):
    assert decode_words(written) == read


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), min_size=1, max_size=80))
def test_what_pythons_library_encodes_is_read_back(text: str):
    written = Header(text, "utf-8", maxlinelen=60).encode()
    unfolded = read_head(f"Subject: {written}\r\n\r\n".encode()).first("Subject")
    assert decode_words(unfolded) == text


@pytest.mark.parametrize("name", ["punycode", "idna", "unicode_escape", "utf-7", "hex", "zip", "a\0b", "no-such"])
def test_encodings_that_are_no_character_sets_of_mail_are_treated_as_unlabelled(name: str):
    assert decode_words(f"=?{name}?q?=2BAGEA?=") == "+AGEA"


@pytest.mark.parametrize("name", ["punycode", "idna", "utf-7", "no such", "a\0b", ""])
def test_they_have_no_codec(name: str):
    assert codec_of(name) == ""


@given(st.binary(max_size=300))
def test_loose_base64_never_raises(data: bytes):
    loose_base64(data)


@given(st.binary(max_size=2000))
def test_any_bytes_have_a_header(raw: bytes):
    head = read_head(raw)
    assert 0 <= head.end <= len(raw)
    for _, value in head.fields:
        decode_words(value)


@pytest.mark.parametrize(
    "value",
    [
        b"=?utf-8?q?" * 6_000,
        b"=?" * 30_000,
        b"=?utf-8?q?a?= " * 4_000,
        b"(" * 60_000,
        b" \t" * 30_000,
        b"=?utf-8?b?" + b"A" * 60_000 + b"?=",
    ],
)
def test_no_header_is_more_than_linear_work(value: bytes):  # quadratic work would take minutes here
    decode_words(read_head(b"Subject: " + value + b"\r\n\r\n").first("Subject"))


def test_fields_agree_with_pythons_library_on_ordinary_mail():
    raw = (
        b"Received: from a\r\n by b; Mon, 2 Nov 2026 10:00:00 +0000\r\nFrom: Ana <ana@x.cl>\r\n"
        b"Subject: =?utf-8?q?=C2=A1Hola!?=\r\n\r\nx"
    )
    expected = email.message_from_bytes(raw, policy=email.policy.default)
    head = read_head(raw)
    assert decode_words(head.first("Subject")) == expected["Subject"]
    assert [name for name, _ in head.fields] == expected.keys()
