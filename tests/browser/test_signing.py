"""Being signed in: for how long, where one comes back to, on which browsers, and how it ends."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Opener
from tests.browser.place import Couple, minutes_pass

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def test_giving_access_after_a_while_needs_a_fresh_sign_in_that_leads_back(
    couple: Couple, window: Opener
) -> None:
    mailbox, _bob = await couple.connected()
    alice = await window(couple.alice)
    at = f"/owner/mailboxes/{mailbox.id}"
    await alice.open(f"{at}/invitations/new")
    minutes_pass(6)
    await alice.press("Make the invitation")
    await alice.says("Please sign in once more", "Nothing has been done yet.")
    await alice.press("Sign in with Google")
    await alice.consent(couple.alice)
    assert at in alice.page.url
    await alice.open(at)
    await alice.says_not("An invitation that nobody has used yet")
    await alice.open(f"{at}/invitations/new")
    await alice.press("Make the invitation")
    await alice.says("The link, shown only now")


async def test_ending_an_access_needs_no_fresh_sign_in(couple: Couple, window: Opener) -> None:
    mailbox, grant = await couple.granted()
    alice = await window(couple.alice)
    minutes_pass(60)
    await alice.open(f"/owner/mailboxes/{mailbox.id}/grants/{grant.id}/end")
    await alice.press("Yes, end it")
    await alice.says("The access has ended.")


async def test_after_twelve_idle_hours_nobody_is_signed_in(couple: Couple, window: Opener) -> None:
    mailbox, _bob = await couple.connected()
    alice = await window(couple.alice)
    minutes_pass(12 * 60 + 1)
    await alice.open(f"/owner/mailboxes/{mailbox.id}/approvals")
    await alice.says("Sign in with Google")
    await alice.says_not(couple.alice)
    await alice.press("Sign in with Google")
    await alice.consent(couple.alice)
    assert f"/owner/mailboxes/{mailbox.id}" in alice.page.url


async def test_signed_out_is_signed_out_also_by_the_back_button(couple: Couple, window: Opener) -> None:
    mailbox, _bob = await couple.connected()
    alice = await window(couple.alice)
    await alice.open(f"/owner/mailboxes/{mailbox.id}")
    stolen = await alice.page.context.cookies()
    await alice.press("Sign out")
    await alice.says("You are signed out.")
    await alice.page.go_back()
    await alice.says("Sign in with Google")
    await alice.says_not("Who assists here")
    thief = await window()
    await thief.page.context.add_cookies([cookie for cookie in stolen if cookie["name"] == "deskhand"])  # type: ignore[misc]
    await thief.open("/owner")
    await thief.says("Sign in with Google")
    await thief.says_not(couple.alice)


async def test_a_login_on_another_browser_is_ended_from_here(couple: Couple, window: Opener) -> None:
    await couple.connected()
    here, there = await window(), await window(user_agent="A lost telephone")
    await here.sign_in(couple.alice)
    await there.sign_in(couple.alice)
    await here.open("/owner/logins")
    await here.says("This browser", "A lost telephone")
    lost = here.page.locator("article", has_text="A lost telephone")
    await lost.get_by_role("button", name="End it").click()
    await here.says("That browser is signed out.")
    await here.says_not("A lost telephone")
    await there.open("/owner")
    await there.says("Sign in with Google")
    await here.open("/owner")
    await here.says(couple.alice)


async def test_signing_in_changes_the_cookie_and_no_script_reads_it(couple: Couple, window: Opener) -> None:
    alice = await window()
    await alice.page.context.add_cookies([{"name": "deskhand", "value": "planted", "url": couple.place.base}])
    await alice.sign_in(couple.alice)
    (cookie,) = [each for each in await alice.page.context.cookies() if each["name"] == "deskhand"]
    assert cookie["value"] != "planted"
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Lax", "/")
    assert "deskhand=" not in await alice.evaluate("document.cookie")


async def test_no_other_page_frames_ours_and_no_address_leads_away(couple: Couple, window: Opener) -> None:
    mailbox, grant = await couple.granted()
    alice = await window(couple.alice)
    await alice.page.goto(couple.place.sandbox.origin + "/google/certs")
    await alice.page.set_content(
        f"<iframe src='{couple.place.base}/owner/mailboxes/{mailbox.id}/grants/{grant.id}/end'>"
    )
    await alice.page.wait_for_load_state("networkidle")
    assert any("frame-ancestors" in line or "X-Frame-Options" in line for line in alice.noticed)
    assert await alice.page.frames[1].get_by_role("button").count() == 0
    alice.noticed.clear()
    await alice.open("/sign-in?return_to=https://evil.example/&return_id=https://evil.example/&next=//evil.example")
    await alice.press("Sign in with Google")
    await alice.consent(couple.alice)
    assert alice.page.url.startswith(couple.place.base)


async def test_a_form_of_another_site_changes_nothing(couple: Couple, window: Opener) -> None:
    mailbox, grant = await couple.granted()
    alice = await window(couple.alice)
    end = f"{couple.place.base}/owner/mailboxes/{mailbox.id}/grants/{grant.id}/end"
    await alice.page.goto(couple.place.sandbox.origin + "/google/certs")
    await alice.page.set_content(f"<form method=post action='{end}'><button>Win</button></form>")
    await alice.press("Win")
    await alice.says_not("The access has ended.")
    await alice.open(f"/owner/mailboxes/{mailbox.id}")
    await alice.says("Active", "until")
