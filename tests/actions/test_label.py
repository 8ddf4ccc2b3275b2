"""Labels: put on and taken off in the owner's own mailbox, with what was there before."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app import clock
from app.actions.label import label
from app.errors import BadRequest, ProviderRefused
from tests.actions.situations import World, effects, last, log_of, message_id, written
from tests.people import ALICE


async def test_C3_label_and_draft_stand_in_the_owners_own_mailbox(world: World) -> None:
    await world.grant()
    desk = await world.assistant()
    message = await message_id(desk)
    await label(desk, message, add=["Clients/Clara"])
    await written(desk, "Yes, in March.")
    box = world.sandbox.mailbox(ALICE[0])
    (labelled, drafted) = effects(world.sandbox, "label", "draft")
    assert [box.labels.get(each).name for each in labelled.labels_added] == ["Clients/Clara"]
    assert box.messages[labelled.message].subject == "Terrace in March?"
    assert box.messages[drafted.message].labels == {"DRAFT"}
    assert drafted.thread == labelled.thread
    assert b"Yes, in March." in box.raw(box.messages[drafted.message])


async def test_a_label_is_taken_off_again_and_the_log_knows_what_was_there(world: World) -> None:
    await world.grant()
    desk = await world.assistant()
    message = await message_id(desk)
    await label(desk, message, add=["Clients", "Later"])
    after = await label(desk, message, add=["clients", "Paid"], remove=["later", "Never there"])
    assert after.message.labels == {"Clients", "Paid"}
    end = (await log_of(await world.owner()))[-1]
    assert (end.labels_before, end.labels_after) == (["Clients", "Later"], ["Clients", "Paid"])


async def test_the_owner_labels_too(world: World) -> None:
    owner = await world.owner()
    after = await label(owner, await message_id(owner, "Sunday lunch"), add=["Family"])
    assert after.message.labels == {"Family"}
    assert await last(owner) == [("begin", "label", "allow", ""), ("end", "label", "allow", "done")]


@pytest.mark.parametrize(
    ("add", "remove"),
    [
        ([], []),
        (["A"], ["A"]),
        ([""], []),
        (["/"], []),
        (["x" * 226], []),
        (["two\nlines"], []),
        (["nul\0"], []),
        ([f"label {n}" for n in range(21)], []),
    ],
)
async def test_impossible_labels_are_refused_before_anything_happens(
    world: World, add: list[str], remove: list[str]
) -> None:
    owner = await world.owner()
    message = await message_id(owner)
    before = len(await log_of(owner))
    with pytest.raises(BadRequest) as refused:
        await label(owner, message, add=add, remove=remove)
    assert "label" in refused.value.sentence()
    assert effects(world.sandbox) == []
    assert len(await log_of(owner)) == before


@pytest.mark.parametrize("name", ["INBOX", "trash", "SPAM", "Unread", "SENT"])
async def test_no_label_moves_a_message_by_its_name(world: World, name: str) -> None:
    """Folders are Gmail's own labels; who may label may not move."""
    await world.grant("label")
    desk = await world.assistant()
    message = await message_id(desk)
    with pytest.raises(ProviderRefused):
        await label(desk, message, add=[name])
    await label(desk, message, add=["Clients"], remove=[name])
    (only,) = effects(world.sandbox)
    assert only.labels_removed == ()
    assert await message_id(desk) == message


async def test_V8_the_assistant_acts_with_the_owners_consent_from_anywhere_at_any_hour(world: World) -> None:
    """Bob belongs to no organisation of Alice's; his own token never reaches her mailbox, hers is renewed for him."""
    await world.grant()
    desk = await world.assistant()
    message = await message_id(desk)
    clock.move(timedelta(hours=9))
    await label(desk, message, add=["Clients"])
    calls = [entry for entry in world.sandbox.ledger.entries if entry.provider == "gmail"]
    assert {entry.mailbox for entry in calls if (entry.operation or "").startswith("gmail.")} == {ALICE[0]}
    assert world.bob.email not in {refresh.email for refresh in world.sandbox.grants.refreshes.values()}
