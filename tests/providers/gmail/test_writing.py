"""A reply as bytes: what strangers wrote fills headers and never adds one; what is read back is what was meant."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import InvalidMessage
from app.providers.base import Address, Folder, Message, Reply, SendAs
from app.providers.gmail.writing import (
    MOST_REFERENCES,
    message_id_of,
    reply_subject,
    write_reply,
)
from app.providers.replying import MOST_RECIPIENTS

CLARA = Address(email="clara@customer.example", name="Clara Client")
ALICE = SendAs(email="alice@practice.example", name="Alice Amsel", verified=True, default=True)
LETTER = Message(
    id="18c0",
    thread_id="18c0",
    folder=Folder.INBOX,
    date=datetime(2026, 11, 22, 22, 40, tzinfo=UTC),
    authors=(CLARA,),
    subject="Terrace in March?",
    message_id="<march@customer.example>",
)
REPLY = Reply(answers="18c0", to=(CLARA,), text="Yes, gladly.", private_id="a1b2c3")
ALWAYS = {"from", "to", "subject", "message-id", "x-deskhand-id", "mime-version", "content-type"}
ALWAYS |= {"content-transfer-encoding"}


def written(reply: Reply = REPLY, sender: SendAs = ALICE, letter: Message = LETTER, text: str = "") -> EmailMessage:
    """Write a reply and read it again with Python's own parser."""
    message = message_from_bytes(write_reply(reply, sender, letter, text), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def words(message: EmailMessage) -> str:
    """Return the body with plain line ends."""
    return str(message.get_content()).replace("\r\n", "\n")


def test_a_reply_stands_in_its_thread_and_says_who_writes() -> None:
    message = written()
    assert {name.lower(): str(value) for name, value in message.items()} == {
        "from": "Alice Amsel <alice@practice.example>",
        "to": "Clara Client <clara@customer.example>",
        "subject": "Re: Terrace in March?",
        "message-id": message_id_of("a1b2c3", "practice.example"),
        "in-reply-to": "<march@customer.example>",
        "references": "<march@customer.example>",
        "x-deskhand-id": "a1b2c3",
        "mime-version": "1.0",
        "content-type": 'text/plain; charset="utf-8"',
        "content-transfer-encoding": "7bit",
    }
    assert words(message) == "Yes, gladly.\n"


def test_the_original_is_quoted_below() -> None:
    body = words(written(text="Could you start in March?\n"))
    assert body == (
        "Yes, gladly.\n\n2026-11-22 22:40 UTC, Clara Client <clara@customer.example>:\n> Could you start in March?\n"
    )


def test_nothing_is_quoted_unless_it_is_wanted() -> None:
    assert "March" not in written(replace(REPLY, quote=False), text="Could you start in March?").get_content()


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Terrace", "Re: Terrace"),
        ("Re: Terrace", "Re: Terrace"),
        ("RE: re:Re:  Terrace", "Re: Terrace"),
        ("Re[2]: Terrace", "Re: Terrace"),
        ("Re(3): Terrace", "Re: Terrace"),
        ("RE : Terrasse", "Re: Terrasse"),
        ("Re： テラス", "Re: テラス"),
        ("AW: Terrasse", "Re: AW: Terrasse"),
        ("Fwd: Terrace", "Re: Fwd: Terrace"),
        ("Rebate: 10 %", "Re: Rebate: 10 %"),
        ("Regarding: x", "Re: Regarding: x"),
        ("", "Re:"),
        ("Re:", "Re:"),
        ("two\r\nlines", "Re: two lines"),
        ("=?utf-8?q?Re=3A_Gr=C3=BC=C3=9Fe?=", "Re: Grüße"),
        ("=?utf-8?q?=3D=3Futf-8=3Fq=3FX=3D0D=3D0ABcc=3A_a=3F=3D?=", "Re: =?utf-8?q?X=0D=0ABcc: a?="),
    ],
)
def test_a_subject_gets_one_re(subject: str, expected: str) -> None:
    assert reply_subject(subject) == expected


def test_of_a_long_thread_the_first_and_latest_ids_are_kept() -> None:
    ids = tuple(f"<{n}.{'x' * 100}@customer.example>" for n in range(60))
    references = str(written(letter=replace(LETTER, references=ids))["references"]).split()
    assert len(references) == MOST_REFERENCES
    assert (references[0], references[-2:]) == (ids[0], [ids[-1], "<march@customer.example>"])


@pytest.mark.parametrize("length", [10, 60, 75, 90, 150, 249])
def test_a_long_id_stays_as_it_is(length: int) -> None:
    """Folded by Python, an id beyond the line's length would become an encoded word, and the thread break."""
    letter = replace(LETTER, message_id=f"<{'x' * (length - 4)}@y>")
    raw = write_reply(REPLY, ALICE, letter, "")
    assert f"In-Reply-To: {letter.message_id}\r\n".encode() in raw


@pytest.mark.parametrize("bad", ["", "no brackets", "<a b@x>", "<a@x>\r\nBcc: b", "<é@x>", "<" + "x" * 300 + "@y>"])
def test_an_id_that_is_none_is_left_out(bad: str) -> None:
    message = written(letter=replace(LETTER, message_id=bad, references=(bad, "<ok@x>")))
    assert message["in-reply-to"] is None
    assert message["references"] == "<ok@x>"


def test_no_line_is_longer_than_mail_allows() -> None:
    raw = write_reply(replace(REPLY, text="ñ" * 5000 + "\n" + "x" * 5000), ALICE, LETTER, "")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    raw.decode("ascii")


