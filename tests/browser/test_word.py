"""Alice's word: approving what she has read, declining, narrowing, pausing, ending; by hand and by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.actions.desk import Desk
from app.actions.draft import SeenDraft
from app.models.mailbox import Mailbox
from app.models.person import Person
from tests.actions.situations import in_an_hour, written
from tests.browser.conftest import Opener
from tests.browser.place import Couple
from tests.browser.windows import Window
from tests.people import desk_of

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
REPLY = "Dear Clara,\n\nyes, in March.\n\nBob for Alice"


async def bobs_reply(couple: Couple) -> tuple[Mailbox, SeenDraft]:
    """Give Bob his grant and have him write a reply that is to leave in an hour."""
    mailbox, _grant = await couple.granted()
    person: Person
    person, _secret = await couple.place.signed_in(couple.bob)
    desk: Desk = await desk_of(couple.place.resources, person, mailbox)
    seen = await written(desk, REPLY)
    await in_an_hour(desk, seen)
    return mailbox, seen


def edited_in_the_mailbox(couple: Couple, seen: SeenDraft, old: bytes, new: bytes) -> None:
    """Change the draft in Alice's own mail program."""
    held = couple.box.drafts[seen.draft.id]
    before = couple.box.messages[held.message_id]
    raw = couple.box.raw(before)
    assert old in raw
    changed = couple.box.put(raw.replace(old, new), labels={"DRAFT"}, date=before.date + 1, thread_id=before.thread_id)
    couple.box.remove(before)
    held.message_id = changed.id


async def tab_to(window: Window, fits: Callable[[str], bool]) -> None:
    """Press Tab until something of this name has the focus."""
    for _ in range(120):
        await window.page.keyboard.press("Tab")
        if fits(await window.evaluate("document.activeElement.innerText || ''")):
            return
    raise AssertionError("the keyboard never comes there")


async def test_a_page_read_before_the_draft_was_edited_approves_nothing(couple: Couple, window: Opener) -> None:
    mailbox, seen = await bobs_reply(couple)
    alice = await window(couple.alice)
    await alice.open(f"/owner/mailboxes/{mailbox.id}/drafts/{seen.row.id}")
    edited_in_the_mailbox(couple, seen, b"in March", b"in May")
    await alice.press("Approve exactly this")
    await alice.says("The draft was changed after you read it.", "yes, in May.")
    await alice.says_not("You have approved this text.", "yes, in March.")
    await alice.press("Approve exactly this")
    await alice.says("Approved, exactly as it stands.")
    assert couple.left() == []


async def test_approving_twice_from_two_pages_and_going_back_is_harmless(couple: Couple, window: Opener) -> None:
    mailbox, seen = await bobs_reply(couple)
    alice, beside = await window(couple.alice), await window(couple.alice)
    at = f"/owner/mailboxes/{mailbox.id}/drafts/{seen.row.id}"
    await alice.open(at)
    await beside.open(at)
    await alice.press("Approve exactly this")
    await beside.press("Approve exactly this")
    await beside.says("Nothing waits for you")
    await alice.page.go_back()
    await alice.says("You have approved this text.")
    assert await alice.page.get_by_role("button", name="Approve exactly this").count() == 0
    assert couple.left() == []


async def test_alice_declines_and_bob_sees_it_stopped(couple: Couple, window: Opener) -> None:
    mailbox, seen = await bobs_reply(couple)
    alice, bob = await window(couple.alice), await window(couple.bob)
    await alice.open(f"/owner/mailboxes/{mailbox.id}/drafts/{seen.row.id}")
    await alice.press("Decline")
    await alice.says("Declined. It does not leave; the draft stays in your mailbox.")
    await bob.open(f"/assistant/mailboxes/{mailbox.id}/scheduled")
    await bob.says("Nothing is scheduled", "The owner declined it.")
    assert len(couple.box.drafts) == 1


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_V4_alice_ends_the_access_after_reading_what_that_means(
    couple: Couple, window: Opener, scripts: bool
) -> None:
    mailbox, _seen = await bobs_reply(couple)
    alice, bob = await window(couple.alice, java_script_enabled=scripts), await window(couple.bob)
    await bob.open(f"/assistant/mailboxes/{mailbox.id}")
    await alice.open(f"/owner/mailboxes/{mailbox.id}")
    await alice.follow("Look and change")
    await alice.follow("End this access")
    await alice.says("End this access now?", "It stops at once.", "drafts stay in your mailbox", "cannot be undone")
    await alice.follow("No, leave it")
    await alice.says("Active")
    await alice.follow("End this access")
    await alice.press("Yes, end it")
    await alice.says("The access has ended. Replies that were waiting stay unsent.")
    assert await alice.page.get_by_role("button", name="Resume").count() == 0
    await alice.page.go_back()
    await alice.page.go_forward()
    await bob.follow("Terrace in March?")
    await bob.says_not("Could you start in March?", "Write the draft")
    await bob.open("/assistant")
    await bob.says_not("Active")
    assert couple.left() == []


async def test_a_paused_bob_is_told_so_and_a_narrowed_one_keeps_what_is_left(couple: Couple, window: Opener) -> None:
    mailbox, grant = await couple.granted()
    alice, bob = await window(couple.alice), await window(couple.bob)
    at = f"/owner/mailboxes/{mailbox.id}/grants/{grant.id}"
    await alice.open(at)
    await alice.press("Pause")
    await alice.says("The access is paused.")
    await bob.open(f"/assistant/mailboxes/{mailbox.id}")
    await bob.says("The owner has paused your access to this mailbox.")
    await bob.says_not("Terrace in March?")
    await alice.press("Resume")
    await alice.says("The access is resumed.")
    await alice.unfold("Take something away")
    await alice.page.get_by_label("choose the hour").uncheck()
    await alice.page.get_by_label("move mail out of the inbox").uncheck()
    await alice.press("Change the access")
    await alice.says("The access is changed")
    await bob.page.reload()
    await bob.follow("Terrace in March?")
    assert await bob.page.get_by_role("button", name="Into the archive").count() == 0
    await bob.page.get_by_label("Reply").fill(REPLY)
    await bob.press("Write the draft")
    assert await bob.page.get_by_role("button", name="Tomorrow").count() == 0


async def test_approving_and_ending_go_by_keyboard_alone(couple: Couple, window: Opener) -> None:
    mailbox, seen = await bobs_reply(couple)
    alice = await window(couple.alice)
    await alice.open(f"/owner/mailboxes/{mailbox.id}/drafts/{seen.row.id}")
    for name, then in (
        ("Approve exactly this", "Approved, exactly as it stands."),
        ("At a glance", "Who assists here"),
        ("Look and change", "What was agreed"),
        ("End this access", "End this access now?"),
        ("Yes, end it", "The access has ended."),
    ):
        await tab_to(alice, name.__eq__)
        await alice.page.keyboard.press("Enter")
        await alice.page.get_by_text(then).first.wait_for()
    assert couple.left() == []
