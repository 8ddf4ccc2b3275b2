"""Bob's work in the mailbox: listing, opening, labels, the archive, drafts, and the hour at which one leaves."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from app import clock
from app.models.grant import NeedsApproval
from tests.browser.conftest import Opener
from tests.browser.place import Couple, minutes_pass
from tests.browser.windows import Window

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
REPLY = "Dear Clara,\n\n  yes, in March: 5 < 6 & <b>bold</b>.\n\nBob for Alice"
TERRACE = "Terrace in March?"


async def drafted(bob: Window, mailbox_id: object, text: str = REPLY) -> str:
    """Have Bob write a reply and return the address of its page."""
    await bob.open(f"/assistant/mailboxes/{mailbox_id}")
    await bob.follow(TERRACE)
    await bob.page.get_by_label("Reply").fill(text)
    await bob.press("Write the draft")
    await bob.says("The draft is in the mailbox.")
    return bob.page.url.partition("?")[0]


def draft_texts(couple: Couple) -> list[bytes]:
    """Return the drafts that lie in Alice's mailbox."""
    return [couple.box.raw(couple.box.messages[draft.message_id]) for draft in couple.box.drafts.values()]


async def test_V17_bob_looks_for_words_with_the_keyboard_alone(couple: Couple, window: Opener) -> None:
    mailbox, _grant = await couple.granted()
    bob = await window(couple.bob)
    await bob.open(f"/assistant/mailboxes/{mailbox.id}")
    field = bob.page.get_by_role("searchbox", name="Words in the mail")
    await field.focus()
    await bob.page.keyboard.type("start march")
    await bob.page.keyboard.press("Enter")
    await bob.says("What has all the words of “start march” where you may read them.", TERRACE)
    await bob.page.get_by_role("searchbox").fill("zeppelin")
    await bob.press("Search")
    await bob.says("Nothing was found")
    await bob.follow("Look in all mail")
    await bob.says("Nothing was found")
    await bob.follow("Show all")
    await bob.says(TERRACE)


async def test_V1_bob_labels_archives_and_takes_it_back(couple: Couple, window: Opener) -> None:
    await couple.granted()
    bob = await window(couple.bob)
    await bob.open("/assistant")
    await bob.follow("Open")
    await bob.follow(TERRACE)
    await bob.says("Could you start in March?")
    await bob.unfold("Labels")
    await bob.page.get_by_label("A new label").fill("Customers")
    await bob.press("Save the labels")
    await bob.says("The labels are changed in the mailbox.")
    assert couple.done("label") == 1
    assert couple.box.labels.named("Customers") is not None
    await bob.press("Into the archive")
    await bob.says("Moved to the archive.", "Done by mistake?")
    assert TERRACE not in couple.mails("INBOX")
    await bob.press("Undo")
    await bob.says("Undone.")
    assert TERRACE in couple.mails("INBOX")
    await bob.unfold("Labels")
    await bob.page.get_by_role("checkbox", name="Customers").uncheck()
    await bob.press("Save the labels")
    assert couple.done("label") == 2
    assert couple.left() == []


async def test_H3_bob_schedules_in_alices_zone_she_reads_exactly_the_text_and_it_leaves_once(
    couple: Couple, window: Opener
) -> None:
    mailbox, _grant = await couple.granted(zone="America/Santiago")
    bob, alice = await window(couple.bob), await window(couple.alice)
    await drafted(bob, mailbox.id)
    assert couple.done("draft") == 1
    await bob.press("Tomorrow")
    await bob.says("Scheduled.", "has to approve this text before it leaves")
    tomorrow = clock.now().astimezone(ZoneInfo("America/Santiago")) + timedelta(days=1)
    shown = await bob.page.locator("dl.facts").inner_text()
    assert "09:00" in shown or "9:00" in shown
    assert str(tomorrow.day) in shown
    await bob.follow("Scheduled")
    await bob.says(TERRACE)

    await alice.open("/owner")
    await alice.follow("1 reply waits for your approval")
    await alice.follow("Read and decide")
    letter = alice.page.locator("article.mail .letter").first
    assert (await letter.inner_text()).strip() == REPLY
    assert await alice.page.locator("article.mail .letter b").count() == 0
    await alice.says("client@customer.example", couple.alice)
    await alice.press("Approve exactly this")
    await alice.says("Approved, exactly as it stands.", "Nothing waits for you")
    assert couple.left() == []

    minutes_pass((tomorrow.replace(hour=9, minute=1) - clock.now()).total_seconds() / 60)
    async with couple.place.working():
        again = await window(couple.bob)
        async with asyncio.timeout(60):
            while not couple.left():
                await again.open(f"/assistant/mailboxes/{mailbox.id}/scheduled")
        await again.open(f"/assistant/mailboxes/{mailbox.id}/scheduled")
        await again.says("Nothing is scheduled", TERRACE)
    (sent,) = couple.left()
    assert b"5 < 6 & <b>bold</b>" in sent
    assert len(couple.left()) == 1


