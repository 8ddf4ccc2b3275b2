"""Drafts: written into the owner's mailbox at once, edited, read back, thrown away; her own hand comes first."""

from __future__ import annotations

import asyncio

import pytest

from app.actions import draft, open_drafts
from app.actions.approve import waiting_for_approval
from app.actions.discard import discard_draft
from app.actions.writing import LONGEST_TEXT
from app.errors import BadRequest, Conflict, Denied, MessageGone, NoAnswer, NotFound, ProviderBusy
from app.models.conditions import Conditions
from app.models.draft import Draft, DraftState, SendState
from app.models.person import Person
from tests.actions.situations import (
    REPLY,
    World,
    approved,
    client_writes,
    delete_by_hand,
    edit_by_hand,
    effects,
    fails,
    in_an_hour,
    its_hour_comes,
    last,
    log_of,
    message_id,
    sends,
    written,
)
from tests.people import ALICE, CLIENT, desk_of, mail, make_grant

CREATE, UPDATE = "/upload/*/drafts", "*/drafts/*"


async def rows_of(world: World) -> list[Draft]:
    desk = await world.owner()
    return await open_drafts.open_drafts(desk)


async def test_V50_a_draft_is_addressed_and_threaded_by_the_server(world: World) -> None:
    await world.grant()
    seen = await written(await world.assistant())
    box = world.sandbox.mailbox(ALICE[0])
    held = box.messages[box.drafts[seen.draft.id].message_id]
    raw = box.raw(held).decode()
    assert held.recipients == f"<{CLIENT}>"
    assert held.sender.endswith(f"<{ALICE[0]}>")
    assert held.subject == "Re: Terrace in March?"
    assert "In-Reply-To: <march@customer.example>" in raw
    assert "Could you start in March?" in raw
    assert (seen.row.state, seen.edited_by_hand, seen.thread_moved) == (DraftState.OPEN, False, False)


async def test_a_strangers_reply_to_does_not_lead_a_draft_elsewhere(world: World) -> None:
    await world.grant()
    hijack = mail(CLIENT, "Answer me", "Please.").replace(b"To: ", b"Reply-To: evil@elsewhere.example\r\nTo: ", 1)
    world.sandbox.mailbox(ALICE[0]).add(hijack)
    seen = await written(await world.assistant(), subject="Answer me")
    assert [each.email for each in seen.draft.message.to] == [CLIENT]


async def test_mail_with_two_authors_is_answered_by_nobody_and_nothing_is_left_behind(world: World) -> None:
    await world.grant()
    two = mail(f"{CLIENT}, evil@elsewhere.example", "From both", "Hello.")
    world.sandbox.mailbox(ALICE[0]).add(two)
    with pytest.raises(BadRequest, match="no single author"):
        await written(await world.assistant(), subject="From both")
    assert effects(world.sandbox) == []
    assert await rows_of(world) == []
    assert await last(await world.owner(), 1) == [("end", "draft", "allow", "bad_request")]


@pytest.mark.parametrize("text", ["", "  \n\t ", "x" * (LONGEST_TEXT + 1)])
async def test_an_empty_or_endless_text_is_refused_before_anything_happens(world: World, text: str) -> None:
    await world.grant()
    desk, owner = await world.assistant(), await world.owner()
    message, seen = await message_id(desk), await written(desk)
    await in_an_hour(desk, seen)
    await approved(owner, seen)
    before, done = len(await log_of(owner)), len(effects(world.sandbox))
    with pytest.raises(BadRequest, match="text"):
        await draft.write_draft(desk, message, text)
    with pytest.raises(BadRequest, match="text"):
        await draft.edit_draft(desk, seen.row.id, text)
    assert len(await log_of(owner)) == before
    assert len(effects(world.sandbox)) == done


async def test_an_edit_replaces_the_words_and_keeps_the_recipient(world: World) -> None:
    await world.grant()
    desk = await world.assistant()
    seen = await written(desk)
    after = await draft.edit_draft(desk, seen.row.id, "In April, then.")
    assert after.draft.text.strip() == "In April, then."
    assert after.sha256 != seen.sha256
    assert [each.email for each in after.draft.message.to] == [CLIENT]
    assert after.row.updated_at > seen.row.created_at
    assert [effect.kind for effect in effects(world.sandbox)] == ["draft", "draft_update"]
    assert await last(await world.owner()) == [("begin", "edit", "allow", ""), ("end", "edit", "allow", "done")]


