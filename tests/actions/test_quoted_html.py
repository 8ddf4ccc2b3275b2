"""A letter's HTML may quote somebody private whom its plain text does not quote: it is shown only if it does not."""

from __future__ import annotations

import pytest

from app import clock
from app.actions.private import mark_sender
from app.actions.read import SeenContent, read
from tests.actions.outlook import either_box
from tests.actions.situations import World, message_id
from tests.people import ALICE, CLIENT, MOTHER

SECRET = "<blockquote>Secret canary</blockquote>"
QUOTING = {
    "in one line": f"<div>Hi Alice</div><div>On Sunday, Mother wrote:</div>{SECRET}",
    "on lines of their own": f"<div>Hi Alice</div>\r\n<div>On Sunday, Mother wrote:</div>\r\n{SECRET}",
    "bold": f"<p>Hi Alice</p>On Sunday, <b>Mother</b> <i>wrote</i>:<br>{SECRET}",
    "a link": f'<p>Hi Alice</p><p>On Sunday, <a href="mailto:{MOTHER}">Mother</a> wrote:</p>{SECRET}',
    "French": f"<p>Bonjour</p><p>Le dimanche, Maman a &eacute;crit&nbsp;:</p>{SECRET}",
    "Outlook": "<p>Hi</p><hr><p><b>From:</b> Mother<br><b>Sent:</b> Sunday<br></p><p>Secret canary</p>",
    "Outlook, lines": "<p>Hi</p><hr>\r\n<p><b>From:</b> Mother<br>\r\n<b>Sent:</b> Sunday</p>\r\n<p>Secret canary</p>",
    "a table": "<table><tr><td>From:</td><td>Mother</td></tr><tr><td>Sent:</td><td>Today</td></tr></table>A canary",
}
PLAINS = {
    "nothing of it": "Hi Alice",
    "the same": "Hi Alice\r\n\r\nOn Sunday, Mother wrote:\r\n> Secret canary",
    "no plain text": "",
}
INNOCENT = {
    "no quotation": "<p>Hi <b>Alice</b>,</p><p>Note: <i>in March</i>?</p><ul><li>a: b</li><li>c: d</li></ul>",
    "her own words": "<p>Yes.</p><div>On 22/11/2026, <b>Alice Amsel</b> wrote:</div><blockquote>March?</blockquote>",
    "with her address": f"<p>Yes.</p><p>On 22/11, Alice &lt;{ALICE[0]}&gt; wrote:</p><blockquote>March?</blockquote>",
}


@pytest.fixture
async def either(either: World) -> World:
    """Alice's mailbox at each provider; her mother is private."""
    await either.grant("mail.read")
    await mark_sender(await either.owner(), MOTHER)
    return either


async def shown(world: World, plain: str, html: str) -> SeenContent:
    head = f"From: Clara <{CLIENT}>\r\nTo: Alice Amsel <{ALICE[0]}>\r\nSubject: Look here\r\nMessage-ID: <l@x.y>\r\n"
    text = f"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{plain}\r\n" if plain else ""
    raw = (
        f"{head}MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n"
        f"{text}--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n--b--\r\n"
    )
    either_box(world).add(raw.encode(), internal_date=clock.now(), unread=True)
    desk = await world.assistant()
    return await read(desk, await message_id(desk, "Look here"))


@pytest.mark.parametrize("plain", PLAINS)
@pytest.mark.parametrize("quoting", QUOTING)
async def test_I3_html_that_quotes_a_private_person_is_not_shown(either: World, quoting: str, plain: str) -> None:
    reading = await shown(either, PLAINS[plain], QUOTING[quoting])
    assert "canary" not in repr(reading)
    assert reading.content.html == ""


@pytest.mark.parametrize("plain", ["Hi Alice", ""])
@pytest.mark.parametrize("innocent", INNOCENT)
async def test_html_that_quotes_nobody_unknown_is_shown(either: World, innocent: str, plain: str) -> None:
    reading = await shown(either, plain, INNOCENT[innocent])
    assert reading.content.html
    assert reading.content.text
