"""Tables as people paste them from a spreadsheet or a letter: what each row says, and which line is wrong."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import clock
from app.actions.roster import MOST_LINES, Line, read_roster
from app.errors import BadRequest
from app.locale.catalogues import language
from app.models.grant import NeedsApproval
from app.models.team import TeamAccess
from app.rules.moments import wall_of

NAMES = st.text("aZñéß “”'\",;.-漢", min_size=1, max_size=20).filter(lambda name: name.strip() != "")
ENGLISH = {
    "Kim": "A line has a name and an address, then rights and a last day if wanted.",
    "Kim,kim": "This is not an address that a letter can be sent to.",
    "Kim,kim@desk.example,fly": "One of these rights is not known here.",
    "Kim,kim@desk.example,,31/03/2027": "A last day is written as in 2027-03-31.",
    "Kim,kim@desk.example,,2020-01-01": "Choose an end date within the next year.",
    "Kim,kim@desk.example,trash": "This is more than the owner allows your team at this mailbox.",
    "Sam,SAM@DESK.EXAMPLE": "This address stands in the table already.",
}


def read(text: str, zone: str = "UTC") -> list[Line]:
    access = TeamAccess(
        mailbox_id=uuid4(),
        owner_id=uuid4(),
        address="alice@practice.example",
        secret_sha256=b"",
        scopes=["mail.list", "mail.read", "label"],
        needs_approval=NeedsApproval.ALWAYS,
        access_until=clock.now() + timedelta(days=30),
        language="en",
        created_at=clock.now(),
        expires_at=clock.now(),
    )
    return read_roster(text, access, zone)


def people(text: str) -> list[tuple[str, str]]:
    lines = read(text)
    assert [line.wrong for line in lines] == [None] * len(lines)
    return [(line.naming.name, line.address) for line in lines if line.naming]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Núñez Íñiguez,a@desk.example", "Núñez Íñiguez"),
        ("  Zoë \t Lefèvre  , a@desk.example ", "Zoë Lefèvre"),
        ('"Dupont, Hélène","a@desk.example"', "Dupont, Hélène"),
        ('"Ann ""the boss"" Roe",a@desk.example', 'Ann "the boss" Roe'),
        ('"Kim\nKoch",a@desk.example', "Kim Koch"),
        ('"Kim\r\nKoch",a@desk.example\r\n', "Kim Koch"),
        ("Kim O'Neill,a@desk.example\r", "Kim O'Neill"),
        ("NAME,ADDRESS\nKim,a@desk.example", "Kim"),
        ("name,address,scopes\nKim,a@desk.example,", "Kim"),
        ("\n\n,,,\nname,address\n,\nKim,a@desk.example", "Kim"),
    ],
)
def test_a_name_is_read_as_it_was_meant(text: str, name: str) -> None:
    assert people(text) == [(name, "a@desk.example")]


def test_a_second_row_of_heads_is_no_head_any_more() -> None:
    (only,) = read("name,address\nname,address")
    assert (only.number, str(only.wrong)) == (2, ENGLISH["Kim,kim"])


@given(st.lists(NAMES, min_size=1, max_size=MOST_LINES))
def test_what_a_spreadsheet_saves_is_read_back_name_by_name(names: Sequence[str]) -> None:
    table = io.StringIO()
    rows = [(name, f"p{number}@desk.example") for number, name in enumerate(names)]
    csv.writer(table).writerows(rows)
    assert people(table.getvalue()) == [(" ".join(name.split()), address) for name, address in rows]


@given(st.text("a,\"\n\r@. é\0\ufeff\u2028'", max_size=80))
def test_whatever_is_pasted_is_a_table_or_refused_and_nothing_else_happens(text: str) -> None:
    try:
        lines = read(text)
    except BadRequest:
        return
    assert 1 <= len(lines) <= MOST_LINES
    assert [line.number for line in lines] == sorted({line.number for line in lines})
    assert all((line.wrong is None) == (line.naming is not None and bool(line.address)) for line in lines)


@pytest.mark.parametrize(
    ("before", "number"),
    [
        ("", 1),
        ("name,address\n", 2),
        ("\n\n \n", 4),
        ("A,a@desk.example\n\nB,b@desk.example\n", 4),
        ('"A\nB\nC",a@desk.example\n', 4),
        ("A,a@desk.example\n" + "\n" * 600, 602),
        ('"A\r\nB",a@desk.example\r\n\r\n', 4),
    ],
)
def test_a_mistake_is_told_with_the_line_that_her_editor_shows(before: str, number: int) -> None:
    wrong = [line.number for line in read(f"{before}Kim,nowhere\n") if line.wrong]
    assert wrong == [number]


@pytest.mark.parametrize("line", ENGLISH)
@pytest.mark.parametrize("code", ["en", "es", "fr"])
def test_each_mistake_is_told_in_the_lead_s_language(line: str, code: str) -> None:
    wrong = read(f"Sam,sam@desk.example\n{line}")[1].wrong
    assert wrong is not None
    assert str(wrong) == ENGLISH[line]
    told = wrong.sentence(language(code).gettext)
    assert (told == ENGLISH[line]) == (code == "en")
    assert "{" not in told


@pytest.mark.parametrize("zone", ["UTC", "Europe/Madrid", "America/Santiago", "Pacific/Auckland"])
def test_a_last_day_lasts_until_its_evening_where_the_mailbox_is(zone: str) -> None:
    day = (clock.now() + timedelta(days=9)).date()
    (only,) = read(f"Kim,kim@desk.example,label,{day}", zone)
    assert only.naming is not None
    assert only.naming.until is not None
    assert wall_of(only.naming.until, zone) == datetime.combine(day, datetime.min.time()).replace(hour=23, minute=59)
    assert only.naming.until.tzinfo == UTC


def test_an_address_that_was_wrong_before_does_not_make_a_twin_of_the_right_one() -> None:
    wrong, right = read("Kim,kim@desk.example,fly\nKim,kim@desk.example")
    assert (str(wrong.wrong), right.wrong) == (ENGLISH["Kim,kim@desk.example,fly"], None)
