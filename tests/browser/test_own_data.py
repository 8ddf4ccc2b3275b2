"""Alice takes her data along and is erased, in a real browser; Bob's pages and hers afterwards."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.browser.conftest import Opener
from tests.browser.place import ASSISTING, Couple

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest.mark.parametrize("scripts", [True, False])
async def test_T35_alice_takes_a_copy_and_is_erased(
    couple: Couple, window: Opener, tmp_path: Path, scripts: bool
) -> None:
    mailbox, _grant = await couple.granted(*ASSISTING)
    alice = await window(couple.alice, java_script_enabled=scripts, viewport={"width": 360, "height": 740})
    await alice.open("/owner/logins")
    await alice.follow("Copy or erase your data")
    async with alice.page.expect_download() as coming:
        await alice.follow("Download the copy")
    saved = tmp_path / "copy.zip"
    await (await coming.value).save_as(saved)
    assert "profile.json" in ZipFile(saved).namelist()
    await alice.follow("See what would end")
    await alice.says(f"{couple.alice} is disconnected", "1 assistant loses access.")
    await alice.page.get_by_label("I know that this cannot be taken back.").focus()
    await alice.page.keyboard.press("Space")
    await alice.press("Yes, erase me")
    await alice.says("Everything about you is erased", "Mailboxes whose keys are destroyed 1")
    await alice.says_not(couple.alice)
    async with alice.page.expect_download() as receipt:
        await alice.follow("Download the receipt")
    assert (await receipt.value).suggested_filename.startswith("deskhand-erasure-")
    await alice.open("/owner")
    await alice.says("Sign in")
    bob = await window(couple.bob, java_script_enabled=scripts)
    await bob.open("/assistant")
    await bob.says_not(couple.alice, mailbox.address)


async def test_bob_is_erased_and_alices_pages_show_an_erased_person(couple: Couple, window: Opener) -> None:
    mailbox, _grant = await couple.granted(*ASSISTING)
    bob = await window(couple.bob)
    await bob.open("/owner/data/erasure")
    await bob.says(f"You no longer assist at {mailbox.address}.")
    await bob.page.get_by_label("I know that this cannot be taken back.").check()
    await bob.press("Yes, erase me")
    await bob.says("Accesses that ended 1")
    alice = await window(couple.alice)
    await alice.open(f"/owner/mailboxes/{mailbox.id}")
    await alice.unfold("1 access that is over")
    await alice.says("an erased person")
    await alice.says_not(couple.bob)
    await alice.open(f"/owner/mailboxes/{mailbox.id}/audit")
    await alice.says("Deskhand ended an access: the assistant had their data erased.")
