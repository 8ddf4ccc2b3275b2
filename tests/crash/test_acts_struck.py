"""A process of the pages is struck down in the middle of what somebody does: it is done, or it is not, and she sees."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest

from app import clock
from app.actions import schedule
from app.actions.adopt import ABANDONED, adopt_all
from app.actions.draft import draft_of, see_draft
from app.actions.open_drafts import open_drafts
from app.errors import NotFound
from app.models.draft import DraftState, SendState
from tests.actions.situations import World, its_hour_comes, log_of, message_id, sends
from tests.crash.acts import WORDS, Wish
from tests.crash.conftest import Act
from tests.crash.judged import Ending, faults, unended
from tests.crash.nest import Strike
from tests.crash.test_every_step import calls_of, struck_down

pytestmark = pytest.mark.crash


async def wrote(world: World, act: Act, at: str) -> UUID:
    """Have Bob's process struck down while he writes; return the id of the draft that it was to become."""
    desk, draft_id = await world.assistant(), uuid4()
    wish = Wish("write", world.bob.id, world.mailbox.id, draft_id, message_id=await message_id(desk))
    await struck_down(act(wish, Strike(at)))
    row, _message = await draft_of(desk, draft_id)
    assert row.state is DraftState.PREPARING
    assert await open_drafts(desk) == []
    return draft_id


@pytest.mark.parametrize("way", ["google", "microsoft"])
async def test_a_draft_that_was_made_and_not_noted_is_taken_over_once(world: World, act: Act) -> None:
    await world.grant()
    draft_id = await wrote(world, act, "draft made, not noted")
    assert await adopt_all(world.resources) == 0  # its writer may still be at it
    clock.move(ABANDONED)
    assert await adopt_all(world.resources) == 1
    assert await adopt_all(world.resources) == 0
    desk, owner = await world.assistant(), await world.owner()
    assert [row.id for row in await open_drafts(desk)] == [draft_id]
    seen = await see_draft(desk, draft_id)
    assert WORDS in seen.draft.text
    assert (seen.edited_by_hand, seen.thread_moved) == (False, False)
    (found,) = [entry for entry in await log_of(owner) if entry.reason == "draft_found"]
    assert (found.subject_id, found.provider_draft) == (draft_id, seen.draft.id)
    await schedule.schedule_now(owner, draft_id)


async def test_a_draft_that_never_reached_the_mailbox_is_forgotten_and_can_be_written(world: World, act: Act) -> None:
    await world.grant()
    draft_id = await wrote(world, act, "before the draft is made")
    clock.move(ABANDONED)
    assert await adopt_all(world.resources) == 1
    desk = await world.assistant()
    with pytest.raises(NotFound):
        await draft_of(desk, draft_id)
    assert [entry.reason for entry in await log_of(await world.owner()) if entry.subject_id == draft_id] == [
        "draft_not_there"
    ]
    again = Wish("write", world.bob.id, world.mailbox.id, draft_id, message_id=await message_id(desk))
    assert await asyncio.to_thread(act(again, None).wait, 60) == 0
    assert [row.id for row in await open_drafts(desk)] == [draft_id]


@pytest.mark.parametrize("at", ["decided, not committed", "committed, not closed"])
async def test_a_yes_and_a_taking_back_stand_whole_or_not_at_all(world: World, act: Act, at: str) -> None:
    await world.grant()
    ready = await world.ready(yes=False)
    approve = Wish("approve", world.alice.id, world.mailbox.id, ready.seen.row.id)
    # To read a draft before deciding is an act as well; of the owner's looking nothing is noted.
    nth = 2 if at == "decided, not committed" else 1
    await struck_down(act(approve, Strike(at, nth)))
    its_hour_comes()
    assert (await ready.deliver()).state is (SendState.HELD if nth == 2 else SendState.SENT)
    assert sends(world.sandbox) == (nth == 1)
    assert len(unended(await log_of(ready.owner))) == (nth == 1)
    assert list(faults(Ending([await ready.now()], await calls_of(world, ready), await log_of(ready.owner)))) == []
