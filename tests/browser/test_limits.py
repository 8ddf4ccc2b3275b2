"""Limits in a real browser: filled in without scripts, by the keyboard, tried on real mail before they count."""

from __future__ import annotations

import pytest

from app.actions.grants import list_grants
from app.models.conditions import Hours, Span
from app.web.console.week import WORKING_DAYS
from tests.browser.conftest import Opener
from tests.browser.place import Couple
from tests.moments import it_is
from tests.people import desk_of

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
LIMITS = "Limits: which mail"
PHONE = {"viewport": {"width": 360, "height": 740}}


async def test_V2_alice_tries_limits_on_her_mail_and_bob_is_told_them(couple: Couple, window: Opener) -> None:
    """Without scripts, on a phone."""
    it_is("tue 11:00")
    mailbox, _bob = await couple.connected("America/Santiago")
    alice, bob = await window(couple.alice, java_script_enabled=False, **PHONE), await window(couple.bob, **PHONE)
    await alice.open(f"/owner/mailboxes/{mailbox.id}/invitations/new")
    assert not await alice.page.get_by_label("Only mail from").is_visible()
    await alice.unfold(LIMITS)
    await alice.page.get_by_label("Only mail from").fill("@customer.example")
    await alice.page.get_by_label("Monday to Friday").check()
    await alice.page.get_by_label("Changes in the mailbox").fill("20")
    await alice.press("See what this person would see")
    await alice.says("would see 1 messages, and not these 3", "Terrace in March?", "reads these 1")
    await alice.page.get_by_label("read the mail that is not private").uncheck()
    await alice.page.get_by_label("write drafts of replies").uncheck()
    await alice.press("Try it")
    await alice.says("sees of these 1 who wrote", "does not: read the mail", "without its first words")
    await alice.says_not("Could you start in March?")
    await alice.press("Invite an assistant with these terms")
    assert await alice.page.get_by_label("Only mail from").input_value() == "@customer.example"
    assert await alice.page.get_by_label("Changes in the mailbox").input_value() == "20"
    await alice.press("Make the invitation")
    limits = "Only Monday to Friday 09:00–17:30, Santiago time"
    await alice.says("Only mail from @customer.example", limits)
    link = await alice.page.get_by_label("The link, shown only now").input_value()
    await bob.open(link)
    await bob.says("Only mail from @customer.example", limits, "Changes in the mailbox: at most 20 a day")
    await bob.press("Accept as")
    await alice.open(f"/owner/mailboxes/{mailbox.id}")
    await alice.follow("Look and decide")
    await alice.press("Yes, give access")
    await bob.open(f"/assistant/mailboxes/{mailbox.id}")
    await bob.unfold("What you may do here")
    await bob.says(limits)
    await bob.says_not("Sunday lunch", "Garden news", "verification code")
    owner, _ = await couple.place.signed_in(couple.alice)
    (grant,) = await list_grants(await desk_of(couple.place.resources, owner, mailbox))
    assert grant.conditions is not None
    assert grant.conditions.hours == Hours(zone="America/Santiago", spans=WORKING_DAYS)


async def test_V10_hours_are_set_by_the_keyboard_in_a_table(couple: Couple, window: Opener) -> None:
    mailbox, grant = await couple.granted()
    alice = await window(couple.alice)
    await alice.open(f"/owner/mailboxes/{mailbox.id}/grants/{grant.id}")
    for summary in ("Take something away", LIMITS, "The table of hours"):
        await alice.page.locator("summary", has_text=summary).focus()
        await alice.page.keyboard.press("Enter")
    await alice.page.get_by_label("As in the table").focus()
    await alice.page.keyboard.press("Space")
    tuesday = alice.page.get_by_role("group", name="Tuesday")
    await tuesday.get_by_label("from", exact=True).fill("09:00")
    await tuesday.get_by_label("to", exact=True).first.fill("13:00")
    await tuesday.get_by_label("and from").fill("15:00")
    await alice.page.get_by_role("button", name="Change the access").focus()
    await alice.page.keyboard.press("Enter")
    await alice.says("Each span of hours begins before it ends")
    assert await tuesday.get_by_label("and from").input_value() == "15:00"
    await tuesday.get_by_label("to", exact=True).nth(1).fill("18:30")
    await alice.press("Change the access")
    await alice.says("Only Tuesday 09:00–13:00 and 15:00–18:30, UTC time")
    owner, _ = await couple.place.signed_in(couple.alice)
    (now,) = await list_grants(await desk_of(couple.place.resources, owner, mailbox))
    assert now.conditions is not None
    assert now.conditions.hours is not None
    assert [span.day for span in now.conditions.hours.spans] == [1, 1]
    assert isinstance(now.conditions.hours.spans[0], Span)


async def test_V16_alice_lets_one_kind_through_and_is_warned_of_a_lost_label(couple: Couple, window: Opener) -> None:
    mailbox, _grant = await couple.granted()
    alice = await window(couple.alice, **PHONE)
    await alice.open(f"/owner/mailboxes/{mailbox.id}/senders")
    await alice.page.get_by_label("An address, or a whole domain").fill("mother@family.example")
    await alice.page.get_by_label("invitations to social events").first.check()
    await alice.press("Make private")
    await alice.says("But an assistant may see: invitations to social events")
    await alice.page.get_by_label("Name of the label").fill("Family")
    await alice.press("Make the label private")
    await alice.says("No label of this name was found in the mailbox")
    await alice.press("Take the label off the list")
    await alice.says("No label is private.")
