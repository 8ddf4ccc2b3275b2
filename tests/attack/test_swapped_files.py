"""A file on a draft is part of what the owner has read: exchanged by hand for another, it needs another yes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.access.reasons import HELD
from app.models.draft import SendState
from app.sandbox.graph.content import Attachment
from tests.actions.outlook import box_of, item_of
from tests.actions.situations import Ready, World, approved, its_hour_comes, sends
from tests.people import ALICE

OFFER, OTHER = b"PRICE 1000", b"PRICE 9999"


def saved_in_gmail(world: World, ready: Ready, change: Callable[[bytes], bytes]) -> None:
    """Save the draft anew in the owner's own program: other bytes, another message id, the same draft."""
    box = world.sandbox.mailbox(ALICE[0])
    held = box.drafts[ready.seen.draft.id]
    before = box.messages[held.message_id]
    after = box.put(change(box.raw(before)), labels={"DRAFT"}, date=before.date + 1, thread_id=before.thread_id)
    box.remove(before)
    held.message_id = after.id


def with_file(raw: bytes) -> bytes:
    """Hang the offer on a letter that is one text."""
    head, _, words = raw.partition(b"\r\n\r\n")
    lines = head.replace(b"\r\n ", b" ").split(b"\r\n")
    of_text = [line for line in lines if line.lower().startswith(b"content-")]
    others = [line for line in lines if not line.lower().startswith((b"content-", b"mime-version"))]
    return b"\r\n".join(
        (
            *others,
            b"MIME-Version: 1.0",
            b"Content-Type: multipart/mixed; boundary=first",
            *(b"", b"--first", *of_text, b"", words),
            b"--first",
            b"Content-Type: application/pdf",
            b'Content-Disposition: attachment; filename="offer.pdf"',
            *(b"", OFFER, b"--first--", b""),
        )
    )


def hang_on(world: World, ready: Ready) -> None:
    if world.mailbox.provider == "graph":
        item = item_of(world, ready.seen)
        assert item.draft
        item.draft.attachments.append(Attachment("offer.pdf", "application/pdf", OFFER))
        box_of(world).touch(item)
    else:
        saved_in_gmail(world, ready, with_file)


def exchange(world: World, ready: Ready, file: bytes) -> None:
    """Put another file of the same name in the offer's place; the same one is only saved again."""
    if world.mailbox.provider == "graph":
        item = item_of(world, ready.seen)
        assert item.draft
        item.draft.attachments[:] = [Attachment("offer.pdf", "application/pdf", file)]
        box_of(world).touch(item)
    else:
        saved_in_gmail(world, ready, lambda raw: raw.replace(b"first", b"second").replace(OFFER, file))


@pytest.fixture
async def world(either: World) -> World:
    await either.grant()
    return either


@pytest.fixture
async def ready(world: World) -> Ready:
    """A reply of Bob's on which Alice has hung an offer herself, and to which she has said yes since."""
    made = await world.ready(yes=False)
    hang_on(world, made)
    await approved(made.owner, made.seen)
    return made


async def test_another_file_of_the_same_name_and_length_waits_for_another_yes(world: World, ready: Ready) -> None:
    exchange(world, ready, OTHER)
    its_hour_comes()
    done = await ready.deliver()
    assert (done.state, done.reason) == (SendState.HELD, "draft_edited")
    assert done.reason in HELD
    assert sends(world.sandbox) == 0


async def test_the_same_file_saved_again_leaves(world: World, ready: Ready) -> None:
    exchange(world, ready, OFFER)
    its_hour_comes()
    assert (await ready.deliver()).state is SendState.SENT
    assert sends(world.sandbox) == 1