async def test_an_edit_voids_the_owners_yes(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    await draft.edit_draft(ready.desk, ready.seen.row.id, "In April, then.")
    assert (await ready.now()).state is SendState.PREPARED
    assert [row.id for row, _ in await waiting_for_approval(ready.owner)] == [ready.seen.row.id]


async def test_the_words_that_stand_there_already_void_nothing_and_are_no_edit(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    before, done = len(await log_of(ready.owner)), len(effects(world.sandbox))
    for words in (REPLY, f"{REPLY}\r\n", ready.seen.draft.text.replace("\n", "\r\n")):
        seen = await draft.edit_draft(ready.desk, ready.seen.row.id, words, sha256=ready.seen.sha256)
        assert (seen.unchanged, seen.sha256) == (True, ready.seen.sha256)
    assert len(effects(world.sandbox)) == done
    looked = [(entry.phase, entry.action, entry.outcome) for entry in (await log_of(ready.owner))[before:]]
    assert looked == [("whole", "see_draft", "done")] * 3
    assert await waiting_for_approval(ready.owner) == []
    its_hour_comes()
    assert (await ready.deliver()).state is SendState.SENT


async def test_an_edit_of_nothing_uses_up_no_number_of_the_day(world: World) -> None:
    await world.grant(conditions=Conditions(changes_a_day=2))
    desk = await world.assistant()
    seen = await written(desk)
    for _ in range(3):
        assert (await draft.edit_draft(desk, seen.row.id, REPLY)).unchanged
    assert not (await draft.edit_draft(desk, seen.row.id, "In April, then.")).unchanged
    with pytest.raises(Denied) as refused:
        await draft.edit_draft(desk, seen.row.id, "In April, then.")
    assert refused.value.reason == "cap_reached"


async def test_who_may_not_edit_is_refused_before_anybody_says_that_nothing_would_change(world: World) -> None:
    await world.grant()
    seen = await written(await world.assistant())
    await world.grant()
    with pytest.raises(Denied):
        await draft.edit_draft(await world.assistant(), seen.row.id, REPLY)
    assert (await log_of(await world.owner()))[-1].decision == "deny"


async def test_an_edit_of_nothing_is_too_late_once_the_reply_is_on_its_way(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    fails(world.sandbox, "before")
    assert (await ready.deliver()).state is SendState.INTENT
    with pytest.raises(Conflict, match="too late"):
        await draft.edit_draft(ready.desk, ready.seen.row.id, REPLY)


async def test_an_edit_after_the_owners_own_hand_is_refused_until_her_words_were_read(world: World) -> None:
    await world.grant()
    desk = await world.assistant()
    seen = await written(desk)
    edit_by_hand(world.sandbox, seen, b"Bob for Alice", b"Alice herself")
    with pytest.raises(Conflict, match="changed in the mailbox"):
        await draft.edit_draft(desk, seen.row.id, "In April, then.")
    with pytest.raises(Conflict):
        await draft.edit_draft(desk, seen.row.id, "In April, then.", sha256=seen.sha256)
    now = await draft.see_draft(desk, seen.row.id)
    assert now.edited_by_hand
    assert "Alice herself" in now.draft.text
    after = await draft.edit_draft(desk, seen.row.id, "In April, then.", sha256=now.sha256)
    assert not after.edited_by_hand
    assert effects(world.sandbox)[-1].kind == "draft_update"


async def test_what_the_owner_added_by_hand_is_not_lost_by_an_edit(world: World) -> None:
    await world.grant()
    desk = await world.assistant()
    seen = await written(desk)
    edit_by_hand(world.sandbox, seen, b"Subject: ", b"Cc: partner@practice.example\r\nSubject: ")
    now = await draft.see_draft(desk, seen.row.id)
    assert now.sha256 != seen.sha256
    with pytest.raises(BadRequest, match="Change it there"):
        await draft.edit_draft(desk, seen.row.id, "In April, then.", sha256=now.sha256)
    assert [effect.kind for effect in effects(world.sandbox)] == ["draft"]


async def test_a_draft_deleted_by_hand_is_gone(world: World) -> None:
    await world.grant()
    desk = await world.assistant()
    seen = await written(desk)
    delete_by_hand(world.sandbox, seen)
    for attempt in (draft.see_draft(desk, seen.row.id), draft.edit_draft(desk, seen.row.id, "Still there?")):
        with pytest.raises(MessageGone):
            await attempt
    await discard_draft(desk, seen.row.id)
    assert await rows_of(world) == []


async def test_a_discarded_draft_is_gone_and_so_is_its_hour(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    await discard_draft(ready.desk, ready.seen.row.id)
    assert world.sandbox.mailbox(ALICE[0]).drafts == {}
    stopped = await ready.now()
    assert (stopped.state, stopped.reason) == (SendState.CANCELLED, "discarded")
    assert await last(ready.owner) == [("begin", "discard", "allow", ""), ("end", "discard", "allow", "done")]
    with pytest.raises(Conflict):
        await draft.edit_draft(ready.desk, ready.seen.row.id, "Back again?")


async def test_an_assistant_knows_of_her_own_drafts_alone(world: World, charlie: Person) -> None:
    await world.grant()
    await make_grant(world.resources, world.mailbox, charlie)
    bobs, charlies = await world.assistant(), await desk_of(world.resources, charlie, world.mailbox)
    seen, owners = await written(bobs), await written(await world.owner(), "Mine.")
    for attempt in (
        draft.see_draft(charlies, seen.row.id),
        draft.edit_draft(charlies, seen.row.id, "Charlie's words"),
        discard_draft(charlies, seen.row.id),
        draft.see_draft(bobs, owners.row.id),
        draft.edit_draft(bobs, owners.row.id, "Bob's words"),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert [row.id for row in await open_drafts.open_drafts(bobs)] == [seen.row.id]
    assert await open_drafts.open_drafts(charlies) == []
    assert {row.id for row in await rows_of(world)} == {seen.row.id, owners.row.id}


async def test_a_draft_of_an_earlier_grant_is_not_carried_over(world: World) -> None:
    await world.grant()
    seen = await written(await world.assistant())
    await world.grant()
    with pytest.raises(Denied) as refused:
        await draft.edit_draft(await world.assistant(), seen.row.id, "Under the new grant?")
    assert refused.value.reason == "not_your_draft"


async def test_a_lost_answer_makes_no_second_draft(world: World) -> None:
    """Gmail has made the draft, its answer is lost: it is looked for before anybody writes it again."""
    await world.grant()
    desk = await world.assistant()
    message = await message_id(desk)
    fails(world.sandbox, "after_effect", "*/drafts")
    seen = await draft.write_draft(desk, message, REPLY)
    assert len(effects(world.sandbox, "draft")) == 1
    assert seen.draft.id in world.sandbox.mailbox(ALICE[0]).drafts
    assert seen.row.state is DraftState.OPEN


@pytest.mark.parametrize(("fault", "error"), [("before", NoAnswer), ("status_429", ProviderBusy)])
async def test_a_draft_that_was_not_made_leaves_no_row_and_can_be_tried_again(
    world: World, fault: str, error: type[Exception]
) -> None:
    await world.grant()
    desk = await world.assistant()
    message = await message_id(desk)
    fails(world.sandbox, fault, "*/drafts", times=1, seconds=60)
    world.sandbox.faults.faults[0].method = "POST"
    with pytest.raises(error):
        await draft.write_draft(desk, message, REPLY, draft_id=(wanted := message))
    again = await draft.write_draft(desk, message, REPLY, draft_id=wanted)
    assert again.row.id == wanted
    assert len(effects(world.sandbox, "draft")) == 1


async def test_one_id_is_one_draft_however_often_it_is_asked_for_at_once(world: World) -> None:
    await world.grant()
    desk = await world.assistant()
    message = await message_id(desk)
    made = await asyncio.gather(
        *(draft.write_draft(desk, message, REPLY, draft_id=message) for _ in range(5)), return_exceptions=True
    )
    assert sum(isinstance(each, draft.SeenDraft) for each in made) == 1
    assert all(isinstance(each, draft.SeenDraft | Conflict) for each in made)
    assert len(effects(world.sandbox, "draft")) == 1


async def test_a_message_that_came_since_is_seen_beside_the_draft(world: World) -> None:
    await world.grant()
    desk = await world.assistant()
    seen = await written(desk)
    assert not (await draft.see_draft(desk, seen.row.id)).thread_moved
    client_writes(world.sandbox)
    assert (await draft.see_draft(desk, seen.row.id)).thread_moved
    await draft.edit_draft(desk, seen.row.id, "April is fine too.")
    assert not (await draft.see_draft(desk, seen.row.id)).thread_moved


async def test_nothing_leaves_by_writing_editing_or_throwing_away(world: World) -> None:
    await world.grant("reply.free", "schedule")
    desk = await world.assistant()
    seen = await written(desk)
    await draft.edit_draft(desk, seen.row.id, "Other words.")
    await discard_draft(desk, seen.row.id)
    assert sends(world.sandbox) == 0
