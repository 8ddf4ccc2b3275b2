"""What a recipient is shown, and where an answer will go, is part of what the owner has said yes to."""

from __future__ import annotations

import re

import pytest

from app.actions.approve import approve
from app.actions.draft import see_draft
from app.models.draft import SendState
from app.sandbox.graph.content import Recipient
from tests.actions.outlook import box_of, item_of
from tests.actions.situations import Ready, World, its_hour_comes, sends
from tests.people import ALICE

ONE, OTHER = [f'<p>Yes.</p><img src="https://shop.example/{price}.png">' for price in (1000, 9999)]


@pytest.fixture
async def world(either: World) -> World:
    await either.grant()
    return either


def by_hand(world: World, ready: Ready, body: str, *, answers: str = "") -> None:
    """Make a draft in HTML of it in the owner's own mail program, with a Reply-To where `answers` names one."""
    if world.mailbox.provider == "graph":
        item = item_of(world, ready.seen)
        assert item.draft
        item.draft.kind, item.draft.body = "html", body
        item.draft.reply_to = (Recipient(answers),) if answers else ()
        box_of(world).touch(item)
        return
    field = f"Reply-To: {answers}\r\n" if answers else ""
    box = world.sandbox.mailbox(ALICE[0])
    held = box.drafts[ready.seen.draft.id]
    before = box.messages[held.message_id]
    head, _, _ = box.raw(before).partition(b"\r\n\r\n")
    lines = re.sub(rb"(?im)^reply-to:.*\r\n", b"", head + b"\r\n").replace(b"text/plain", b"text/html")
    raw = field.encode() + lines + b"\r\n" + body.encode()
    after = box.put(raw, labels={"DRAFT"}, date=before.date + 1, thread_id=before.thread_id)
    box.remove(before)
    held.message_id = after.id


async def left_after(world: World, body: str, *, answers: str = "") -> tuple[SendState, int]:
    """Let Alice say yes to a draft with a picture, change it by hand, and say how it ended and what left."""
    ready = await world.ready(yes=False)
    by_hand(world, ready, ONE)
    shown = await see_draft(ready.owner, ready.seen.row.id)
    await approve(ready.owner, ready.seen.row.id, sha256=shown.sha256)
    by_hand(world, ready, body, answers=answers)
    its_hour_comes()
    return (await ready.deliver()).state, sends(world.sandbox)


async def test_another_picture_waits_for_another_yes(world: World) -> None:
    assert await left_after(world, OTHER) == (SendState.HELD, 0)


async def test_another_address_for_answers_waits_for_another_yes(world: World) -> None:
    assert await left_after(world, ONE, answers="clara@evil.example") == (SendState.HELD, 0)


async def test_the_same_letter_saved_again_leaves(world: World) -> None:
    assert await left_after(world, ONE) == (SendState.SENT, 1)
