"""What the child finds out about letters, hostile ones above all."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.child import Child
from app.sandbox.mail_files.examine import Finding, examine, findings_in, pack, unpack
from tests.sandbox.mail_files.make_mbox import BROKEN, NASTY, OWNER, ordinary

AT = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)


def found(*letters: bytes) -> list[Finding]:
    """Return what the work finds, without a process of its own."""
    return findings_in(examine(pack(letters)))


def headed(*fields: str) -> bytes:
    """Return a letter with these fields."""
    return "\n".join(["From: ana@correo.example", *fields, "", "Hola.", ""]).encode()


@given(letters=st.lists(st.binary(max_size=200), max_size=10))
def test_letters_are_packed_and_unpacked_whole(letters: list[bytes]) -> None:
    assert unpack(pack(letters)) == letters


def test_what_is_found_comes_back_in_order() -> None:
    first, second = found(headed("To: Valentina@Practice.Deskhand.example"), b"no mail\n")
    assert (first.trouble, first.sender, first.owners) == ("", "ana@correo.example", (OWNER,))
    assert second.trouble == "it has no header of a mail"


@pytest.mark.parametrize("number", range(len(NASTY)))
def test_nasty_mail_is_mail(number: int) -> None:
    (finding,) = found(NASTY[number](random.Random(1), number, AT, 5))
    assert finding.trouble == ""
    assert finding.sender == "" or "@" in finding.sender


@pytest.mark.parametrize("number", range(len(BROKEN)))
def test_what_is_no_mail_is_told_with_its_reason(number: int) -> None:
    (finding,) = found(BROKEN[number](random.Random(1)))
    assert finding.trouble.startswith(("it ", "its "))
    assert finding.sender == ""


def test_ordinary_mail_of_all_kinds_is_read() -> None:
    letters = [ordinary(random.Random(n), n, AT, 5) for n in range(60)]
    findings = found(*letters)
    assert [finding.trouble for finding in findings] == [""] * 60
    assert {finding.sender for finding in findings} >= {OWNER, "raul@ibanez.example", "fiona@heatherbrae.example"}
    assert all(finding.date == AT.timestamp() for finding in findings)


async def test_the_worst_mail_in_the_child_leaves_the_child_alive() -> None:
    letters = [make(random.Random(1)) for make in BROKEN] + [make(random.Random(1), 1, AT, 5) for make in NASTY]
    async with Child(examine) as child:
        findings = findings_in(await child.ask(pack(letters)))
        assert [bool(finding.trouble) for finding in findings] == [True] * len(BROKEN) + [False] * len(NASTY)
        assert findings_in(await child.ask(pack([headed()])))[0].trouble == ""


def test_delivered_to_tells_the_owner_before_to_does() -> None:
    assert found(headed("To: list@group.example", "Delivered-To: me@home.example"))[0].owners == ("me@home.example",)
    assert found(headed("To: Ana <A@x.example>, b@x.example"))[0].owners == ("a@x.example", "b@x.example")
    assert found(headed("To: " + ", ".join(f"p{n}@x.example" for n in range(90))))[0].owners[19:] == ("p19@x.example",)
    assert found(headed())[0].owners == ()


@pytest.mark.parametrize(
    ("fields", "seen"),
    [
        (["Status: RO"], True),
        (["Status: O"], False),
        (["X-Mozilla-Status: 0001"], True),
        (["X-Mozilla-Status: 0000"], False),
        (["X-Mozilla-Status: rubbish"], None),
        (["X-Mozilla-Status: "], None),
        ([], None),
    ],
)
def test_what_mbox_programs_noted_about_reading_is_heeded(fields: list[str], seen: bool | None) -> None:
    assert found(headed(*fields))[0].seen is seen


def test_takeouts_labels_are_none_only_where_the_field_is_missing() -> None:
    assert found(headed())[0].labels is None
    assert found(headed("X-Gmail-Labels: Archived,Opened"))[0].labels == ()
    assert found(headed("X-Gmail-Labels: =?UTF-8?Q?Recibidos,No_le=C3=ADdos?="))[0].labels == ("INBOX", "UNREAD")


def test_the_last_servers_word_about_the_date_goes_before_the_senders() -> None:
    received = "Received: by 2002:a05 with SMTP id x; Mon, 05 Jan 2026 07:00:00 -0300"
    assert found(headed(received, "Date: Tue, 01 Jan 2030 00:00:00 +0000"))[0].date == AT.timestamp()
    assert found(headed("Received: by nobody", "Date: Mon, 05 Jan 2026 10:00:00 +0000"))[0].date == AT.timestamp()
    assert found(headed("Date: yesterday"))[0].date is None
    assert found(headed("Date: Mon, 99 Foo 99999999999 10:00:00 +9999"))[0].date is None


@settings(deadline=None)
@given(letter=st.binary(max_size=500) | st.binary(max_size=300).map(lambda tail: b"From: a@b.example\n" + tail))
def test_no_bytes_at_all_raise(letter: bytes) -> None:
    (finding,) = found(letter)
    assert isinstance(finding.trouble, str)
