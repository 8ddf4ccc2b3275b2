"""Text from strangers, made fit to show and to pass on."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.providers.characters import clean_line, clean_text, decode_words, file_name, safe_charset


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Subject", "Subject"),
        ("  two \t\n words ", "two words"),
        ("a\r\nBcc: b", "a Bcc: b"),
        ("a\x00b\x1b[31mc\x85d\u2028e", "a b [31mc d e"),
        ("ñandú 日本 🌵", "ñandú 日本 🌵"),
        ("", ""),
    ],
)
def test_a_line_is_one_line(text: str, expected: str) -> None:
    assert clean_line(text, 100) == expected


@given(st.text(max_size=200), st.integers(1, 50))
def test_no_line_holds_a_control_character_or_is_too_long(text: str, limit: int) -> None:
    line = clean_line(text, limit)
    assert len(line) <= limit
    assert not any(unicodedata.category(sign) in ("Cc", "Zl", "Zp", "Cs") for sign in line)


@given(st.text(max_size=200))
def test_a_text_keeps_its_lines_and_loses_what_controls(text: str) -> None:
    clean = clean_text(text)
    assert "\r" not in clean
    assert not any(unicodedata.category(sign) == "Cc" and sign not in "\n\t\x85" for sign in clean)
    clean.encode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?UTF-8?B?R3LDvMOfZQ==?=", "Grüße"),
        ("=?UTF-8?B?R3LDvMOfZQ?=", "Grüße"),
        ("=?iso-8859-1?Q?Espa=F1a?= y =?iso-8859-1?Q?Per=FA?=", "España y Perú"),
        ("=?utf-8?q?one?=  =?utf-8?q?_two?=", "one two"),
        ("=?utf-8*es?q?hola?=", "hola"),
        ("=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"),
        ("=?x-unknown?q?caf=E9?=", "caf\ufffd"),
        ("=?base64?q?x?=", "x"),
        ("=?utf-8?b?!!!?=", "=?utf-8?b?!!!?="),
        ("=?utf-8?x?a?=", "=?utf-8?x?a?="),
        ("a =? b ?= c", "a =? b ?= c"),
        ("plain", "plain"),
    ],
)
def test_encoded_words_are_decoded_once(text: str, expected: str) -> None:
    assert decode_words(text) == expected


@given(st.text(alphabet="=?utf-8bqBQ_ABab0123\r\n ", max_size=80) | st.text(max_size=80))
def test_anything_can_be_decoded(text: str) -> None:
    assert isinstance(decode_words(text), str)


@pytest.mark.parametrize(
    "name", ["base64", "zlib", "rot13", "utf-7", "idna", "punycode", "unicode_escape", "nonsense", ""]
)
def test_what_is_no_plain_charset_is_none(name: str) -> None:
    assert safe_charset(name, "cp1252") == "cp1252"


@given(st.text(max_size=30))
def test_every_charset_we_settle_for_can_decode(name: str) -> None:
    b"\xff\x00a".decode(safe_charset(name), "replace")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("plan.pdf", "plan.pdf"),
        ("..\\..\\windows\\x.bat", "x.bat"),
        ("../../etc/passwd", "passwd"),
        ("C:\\a\\b.txt", "b.txt"),
        ("invoice\u202efdp.exe", "invoice fdp.exe"),
        ("a\r\nContent-Type: text/html", "html"),
        ('a"b<c>.txt', "a_b_c_.txt"),
        ("...", "attachment"),
        ("", "attachment"),
        (".htaccess", "htaccess"),
        ("año.pdf", "año.pdf"),
    ],
)
def test_a_files_name_is_a_name_and_no_way_anywhere(name: str, expected: str) -> None:
    assert file_name(name) == expected


@given(st.text(max_size=300))
def test_no_files_name_leads_out_of_its_folder(name: str) -> None:
    kept = file_name(name)
    assert kept
    assert len(kept) <= 200
    assert not set(kept) & set('/\\<>:"|?*\r\n\x00')
    assert kept not in (".", "..")
