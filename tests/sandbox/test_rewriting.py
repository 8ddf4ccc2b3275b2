"""Changes in a header leave the rest of a letter as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sandbox.addresses import read_addresses
from app.sandbox.headers import read_head
from app.sandbox.rewriting import address_text, with_above, with_crlf, without

LETTER = b"From: a@b.cl\r\nBcc: x@y.cl,\r\n z@y.cl\r\nSubject: Bcc: no\r\n\r\nBcc: body\r\n"


def test_a_field_goes_with_its_folded_lines_and_the_body_stays():
    assert without(LETTER, "bcc") == b"From: a@b.cl\r\nSubject: Bcc: no\r\n\r\nBcc: body\r\n"


def test_every_field_of_the_name_goes():
    assert without(b"A: 1\r\nB: 2\r\na: 3\r\n\r\n", "A") == b"B: 2\r\n\r\n"


def test_a_letter_without_the_field_stays():
    assert without(LETTER, "Cc") == LETTER


def test_new_fields_stand_above_all_others():
    changed = with_above(LETTER, [("Delivered-To", "x@y.cl"), ("Received", "by us")])
    assert [name for name, _ in read_head(changed).fields][:3] == ["Delivered-To", "Received", "From"]


def test_a_value_brings_no_field_with_it():
    changed = with_above(LETTER, [("Subject", "a\r\nBcc: evil@x.cl")])
    assert read_head(changed).first("Subject") == "a Bcc: evil@x.cl"


def test_line_ends_become_those_of_mail():
    assert with_crlf(b"a\nb\r\nc\n") == b"a\r\nb\r\nc\r\n"


@given(st.binary(max_size=500))
def test_line_ends_are_changed_once(raw: bytes):
    assert with_crlf(with_crlf(raw)) == with_crlf(raw)


@pytest.mark.parametrize("name", ["", "Ana", "Amsel, Ana", 'Ana "A" Amsel', "José", "a\\b"])
def test_an_address_is_read_back(name: str):
    found = read_addresses(address_text(name, "a@b.cl"))
    assert [(one.name, one.email) for one in found] == [(name, "a@b.cl")]
