"""How it begins: signing in, connecting, what stays private, inviting, accepting, confirming."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Opener
from tests.browser.place import Couple, Place
from tests.people import MOTHER

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_V15_alice_connects_hides_her_mother_and_invites_bob_who_sees_nothing_until_she_confirms(
    place: Place, couple: Couple, window: Opener, scripts: bool
) -> None:
    alice = await window(java_script_enabled=scripts)
    await alice.open("/")
    await alice.press("Sign in with Google")
    await alice.consent(couple.alice)
    await alice.says("No mailbox of yours is connected yet")

    await alice.follow("Connect a mailbox")
    await alice.says("The mail stays in your mailbox")
    await alice.press("Continue to Google")
    await alice.consent(couple.alice)
    await alice.says("Is this the mailbox?", couple.alice, "Nothing is connected yet")
    assert couple.done("label", "draft", "send") == 0
    await alice.page.get_by_label("Your time zone").select_option("America/Santiago")
    await alice.press("Yes, connect this mailbox")
    await alice.says("The mailbox is connected.")

    await alice.follow("What would they see?")
    await alice.says("would see 3 messages, and not these 1", "Sign-in codes, password resets")
    row = alice.page.locator("li", has_text="Sunday lunch")
    await row.get_by_role("button", name="Make private").click()
    await alice.says(f"{MOTHER} is private.", "would see 2 messages, and not these 2")
    await alice.follow("Private senders")
    await alice.says(MOTHER)

    await alice.follow("At a glance")
    await alice.follow("Invite an assistant")
    await alice.follow("Trainee")
    assert await alice.page.get_by_label("put labels on mail").is_checked()
    assert not await alice.page.get_by_label("choose the hour").is_checked()
    await alice.press("Make the invitation")
    link = await alice.page.get_by_label("The link, shown only now").input_value()
    assert link.startswith(f"{place.base}/invitations/")
    await alice.page.reload()
    await alice.says("Its link was shown once")
    assert link not in await alice.page.content()

    bob = await window(java_script_enabled=scripts)
    await bob.open(link)
    await bob.says("invites you to assist with their mail", "put labels on mail and take them off")
    await bob.press("Sign in with Google")
    await bob.consent(couple.bob)
    await bob.says(f"You are signed in as {place.sandbox.people[couple.bob].name}")
    await bob.press("Accept as")
    await bob.says("You have accepted", "Until then nothing can be seen or done")
    await bob.open("/assistant")
    await bob.says("It waits for the owner's confirmation")

    await alice.follow(couple.alice)
    await alice.says("has accepted your invitation", "has no access until you confirm")
    await alice.follow("Look and decide")
    await alice.says("the person you mean?", couple.bob)
    await alice.press("Yes, give access")
    await alice.says("Confirmed. The access has begun.", "put labels on mail and take them off")

    await bob.page.reload()
    await bob.follow("Open")
    await bob.says("Terrace in March?", "Garden news")
    await bob.says_not("Sunday lunch", "verification code")
    assert couple.left() == []


async def test_what_bob_typed_by_hand_is_not_there_for_him(couple: Couple, window: Opener) -> None:
    mailbox, _grant = await couple.granted()
    bob = await window(couple.bob)
    for page in ("", "/approvals", "/scheduled", "/preview", "/senders", "/audit", "/invitations/new"):
        await bob.open(f"/owner/mailboxes/{mailbox.id}{page}")
        await bob.says_not("Terrace in March?", "Sunday lunch")
        assert await bob.page.locator("main form[action*='/owner/']").count() == 0
    stranger = await window(couple.place.couple().bob)
    await stranger.open(f"/assistant/mailboxes/{mailbox.id}")
    await stranger.says_not(couple.alice, "Terrace in March?")


async def test_alice_denies_at_google_and_nothing_is_connected(couple: Couple, window: Opener) -> None:
    alice = await window(couple.alice)
    await alice.open("/connect/google")
    await alice.press("Continue to Google")
    await alice.press("Deny")
    await alice.says("That did not work", "Nothing has changed here.")
    await alice.open("/owner")
    await alice.says("No mailbox of yours is connected yet")


async def test_alice_unticks_the_mail_at_google_and_is_told_what_is_missing(couple: Couple, window: Opener) -> None:
    alice = await window(couple.alice)
    await alice.open("/connect/google")
    await alice.press("Continue to Google")
    await alice.page.locator('input[name=allow][value*="gmail.modify"]').uncheck()
    await alice.consent(couple.alice)
    await alice.says("Something is missing", "Nothing could be read, labelled, drafted or sent.")
    await alice.press("Add what is missing")
    await alice.consent(couple.alice)
    await alice.press("No, not this one")
    await alice.says("Nothing was connected.", "No mailbox of yours is connected yet")


async def test_an_invitation_is_not_taken_by_its_owner_nor_after_she_withdrew_it(
    couple: Couple, window: Opener
) -> None:
    mailbox, _bob = await couple.connected()
    alice = await window(couple.alice)
    await alice.open(f"/owner/mailboxes/{mailbox.id}/invitations/new")
    await alice.press("Make the invitation")
    link = await alice.page.get_by_label("The link, shown only now").input_value()
    at = alice.page.url
    await alice.open(link)
    await alice.says("This is your own invitation.")
    bob = await window(couple.bob)
    await bob.open(link)
    await alice.open(at)
    await alice.press("Withdraw it")
    await alice.says("The invitation is withdrawn")
    await bob.press("Accept as")
    await bob.says_not("You have accepted")
    assert await bob.page.get_by_role("button", name="Accept as").count() == 0


async def test_the_other_way_round_bob_proposes_alice_changes_a_tick_connects_and_agrees(
    couple: Couple, window: Opener
) -> None:
    bob = await window(couple.bob)
    await bob.open("/assistant")
    await bob.follow("Prepare a proposal")
    await bob.page.get_by_label("choose the hour").check()
    await bob.page.get_by_label("A word to the owner").fill("I <b>know</b> your customers.")
    await bob.press("Make the proposal")
    link = await bob.page.get_by_label("The link, shown only now").input_value()
    await bob.open(link)
    await bob.says("This is your own proposal.")

    alice = await window()
    await alice.open(link)
    await alice.says("offers to assist you with your mail", "I <b>know</b> your customers.", couple.bob)
    await alice.press("Sign in with Google")
    await alice.consent(couple.alice)
    await alice.press("Connect a mailbox of Google")
    await alice.consent(couple.alice)
    await alice.press("Yes, connect this mailbox")
    assert alice.page.url.startswith(link), alice.page.url
    await alice.page.get_by_label("put labels on mail").uncheck()
    await alice.press("Give this access")
    await alice.says("choose the hour at which a reply leaves")
    rights = await alice.page.locator("ul.rights").first.inner_text()
    assert "put labels" not in rights

    await bob.open("/assistant")
    await bob.follow("Open")
    await bob.follow("Terrace in March?")
    assert await bob.page.get_by_role("button", name="Save the labels").count() == 0
    assert await bob.page.get_by_role("button", name="Write the draft").count() == 1
