"""The same stories at a Microsoft mailbox: labels, drafts, letters that leave once, and drafts that stay."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app import clock
from app.actions import grants
from app.actions.discard import discard_draft
from app.actions.draft import edit_draft, see_draft
from app.actions.label import label
from app.actions.list_messages import list_messages
from app.actions.move import archive, restore, trash
from app.actions.private import mark_sender
from app.actions.read import read
from app.actions.resources import Resources
from app.models.draft import SendState
from app.models.person import Person
from app.providers.base import Folder, Listing
from app.sandbox.faults import Kind
from app.sandbox.graph.arriving import deliver as arrive
from app.sandbox.sandbox import Sandbox
from tests.actions.outlook import SEND, box_of, late_post, outlook_world
from tests.actions.situations import (
    TERRACE,
    World,
    effects,
    fails,
    its_hour_comes,
    lease_is_over,
    message_id,
    sends,
    subjects,
    written,
)
from tests.people import CLIENT, MOTHER, mail


@pytest.fixture
async def world(resources: Resources, sandbox: Sandbox, alice: Person, bob: Person) -> World:
    """Alice with a connected Outlook mailbox that holds the same mails, and Bob who may assist her."""
    return await outlook_world(resources, sandbox, alice, bob)


async def test_V50_bob_sees_the_letters_that_are_not_private_and_reads_one(world: World) -> None:
    await world.grant()
    desk = await world.assistant()
    page = await list_messages(desk, Listing())
    assert set(subjects(page.messages)) == {TERRACE, "Sunday lunch", "Garden news"}
    content = await read(desk, await message_id(desk))
    assert content.content.text.strip() == "Could you start in March?"


async def test_V17_a_page_is_filled_up_past_what_is_private_and_the_next_begins_where_it_ended(world: World) -> None:
    """Threat 4: how long a page is says nothing of what was left out of it."""
    await world.grant()
    letters = [(MOTHER if number % 3 == 1 else CLIENT, f"Letter {number}") for number in range(17)]
    for number, (sender, subject) in enumerate(letters):
        written_at = clock.now() + timedelta(minutes=number)
        box_of(world).add(mail(sender, subject, "Hello."), internal_date=written_at, unread=True)
    await mark_sender(await world.owner(), MOTHER)
    desk, cursor, pages = await world.assistant(), "", []
    while cursor or not pages:
        page = await list_messages(desk, Listing(size=4), cursor)
        pages.append(subjects(page.messages))
        cursor = page.cursor
    assert [len(page) for page in pages[:-1]] == [4] * (len(pages) - 1)
    seen = [subject for page in pages for subject in page]
    hers = [subject for sender, subject in letters if sender == CLIENT]
    assert [subject for subject in seen if subject.startswith("Letter")] == hers[::-1]
    assert len(seen) == len(set(seen))


async def test_C3_a_label_and_a_place_stand_in_the_owners_own_outlook(world: World) -> None:
    await world.grant("mail.read", "label", "archive", "trash")
    desk = await world.assistant()
    terrace = await message_id(desk)
    await label(desk, terrace, add=["Garden", "Clients/VIP"])
    await label(desk, terrace, remove=["garden"])
    item = next(each for each in box_of(world).items.values() if each.subject == TERRACE)
    assert item.categories == ("Clients/VIP",)
    for act, folder in ((archive, "archive"), (trash, "deleteditems"), (restore, "inbox")):
        await act(desk, terrace)
        assert item.folder.well_known == folder
    assert [each.kind for each in effects(world.sandbox)] == ["label", "label", "move", "trash", "move"]


async def test_H3_H14_an_approved_reply_leaves_at_its_hour_and_only_once(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    assert sends(world.sandbox) == 0
    its_hour_comes()
    for _ in range(3):
        assert (await ready.deliver()).state is SendState.SENT
    assert sends(world.sandbox) == 1
    assert world.sandbox.left[0].recipients == (CLIENT,)
    (sent,) = [each for each in box_of(world).items.values() if each.folder.well_known == "sentitems"]
    letter = box_of(world).spool.get(sent.place).decode()  # type: ignore[arg-type] - what was sent has its place
    assert "yes, in March." in letter
    assert "Could you start in March?" in letter


async def test_an_edit_keeps_the_conversation_below_and_voids_the_yes(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    changed = await edit_draft(ready.desk, ready.seen.row.id, "Dear Clara, rather in <b>April</b>.")
    assert changed.draft.text == "Dear Clara, rather in <b>April</b>."
    assert changed.draft.quoted == ready.seen.draft.quoted
    its_hour_comes()
    assert (await ready.deliver()).state is SendState.HELD
    assert sends(world.sandbox) == 0


@pytest.mark.parametrize("fault", [Kind.AFTER_EFFECT, Kind.BEFORE])
async def test_a_lost_answer_is_looked_into_and_the_letter_leaves_once(world: World, fault: Kind) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    fails(world.sandbox, fault, SEND)
    assert (await ready.deliver()).state is SendState.INTENT
    lease_is_over()
    assert (await ready.deliver()).state is SendState.SENT
    assert sends(world.sandbox) == 1


async def test_a_sent_copy_that_takes_its_time_is_waited_for(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    world.sandbox.modes.sent_lag = 90
    fails(world.sandbox, Kind.AFTER_EFFECT, SEND)
    await ready.deliver()
    lease_is_over()
    assert (await ready.deliver()).state is SendState.INTENT
    lease_is_over()
    assert (await ready.deliver()).state is SendState.SENT
    assert sends(world.sandbox) == 1


async def test_V4_a_worker_that_wakes_after_the_revocation_is_done_finds_nothing_to_send(world: World) -> None:
    """Outlook keeps a draft that was thrown away, under the same id: it is there, and has nobody to go to."""
    given = await world.grant()
    ready = await world.ready()
    its_hour_comes()
    fails(world.sandbox, Kind.BEFORE, SEND)
    await ready.deliver()
    assert not (await grants.revoke(ready.owner, given.id)).done
    lease_is_over()
    assert (await ready.deliver()).state is SendState.HELD
    assert await grants.in_flight(ready.owner, given.id) == ()
    late = await late_post(world, ready.seen.draft.id)
    assert late.status_code in (400, 404)
    assert sends(world.sandbox) == 0
    now = await see_draft(ready.owner, ready.seen.row.id)
    assert now.draft.id != ready.seen.draft.id
    assert (now.edited_by_hand, now.sha256) == (False, ready.seen.sha256)


async def test_a_draft_that_bob_throws_away_cannot_be_sent_from_the_trash(world: World) -> None:
    await world.grant()
    desk = await world.assistant()
    seen = await written(desk)
    await discard_draft(desk, seen.row.id)
    assert (await late_post(world, seen.draft.id)).status_code in (400, 404)
    assert sends(world.sandbox) == 0
    page = await list_messages(await world.owner(), Listing(folder=Folder.TRASH))
    assert page.messages == ()  # what nobody sent is no letter


async def test_a_draft_thrown_away_by_hand_is_no_letter_that_left(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    item = box_of(world).items[ready.seen.draft.id]
    box_of(world).move(item, box_of(world).folders.known("deleteditems"))
    its_hour_comes()
    ended = await ready.deliver()
    assert (ended.state, ended.reason) == (SendState.NEEDS_HUMAN, "draft_gone")
    assert sends(world.sandbox) == 0


async def test_a_mark_that_the_owner_puts_on_a_draft_changes_no_word_of_it(world: World) -> None:
    """Outlook gives a draft another changeKey for a category too; not a word has changed by that."""
    await world.grant()
    ready = await world.ready()
    item = box_of(world).items[ready.seen.draft.id]
    before = item.change
    item.categories = ("Mine",)
    box_of(world).touch(item)
    now = await see_draft(ready.owner, ready.seen.row.id)
    assert item.change != before
    assert (now.draft.revision, now.edited_by_hand) == (item.change, False)
    its_hour_comes()
    assert (await ready.deliver()).state is SendState.SENT
    assert sends(world.sandbox) == 1


async def test_a_word_that_the_owner_changes_in_outlook_holds_the_reply(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    item = box_of(world).items[ready.seen.draft.id]
    assert item.draft is not None
    item.draft.body = item.draft.body.replace("in March", "in May")
    box_of(world).touch(item)
    assert (await see_draft(ready.owner, ready.seen.row.id)).edited_by_hand
    its_hour_comes()
    assert (await ready.deliver()).reason == "draft_edited"
    assert sends(world.sandbox) == 0


async def test_H3_a_new_message_in_the_conversation_holds_the_reply(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    arrive(box_of(world), mail(CLIENT, f"Re: {TERRACE}", "Or April?", answers="<march@customer.example>"))
    its_hour_comes()
    assert (await ready.deliver()).reason == "thread_moved"
    assert sends(world.sandbox) == 0


async def test_a_colleague_who_discards_her_own_draft_holds_nobody_up(world: World) -> None:
    """A thrown away draft stays in the conversation at Microsoft; it is no news there."""
    await world.grant()
    ready = await world.ready()
    other = await written(ready.owner, "Another answer")
    await discard_draft(ready.owner, other.row.id)
    its_hour_comes()
    assert (await ready.deliver()).state is SendState.SENT
    assert sends(world.sandbox) == 1
