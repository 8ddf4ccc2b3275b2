"""The road through Microsoft's doors: connecting, an administrator in the way, and the honest end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.sandbox.modes import Modes
from tests.browser.conftest import Opener
from tests.browser.place import Couple, Place
from tests.browser.test_every_page import read_through

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
PHONE = {"viewport": {"width": 360, "height": 740}}
ADMIN = "ada@practice.example"


@pytest.fixture
def strict(place: Place) -> Iterator[None]:
    """An organisation in which nobody lets a program into mail before its administrator has agreed."""
    place.sandbox.add_graph_person(ADMIN, "Ada Admin")
    place.sandbox.modes = Modes(admin_consent=["practice.example"], administrators=[ADMIN])
    yield
    place.sandbox.modes = Modes()
    place.sandbox.entra.grants.admin_agreed.clear()


async def test_alice_connects_at_microsoft_and_ends_it_and_is_told_what_is_left(couple: Couple, window: Opener) -> None:
    alice = await window(**PHONE)
    await alice.open("/")
    await alice.press("Sign in with Microsoft")
    await alice.accept(couple.alice)
    await alice.says("No mailbox of yours is connected yet")
    await alice.follow("Connect a mailbox")
    await alice.press("Continue to Microsoft")
    await alice.accept(couple.alice)
    await alice.says("Is this the mailbox?", couple.alice, "Microsoft names this address")
    await alice.press("Yes, connect this mailbox")
    await alice.says("The mailbox is connected.")
    await alice.follow("Disconnect this mailbox")
    await alice.says("Microsoft has no call by which a program gives a consent back")
    await alice.press("Yes, disconnect it")
    await alice.says("See below what is left for you", "within about 90 minutes")
    link = alice.page.get_by_role("link", name="Open the list at Microsoft")
    assert await link.get_attribute("href") == "https://myapps.microsoft.com"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_alice_waits_for_her_administrator_and_goes_on_in_another_browser(
    *, couple: Couple, window: Opener, strict: None, scripts: bool
) -> None:
    alice = await window(couple.alice, java_script_enabled=scripts)
    await alice.open("/connect")
    await alice.press("Continue to Microsoft")
    await alice.accept(couple.alice)
    await alice.says("Need admin approval")  # and here Microsoft leaves her standing
    await alice.open("/connect")
    if scripts:
        await alice.unfold("administrator has to agree")
    else:
        await alice.page.locator("summary", has_text="administrator has to agree").click()
    await alice.press("Ask my administrator (Microsoft)")
    await alice.says("Waiting for your administrator", "nothing is wrong")
    link = await alice.page.get_by_label("The link for your administrator").input_value()
    letter = await alice.page.get_by_label("A text to send").input_value()
    assert link in letter
    assert "Deskhand" in letter

    ada = await window(java_script_enabled=scripts)
    await ada.page.goto(link)
    await ada.accept(ADMIN)
    await ada.says("Thank you", "There is nothing more to do for you here")

    elsewhere = await window(couple.alice, **PHONE)
    await elsewhere.open("/owner")
    await elsewhere.says("Your administrator has agreed")
    await elsewhere.page.get_by_role("button", name="Connect a mailbox").focus()
    await elsewhere.page.keyboard.press("Enter")
    await elsewhere.page.wait_for_url(f"{couple.place.sandbox.origin}/**")
    await elsewhere.accept(couple.alice)
    await elsewhere.press("Yes, connect this mailbox")
    await elsewhere.says("The mailbox is connected.")
    await elsewhere.open("/owner")
    await elsewhere.says_not("Your administrator has agreed", "You wait for your administrator")


@pytest.mark.parametrize("lang", ["es", "fr", "en"])
async def test_the_pages_of_waiting_fit_a_phone_in_three_languages(couple: Couple, window: Opener, lang: str) -> None:
    alice = await window(couple.alice, **PHONE)
    await alice.open("/connect/microsoft/administrator")
    await alice.press("Prepare the text")
    await alice.says("Waiting for your administrator")
    for path in ("/connect", "/owner", "/connect/microsoft/administrator", "/connect/google/administrator"):
        await read_through(alice, [path], lang)