def test_a_message_id_is_the_same_at_every_writing_and_tells_nothing() -> None:
    first, again = written(), written(replace(REPLY, text="Another text"))
    assert first["message-id"] == again["message-id"]
    assert "a1b2c3" not in str(first["message-id"])
    assert written(replace(REPLY, private_id="other"))["message-id"] != first["message-id"]


def test_an_address_of_another_script_is_written_as_mail_needs_it() -> None:
    message = written(replace(REPLY, to=(Address(email="joe@bücher.example", name="Jöe Bücher"),)))
    assert message["to"].addresses[0].addr_spec == "joe@xn--bcher-kva.example"
    assert message["to"].addresses[0].display_name == "Jöe Bücher"


@pytest.mark.parametrize(
    "email",
    [
        "",
        "nobody",
        "a@b\r\nBcc: c@d",
        "a@b,c@d",
        "a@b c@d",
        "<a@b>",
        '"a b"@c.example',
        "a@",
        "@b",
        "ñandú@x.example",
        "a@x.example\x00",
        "a@" + "x" * 300,
        "a@" + "ü" * 64 + ".example",
    ],
)
def test_what_is_no_address_is_not_written_to(email: str) -> None:
    with pytest.raises(InvalidMessage):
        write_reply(replace(REPLY, to=(Address(email=email),)), ALICE, LETTER, "")
    with pytest.raises(InvalidMessage):
        write_reply(replace(REPLY, cc=(Address(email=email),)), ALICE, LETTER, "")
    with pytest.raises(InvalidMessage):
        write_reply(REPLY, replace(ALICE, email=email), LETTER, "")


@pytest.mark.parametrize(
    "reply",
    [
        replace(REPLY, to=()),
        replace(REPLY, to=(CLARA,) * (MOST_RECIPIENTS + 1)),
        replace(REPLY, private_id=""),
        replace(REPLY, private_id="a\r\nBcc: b@c"),
        replace(REPLY, private_id="ñ"),
        replace(REPLY, private_id="x" * 300),
    ],
    ids=["nobody", "everybody", "no id", "id with lines", "id with letters", "endless id"],
)
def test_a_reply_that_cannot_be_written_is_refused(reply: Reply) -> None:
    with pytest.raises(InvalidMessage):
        write_reply(reply, ALICE, LETTER, "")


# What once got a header of its own out of Python's email package, and its relatives.
INJECTIONS = [
    "=?utf-8?q?x=0D=0ABcc:_all=40x.example?=",
    "=?utf-8?b?DQpCY2M6IGFAYi5j?=",
    "=?us-ascii?q?a=0D=0A=0D=0A<html>?=",
    "x\r\nBcc: all@x.example",
    "x\nBcc: all@x.example",
    "x\rBcc: all@x.example",
    "x\x0bBcc: all@x.example",
    "x\x0cBcc: all@x.example",
    "x\x1cBcc: all@x.example",
    "x\x85Bcc: all@x.example",
    "x\u2028Bcc: all@x.example",
    "x\x00",
    "Clara <all@x.example>, Bob",
    '"',
    "\\",
    "(",
    "a, b; c: d",
    "=?utf-8?q?=22?=",
    "=?utf-8?q??==?utf-8?q?=0D=0A?=",
    "\ud800",
    "x" * 5000,
    "ñ" * 2000,
]
TEXTS = st.sampled_from(INJECTIONS) | st.text(max_size=60) | st.text(alphabet='=?utf-8qb_0DA\r\n<>@,"', max_size=60)


def check(message: EmailMessage) -> None:
    """See exactly the headers that belong there, and exactly the people who were meant."""
    optional = {"in-reply-to", "references"}
    assert {name.lower() for name in message} - optional == ALWAYS
    assert len(message) == len({name.lower() for name in message})
    assert [each.addr_spec for each in message["to"].addresses] == ["clara@customer.example"]
    assert [each.addr_spec for each in message["from"].addresses] == ["alice@practice.example"]
    assert "\n" not in str(message["subject"])


@pytest.mark.parametrize("hostile", INJECTIONS, ids=repr)
def test_no_name_or_subject_adds_a_header_or_a_recipient(hostile: str) -> None:
    check(written(replace(REPLY, to=(replace(CLARA, name=hostile),))))
    check(written(sender=replace(ALICE, name=hostile)))
    check(written(letter=replace(LETTER, subject=hostile)))


@given(st.tuples(TEXTS, TEXTS, TEXTS, TEXTS), TEXTS, TEXTS)
@settings(max_examples=200)
def test_whatever_strangers_write_the_headers_are_the_expected_ones(
    strangers: tuple[str, str, str, str], text: str, original: str
) -> None:
    name, sender, subject, message_id = strangers
    letter = replace(LETTER, subject=subject, message_id=message_id, references=(message_id, f"<{message_id}>"))
    reply = replace(REPLY, to=(replace(CLARA, name=name),), text=text)
    raw = write_reply(reply, replace(ALICE, name=sender), letter, original)
    check(message_from_bytes(raw, policy=policy.default))  # type: ignore[arg-type]
    head = raw.partition(b"\r\n\r\n")[0]
    assert not re.search(rb"(?im)^\s*b?cc\s*:", head)
    head.decode("ascii")


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=200))
def test_the_words_arrive_as_they_were_written(text: str) -> None:
    text = text.strip()
    assert words(written(replace(REPLY, text=text))).strip() == text
