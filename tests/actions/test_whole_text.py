"""A code that stands far below the first words: nobody can know it from a list, and no assistant ever reads it."""

from __future__ import annotations

import pytest

from app import clock
from app.actions.draft import see_draft, write_draft
from app.actions.list_messages import list_messages
from app.actions.open_attachment import open_attachment
from app.actions.private import mark_sender
from app.actions.read import read
from app.errors import NotFound
from app.providers.base import Listing
from tests.actions.outlook import either_box
from tests.actions.situations import World, last, message_id, subjects
from tests.people import ALICE, CLIENT, mail

SHOP = "hello@shop.example"
LONG = "Thank you for being with us for so many years. " * 12
CODE = f"{LONG}\r\n\r\nYour verification code is 482 913. Enter it to sign in. Never share it with anybody."
HTML = (
    f"From: {SHOP}\r\nTo: {ALICE[0]}\r\nSubject: About your order\r\nMessage-ID: <order@shop.example>\r\n"
    "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    f"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>{LONG}</p><p>Your verification code is <b>482 913</b>. "
    "Enter it to sign in.</p>\r\n--b\r\nContent-Type: application/pdf\r\n"
    'Content-Disposition: attachment; filename="plan.pdf"\r\n\r\nPDF\r\n--b--\r\n'
).encode()


@pytest.fixture
async def either(either: World) -> World:
    """Alice's mailbox at each provider with two such letters, and Bob who may read and answer."""
    thanks = mail(SHOP, "Thank you", CODE, message_id="<thanks@shop.example>")
    again = mail(CLIENT, "Re: Thank you", "Shall we order again?", answers="<thanks@shop.example>")
    quoting = mail(CLIENT, "Look", f"Is it this one?\r\n\r\n> {LONG}\r\n> Your verification code is 482 913.")
    for raw in (thanks, again, HTML, quoting):
        either_box(either).add(raw, internal_date=clock.now(), unread=True)
    await either.grant("mail.read", "attach.read", "draft", "label")
    return either


async def listed(world: World) -> set[str]:
    return set(subjects((await list_messages(await world.assistant(), Listing(folder=None, size=50))).messages))


async def test_T4_whoever_reads_on_finds_nothing_there_and_then_no_list_has_it_any_more(either: World) -> None:
    owner, desk = await either.owner(), await either.assistant()
    assert {"Thank you", "Re: Thank you", "About your order"} <= await listed(either)
    thanks, order = await message_id(desk, "Thank you"), await message_id(desk, "About your order")
    answer = await message_id(desk, "Re: Thank you")
    with pytest.raises(NotFound):
        await read(desk, thanks)
    assert await last(owner, 1) == [("whole", "read", "deny", "private")]
    assert not {"Thank you", "Re: Thank you"} & await listed(either)  # the conversation, as of any private message
    with pytest.raises(NotFound):
        await read(desk, answer)
    for act in (read(desk, order), open_attachment(desk, order, 0), write_draft(desk, order, "Thanks.")):
        with pytest.raises(NotFound):
            await act
    await mark_sender(owner, "mother@family.example")  # whatever rules change, it is remembered
    assert not {"Thank you", "Re: Thank you", "About your order"} & await listed(either)

    assert "482 913" in (await read(owner, thanks)).content.text
    await mark_sender(owner, SHOP, private=False)  # she shows this sender's mail
    assert {"Thank you", "About your order"} <= await listed(either)
    assert "482 913" in (await read(desk, thanks)).content.text


async def test_an_attachment_opens_nothing_either_and_a_quotation_says_no_code(either: World) -> None:
    """Bob opens the file before he reads, and answers what he has not read."""
    owner, desk = await either.owner(), await either.assistant()
    order, thanks = await message_id(desk, "About your order"), await message_id(desk, "Thank you")
    seen = await write_draft(desk, thanks, "You are welcome.")
    assert "482" not in f"{seen.quoted}{(await see_draft(desk, seen.row.id)).quoted}"
    with pytest.raises(NotFound):
        await open_attachment(desk, order, 0)
    assert (
        await last(owner, 1) == [("whole", "open_attachment", "deny", "private")]
        or (await last(owner, 2))[-1][2] == "deny"
    )
    assert "About your order" not in await listed(either)
    shown = await read(desk, await message_id(desk, "Look"))
    assert shown.content.text.startswith("Is it this one?")
    assert "482 913" not in repr(shown)


async def test_once_the_owner_has_read_it_nobody_else_has_to_come_across_it(either: World) -> None:
    owner = await either.owner()
    await read(owner, await message_id(owner, "Thank you"))
    assert "Thank you" not in await listed(either)
    assert "About your order" in await listed(either)
