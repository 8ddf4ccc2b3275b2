"""A letter that hangs on somebody else's as a file is as private as it would be in the mailbox, and as unknown."""

from __future__ import annotations

from base64 import encodebytes
from collections.abc import Iterable

import pytest

from app import clock
from app.actions.open_attachment import open_attachment
from app.actions.private import mark_sender
from app.actions.read import read
from app.actions.search import search
from app.errors import NotFound
from app.providers.base import Listing
from tests.actions.outlook import either_box
from tests.actions.situations import World, last, message_id, subjects
from tests.people import ALICE, CLIENT, MOTHER

KNEE = "My knee is to be operated on."
DORA = "dora@practice.example"
LETTER, PDF = ("message/rfc822", "My knee.eml"), ("application/pdf", "plan.pdf")
Kind = tuple[str, str]


def letter(sender: str, words: str, *, subject: str = "My knee", to: str = DORA) -> bytes:
    """Return a letter as it hangs on another."""
    fields = (f"From: {sender}", f"To: {to}", f"Subject: {subject}", "MIME-Version: 1.0", "Content-Type: text/plain")
    return "\r\n".join((*fields, "", words)).encode()


def with_files(*files: tuple[Kind, bytes], sender: str = DORA, subject: str = "Look at this") -> bytes:
    """Return Dora's letter, or another's, with files on it; what is no letter of its own kind is in base64."""
    between = f"--of.{sender}"
    parts = b"".join(_part(between, kind, raw) for kind, raw in files)
    head = (
        *(f"From: {sender}", f"To: {ALICE[0]}", f"Subject: {subject}"),
        *(f"Date: {clock.now():%a, %d %b %Y %H:%M:%S +0000}", f"Message-ID: <look@{sender}>", "MIME-Version: 1.0"),
        *(f'Content-Type: multipart/mixed; boundary="of.{sender}"', "", between, "Content-Type: text/plain", ""),
        "She wrote to me as well.\r\n",
    )
    return "\r\n".join(head).encode() + parts + f"{between}--\r\n".encode()


def _part(between: str, kind: Kind, raw: bytes) -> bytes:
    media_type, name = kind
    plain = media_type.startswith("message/")
    lines = [f"{between}\r\nContent-Type: {media_type}", f'Content-Disposition: attachment; filename="{name}"']
    lines += [] if plain else ["Content-Transfer-Encoding: base64"]
    return "\r\n".join((*lines, "", "")).encode() + (raw if plain else encodebytes(raw)) + b"\r\n"


@pytest.fixture
async def either(either: World) -> World:
    """Alice's mailbox at each provider, where her mother's mail is private, and Bob who may open what hangs on mail."""
    await mark_sender(await either.owner(), MOTHER)
    await either.grant("attach.read")
    return either


def arrives(world: World, raw: bytes) -> None:
    more = {"labels": ("INBOX",)} if world.mailbox.provider == "gmail" else {}
    either_box(world).add(raw, internal_date=clock.now(), unread=True, **more)  # type: ignore[arg-type]


async def names(world: World) -> list[str]:
    desk = await world.assistant()
    reading = await read(desk, await message_id(desk, "Look at this"))
    return [file.name for file in reading.content.attachments]


async def handed(world: World, count: int) -> list[bytes]:
    desk = await world.assistant()
    known = await message_id(desk, "Look at this")
    return [(await open_attachment(desk, known, number))[1] for number in range(count)]


async def test_a_private_persons_letter_is_not_in_the_list_and_has_no_number(either: World) -> None:
    arrives(either, with_files((LETTER, letter(MOTHER, KNEE)), (PDF, b"PLAN")))
    assert await names(either) == ["plan.pdf"]
    assert await handed(either, 1) == [b"PLAN"]
    desk, owner = await either.assistant(), await either.owner()
    known = await message_id(desk, "Look at this")
    with pytest.raises(NotFound):
        await open_attachment(desk, known, 1)
    shown = await read(owner, known)
    assert len(shown.content.attachments) == 2
    assert KNEE.encode() in (await open_attachment(owner, known, 0))[1]


async def test_a_letter_that_is_nobodys_private_matter_is_handed_over(either: World) -> None:
    arrives(either, with_files((LETTER, letter(CLIENT, "The terrace is to be painted."))))
    assert len(await names(either)) == 1
    (raw,) = await handed(either, 1)
    assert b"painted" in raw


def nested() -> bytes:
    inner = letter(MOTHER, KNEE)
    return with_files(((LETTER[0], "inner.eml"), inner), sender=CLIENT, subject="Fwd")


def in_base64() -> bytes:
    return with_files((("application/octet-stream", "inner.eml"), letter(MOTHER, KNEE)), sender=CLIENT, subject="Fwd")


@pytest.mark.parametrize(
    "raw",
    [
        letter(DORA, KNEE, to=MOTHER),
        letter(CLIENT, f"See below.\r\n\r\nOn Monday {MOTHER} wrote:\r\n> {KNEE}"),
        letter(f"=?utf-8?q?Mother?= <{MOTHER.upper()}>", KNEE),
        letter("login@shop.example", "Your verification code is 482 913. Enter it to sign in.", subject="Your code"),
        nested(),
        in_base64(),
        b"\r\n",  # nobody can say whose this is
    ],
    ids=["to her", "quoted", "spelt otherwise", "a code", "nested", "nested in base64", "unreadable"],
)
async def test_a_letter_that_holds_something_private_is_left_out(either: World, raw: bytes) -> None:
    arrives(either, with_files((LETTER, raw), (PDF, b"PLAN")))
    assert await names(either) == ["plan.pdf"]


@pytest.mark.parametrize("name", ["knee.eml", "knee.msg", "knee.mbox"])
async def test_a_letter_is_one_by_its_name_too(either: World, name: str) -> None:
    arrives(either, with_files((("application/octet-stream", name), letter(MOTHER, KNEE)), (PDF, b"PLAN")))
    assert await names(either) == ["plan.pdf"]


async def test_a_letter_by_another_name_is_found_out_when_it_is_opened(either: World) -> None:
    arrives(either, with_files((("text/plain", "notes.txt"), letter(MOTHER, KNEE)), (PDF, b"PLAN")))
    desk = await either.assistant()
    known = await message_id(desk, "Look at this")
    with pytest.raises(NotFound):
        await open_attachment(desk, known, 0)
    assert (await last(await either.owner(), 1)) == [("whole", "open_attachment", "deny", "private")]


async def test_of_many_letters_only_the_first_few_are_looked_through(either: World) -> None:
    many: Iterable[tuple[Kind, bytes]] = [((LETTER[0], f"{n}.eml"), letter(CLIENT, f"Number {n}")) for n in range(9)]
    arrives(either, with_files(*many))
    assert len(await names(either)) == 5


async def test_nobody_finds_a_message_by_the_name_of_a_letter_that_hangs_on_it(either: World) -> None:
    arrives(either, with_files((LETTER, letter(MOTHER, KNEE)), (PDF, b"PLAN")))
    found = await search(await either.assistant(), Listing(folder=None), "knee")
    assert "Look at this" not in subjects(found.messages)
