"""A table out of a file: whatever a spreadsheet saves it as, or a refusal that says what to do."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadRequest
from app.rules.tables import FORMULAS, MOST_BYTES, cells_apart, safe_cell, text_of

TABLE = "Zoë Muñoz,zoe@desk.example\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252"])
def test_a_table_is_read_in_each_encoding_that_spreadsheets_write(encoding: str) -> None:
    assert text_of(TABLE.encode(encoding)) == TABLE


def test_a_sign_that_only_windows_has_is_that_sign() -> None:
    assert text_of("O’Neil – 5 €".encode("cp1252")) == "O’Neil – 5 €"


def test_a_byte_that_windows_has_no_sign_for_is_no_crash() -> None:
    assert text_of(b"caf\xe9 \x81") == "café \x81"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b" \r\n ",
        b"PK\x03\x04 a workbook",
        TABLE.encode("utf-16"),
        TABLE.encode("utf-16-le"),
        b"Sam,\0sam@desk.example",
        b"a" * (MOST_BYTES + 1),
    ],
)
def test_what_is_no_text_or_too_much_of_it_is_refused(raw: bytes) -> None:
    with pytest.raises(BadRequest):
        text_of(raw)


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_a_refusal(raw: bytes) -> None:
    with suppress(BadRequest):
        assert isinstance(text_of(raw), str)


@pytest.mark.parametrize(
    ("table", "apart", "rest"),
    [
        ("Sam,sam@desk.example", ",", "Sam,sam@desk.example"),
        ("Sam;sam@desk.example", ";", "Sam;sam@desk.example"),
        ('"Soto, Sam";sam@desk.example', ";", '"Soto, Sam";sam@desk.example'),
        (";;,sam@desk.example", ",", ";;,sam@desk.example"),
        ('"Soto; Sam",sam@desk.example', ",", '"Soto; Sam",sam@desk.example'),
        ("sep=;\r\nSam;sam@desk.example", ";", "\nSam;sam@desk.example"),
        ("SEP=,\nSam,sam@desk.example", ",", "\nSam,sam@desk.example"),
        ("", ",", ""),
    ],
)
def test_cells_are_apart_by_what_the_first_line_has_more_of(table: str, apart: str, rest: str) -> None:
    assert cells_apart(table) == (apart, rest)


@pytest.mark.parametrize(
    ("value", "cell"),
    [("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@SUM(A1)", "'@SUM(A1)"), ("\tx", "'\tx"), ("\rx", "'\rx"),
     ("  =1", "'  =1"), ("\u00a0@x", "'\u00a0@x"), ("＝1", "'＝1"), ("|x", "'|x"), ("%0", "'%0"), ("\0=1", "'\0=1"),
     ("a=1", "a=1"), ("Sam", "Sam"), ("", ""), (None, ""), (7, "7")],
)  # fmt: skip
def test_a_cell_that_would_be_computed_gets_an_apostrophe(value: object, cell: str) -> None:
    assert safe_cell(value) == cell


@given(st.text("=+-@|%\t\r\n\0＝＠ \u00a0\"',;aé", max_size=12))
def test_a_cell_is_the_text_itself_or_the_text_behind_one_apostrophe(text: str) -> None:
    cell = safe_cell(text)
    assert cell in (text, f"'{text}")
    assert not cell.lstrip().startswith(FORMULAS)
    assert not cell.startswith(FORMULAS)
