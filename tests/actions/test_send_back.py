"""Alice sends a draft of Bob's back with a word; nothing of it leaves until she has approved other words."""

from __future__ import annotations

import pytest

from app.actions.approve import approve, waiting_for_approval
from app.actions.draft import edit_draft, see_draft
from app.actions.send_back import send_back, word_of
from app.actions.send_now import send_now
from app.errors import BadRequest, Conflict, Denied, NotFound
from app.models.draft import SendState
from app.models.grant import NeedsApproval
from tests.actions.situations import World, approved, in_an_hour, its_hour_comes, log_of, sends, written

WORD = "Warmer, please.\nAnd mention the gas."


async def test_V35_alice_comments_on_a_draft_and_bob_writes_it_anew(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    await send_back(ready.owner, ready.seen.row.id, f"  {WORD} ")
    assert await waiting_for_approval(ready.owner) == []
    seen = await see_draft(ready.desk, ready.seen.row.id)
    assert await word_of(ready.desk, seen.row) == WORD
    assert b"gas" not in seen.row.word  # sealed
    its_hour_comes()
    assert ((await ready.deliver()).state, sends(world.sandbox)) == (SendState.HELD, 0)
    again = await edit_draft(ready.desk, seen.row.id, "Dear Clara,\n\nwith pleasure!")
    assert await word_of(ready.desk, (await see_draft(ready.desk, seen.row.id)).row) == ""
    assert [row.id for row, _ in await waiting_for_approval(ready.owner)] == [again.row.id]
    await in_an_hour(ready.desk, again)
    await approved(ready.owner, again)
    assert [entry.reason for entry in await log_of(ready.owner) if entry.action == "approve"].count("sent_back") == 2


async def test_what_was_sent_back_does_not_leave_even_where_nothing_needs_a_yes(world: World) -> None:
    await world.grant("reply.free", "schedule", needs_approval=NeedsApproval.NEVER)
    owner, desk = await world.owner(), await world.assistant()
    seen = await written(desk)
    await send_back(owner, seen.row.id, WORD)
    with pytest.raises(Conflict, match="sent this draft back"):
        await send_now(desk, seen.row.id)
    with pytest.raises(Conflict, match="sent this draft back"):
        await in_an_hour(desk, seen)
    assert sends(world.sandbox) == 0


async def test_a_yes_after_all_takes_the_word_back_and_it_goes_on(world: World) -> None:
    await world.grant()
    ready = await world.ready(yes=False)
    await send_back(ready.owner, ready.seen.row.id, WORD)
    await approve(ready.owner, ready.seen.row.id, sha256=ready.seen.sha256)
    its_hour_comes()
    assert (await ready.deliver()).state == SendState.SENT
    assert sends(world.sandbox) == 1


async def test_only_the_owner_sends_back_and_nothing_of_her_own_or_of_another_s(world: World) -> None:
    await world.grant()
    owner, desk = await world.owner(), await world.assistant()
    seen, own = await written(desk), await written(owner)
    with pytest.raises(Denied):
        await send_back(desk, seen.row.id, WORD)
    with pytest.raises(Conflict):
        await send_back(owner, own.row.id, WORD)
    with pytest.raises(NotFound):
        await send_back(owner, owner.mailbox.id, WORD)


@pytest.mark.parametrize("word", ["", " \n ", "x" * 1001, "a\u202eb", "a\x00b"])
async def test_a_word_that_is_none_is_refused_and_the_draft_waits_as_before(world: World, word: str) -> None:
    await world.grant()
    ready = await world.ready(yes=False)
    with pytest.raises(BadRequest):
        await send_back(ready.owner, ready.seen.row.id, word)
    assert len(await waiting_for_approval(ready.owner)) == 1


async def test_too_late_is_said_when_it_has_left(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    assert (await ready.deliver()).state == SendState.SENT
    with pytest.raises(Conflict):
        await send_back(ready.owner, ready.seen.row.id, WORD)
