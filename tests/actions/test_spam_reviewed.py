"""Without the right to look through the spam nobody sees or does anything there, however she came to know of it."""

from __future__ import annotations

import pytest

from app.actions.discard import discard_draft
from app.actions.draft import see_draft, write_draft
from app.actions.label import label
from app.actions.list_messages import list_messages
from app.actions.move import archive, trash
from app.actions.open_attachment import open_attachment
from app.actions.read import read
from app.errors import NotFound
from app.providers.base import Folder, Listing
from tests.actions.outlook import lies_in_folder
from tests.actions.situations import TERRACE, World, client_writes, effects, message_id, subjects, written

EVERYTHING = ("attach.read", "label", "archive", "trash", "draft")


async def test_what_has_become_spam_is_not_there(either: World) -> None:
    await either.grant(*EVERYTHING)
    desk = await either.assistant()
    known = await message_id(desk)
    lies_in_folder(either, TERRACE, "spam")
    for act in (
        read(desk, known),
        open_attachment(desk, known, 0),
        label(desk, known, add=["X"]),
        archive(desk, known),
        trash(desk, known),
        write_draft(desk, known, "Thanks."),
    ):
        with pytest.raises(NotFound):
            await act
    assert effects(either.sandbox) == []
    assert (await read(await either.owner(), known)).content.message.subject == TERRACE


async def test_who_may_look_through_the_spam_reads_it(either: World) -> None:
    await either.grant("mail.read", "spam.review")
    desk = await either.assistant()
    known = await message_id(desk)
    lies_in_folder(either, TERRACE, "spam")
    assert (await read(desk, known)).content.message.subject == TERRACE
    assert subjects((await list_messages(desk, Listing(folder=Folder.SPAM))).messages) == [TERRACE]


async def test_of_a_conversation_the_part_that_is_spam_is_left_out(world: World) -> None:
    await world.grant("mail.read")
    desk = await world.assistant()
    known = await message_id(desk)
    client_writes(world.sandbox)
    lies_in_folder(world, f"Re: {TERRACE}", "spam")
    assert subjects((await read(desk, known)).thread) == [TERRACE]


async def test_her_own_draft_stays_hers_when_its_letter_becomes_spam(either: World) -> None:
    await either.grant("mail.read", "draft")
    desk = await either.assistant()
    seen = await written(desk)
    lies_in_folder(either, TERRACE, "spam")
    assert (await see_draft(desk, seen.row.id)).row.id == seen.row.id
    await discard_draft(desk, seen.row.id)