async def test_an_hour_is_changed_and_taken_back_and_an_impossible_one_is_refused(
    couple: Couple, window: Opener
) -> None:
    mailbox, _grant = await couple.granted()
    bob = await window(couple.bob)
    at = await drafted(bob, mailbox.id)
    await bob.press("Tomorrow")
    day = (clock.now() + timedelta(days=3)).date().isoformat()
    await bob.page.get_by_label("Day", exact=True).fill(day)
    await bob.page.get_by_label("Hour", exact=True).fill("17:30")
    await bob.page.get_by_label("In the time zone of").select_option("Europe/Paris")
    await bob.press("Set this hour")
    await bob.says("Scheduled.")
    await bob.follow("Scheduled")
    assert await bob.page.locator("article.card").count() == 1
    await bob.press("Take it back")
    await bob.says("Cancelled. The draft stays in the mailbox.", "It was taken back.", "Another hour was set.")
    assert len(draft_texts(couple)) == 1
    await bob.open(at)
    await bob.page.get_by_label("Day", exact=True).evaluate("day => day.removeAttribute('min')")
    await bob.page.get_by_label("Day", exact=True).fill("2020-01-01")
    await bob.page.get_by_label("Hour", exact=True).fill("10:00")
    await bob.press("Set this hour")
    assert await bob.page.get_by_role("alert").count() == 1
    assert await bob.page.get_by_label("Hour", exact=True).input_value() == "10:00"
    assert couple.left() == []


async def test_bob_changes_his_words_and_throws_them_away(couple: Couple, window: Opener) -> None:
    mailbox, _grant = await couple.granted()
    bob = await window(couple.bob)
    await drafted(bob, mailbox.id)
    await bob.page.get_by_label("Your reply").fill("Dear Clara, rather in April.")
    await bob.press("Save the change")
    await bob.says("The draft is changed in the mailbox.")
    (raw,) = draft_texts(couple)
    assert b"rather in April" in raw
    await bob.follow("Throw the draft away")
    await bob.press("Yes, throw it away")
    await bob.says("The draft is thrown away.", "No drafts wait here")
    assert draft_texts(couple) == []


async def test_a_trusted_bob_sends_now_and_pressing_twice_sends_once(couple: Couple, window: Opener) -> None:
    scopes = ("mail.read", "draft", "reply.free", "schedule")
    mailbox, _grant = await couple.granted(*scopes, needs_approval=NeedsApproval.NEVER)
    bob, beside = await window(couple.bob), await window(couple.bob)
    at = await drafted(bob, mailbox.id)
    await beside.open(at)
    await bob.press("Send now")
    await bob.says("Sent.")
    await beside.press("Send now")
    assert len(couple.left()) == 1
    assert await beside.page.locator("h1").count() == 1
    await bob.page.go_back()
    await bob.page.go_forward()
    assert len(couple.left()) == 1


async def test_pressing_twice_writes_one_draft(couple: Couple, window: Opener) -> None:
    mailbox, _grant = await couple.granted()
    bob = await window(couple.bob)
    await bob.open(f"/assistant/mailboxes/{mailbox.id}")
    await bob.follow(TERRACE)
    await bob.page.get_by_label("Reply").fill(REPLY)
    await bob.page.get_by_role("button", name="Write the draft").dblclick(no_wait_after=True)
    await bob.page.wait_for_url("**/drafts/*")
    assert len(draft_texts(couple)) == 1
