"""Alice sets her hours in a real browser, and Bob, who writes at night, is asked before his reply waits."""

from __future__ import annotations

import pytest

from app import clock
from tests.browser.conftest import Opener
from tests.browser.place import Couple
from tests.browser.test_work import drafted

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def test_V10_alice_says_when_her_business_is_open_and_at_other_hours_bob_is_asked(
    couple: Couple, window: Opener
) -> None:
    mailbox, _grant = await couple.granted()
    alice, bob = await window(couple.alice), await window(couple.bob)
    box = f"/owner/mailboxes/{mailbox.id}/hours"
    await alice.open(box)
    await alice.page.get_by_label("As in the table").check()
    await alice.page.get_by_text("The table of hours").click()
    # Open on one day of the week, which is not today.
    elsewhen = (clock.now().weekday() + 3) % 7
    await alice.page.locator("fieldset.day").nth(elsewhen).locator('input[name="begins"]').first.fill("09:00")
    await alice.page.locator("fieldset.day").nth(elsewhen).locator('input[name="ends"]').first.fill("17:30")
    await alice.page.get_by_label("Public holidays of").select_option("CL")
    await alice.page.get_by_label("An assistant may have a reply leave at once").check()
    await alice.press("Save the hours")
    await alice.says("Saved")
    draft = await drafted(bob, mailbox.id)
    await bob.says("Is this an emergency?")
    await bob.press("As soon as all concerned work")
    await bob.says("09:00")
    await bob.open(draft)
    await bob.page.get_by_label("Why it cannot wait").fill("The flight is at six.")
    await bob.press("Send now, out of hours")
    await bob.says("has to approve this text")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_bob_takes_his_browsers_time_zone_with_one_press_and_not_before(
    couple: Couple, window: Opener, scripts: bool
) -> None:
    await couple.granted(zone="America/Santiago")
    bob = await window(couple.bob, timezone_id="Asia/Calcutta", java_script_enabled=scripts)
    await bob.open("/assistant")
    await bob.says("In which time zone are you?")
    if not scripts:
        await bob.page.get_by_label("In which time zone are you?").select_option("Asia/Kolkata")
    assert (await couple.place.signed_in(couple.bob))[0].zone == ""
    await bob.press("This is my time zone")
    await bob.says("Saved.")
    await bob.says_not("In which time zone are you?")
    assert (await couple.place.signed_in(couple.bob))[0].zone in ("Asia/Kolkata", "Asia/Calcutta")
