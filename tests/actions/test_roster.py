"""Fifty people in a table: every mistake is told with its line, and nothing that stands in it does anything."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from app import clock
from app.actions.roster import read_roster
from app.errors import BadRequest
from app.models.grant import NeedsApproval
from app.models.team import TeamAccess

SAM = "Sam Soto,sam@desk.example"


def access() -> TeamAccess:
    return TeamAccess(
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


def test_a_line_is_a_name_with_an_address_and_what_is_less_than_all() -> None:
    day = (clock.now() + timedelta(days=5)).date()
    text = f'\ufeffName,Address,Scopes,Until\r\n{SAM}\r\n\r\n"Kim, K.",kim@desk.example,label mail.list,{day}\r\n'
    one, two = read_roster(text, access(), "Europe/Paris")
    assert (one.number, one.wrong, one.naming and one.naming.scopes) == (2, None, ())
    assert two.naming is not None
    assert (two.naming.name, two.naming.scopes, two.address) == ("Kim, K.", ("label", "mail.list"), "kim@desk.example")
    assert two.naming.until is not None
    assert two.naming.until.utcoffset() is not None


@pytest.mark.parametrize(
    "line",
    [
        "Kim",
        "Kim,nowhere",
        ",kim@desk.example",
        "Kim,kim@desk.example,teleport",
        "Kim,kim@desk.example,trash",
        "Kim,kim@desk.example,label,soon",
        "Kim,kim@desk.example,label,2020-01-01",
        "Kim,kim@desk.example,label,2099-01-01",
        "Kim,kim@desk.example,label,,more",
        "K\x07im,kim@desk.example",
        "Kim,kim@desk.example;bcc:x@y.example",
        "Sam again,SAM@desk.example",
        f"{'x' * 101},kim@desk.example",
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_the_others_are_read(line: str) -> None:
    one, two = read_roster(f"{SAM}\n{line}", access(), "UTC")
    assert one.wrong is None
    assert two.wrong is not None
    assert two.number == 2
    assert two.wrong.sentence()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n,,\n",
        f"{SAM}\0",
        "\n".join(f"N {n},n{n}@desk.example" for n in range(51)),
        'a,"b\nc',
        f"{SAM}\n" * 10_000,
    ],
)
def test_what_is_no_table_of_at_most_fifty_is_refused_whole(text: str) -> None:
    with pytest.raises(BadRequest):
        read_roster(text, access(), "UTC")


def test_fifty_are_read() -> None:
    lines = read_roster("\n".join(f"N {n},n{n}@desk.example" for n in range(50)), access(), "UTC")
    assert [line.wrong for line in lines] == [None] * 50
