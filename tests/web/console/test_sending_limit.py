"""The page on which Alice reads how much leaves in a day, and lowers it."""

from __future__ import annotations

import pytest

from app.models.grant import Grant
from app.models.mailbox import Mailbox
from tests.web.browser import Browser, text_of
from tests.web.console.story import opened, press, pressed


@pytest.fixture
def at(mailbox: Mailbox) -> str:
    return f"/owner/mailboxes/{mailbox.id}"


async def test_alice_finds_the_number_beside_her_hours_lowers_it_and_takes_it_back(as_alice: Browser, at: str) -> None:
    hours = await opened(as_alice, f"{at}/hours")
    assert f'href="{at}/sending-limit"' in hours.text
    page = await opened(as_alice, f"{at}/sending-limit")
    assert "2000 letters in 24 hours. Deskhand uses 1600 of them at most" in text_of(page)
    page = await pressed(as_alice, page, "Save the number", per_day=" 40 ")
    assert 'value="40"' in page.text
    assert "0 of 40 letters" in text_of(page)
    page = await pressed(as_alice, page, "Save the number", per_day="")
    assert "0 of 1600 letters" in text_of(page)


@pytest.mark.parametrize("typed", ["0", "1601", "-3", "1e3", "ten", "٣", "9" * 20])
async def test_what_is_no_such_number_is_said_beside_the_field_and_kept_there(
    as_alice: Browser, at: str, typed: str
) -> None:
    page = await opened(as_alice, f"{at}/sending-limit")
    page = await press(as_alice, page, "Save the number", per_day=typed)
    assert page.status_code == 400
    assert "number" in text_of(page)
    assert f'value="{typed}"' in page.text


async def test_the_number_is_no_assistants_to_see(as_bob: Browser, granted: Grant, at: str) -> None:
    assert (await as_bob.get(f"{at}/sending-limit")).status_code in (403, 404)
    assert (await as_bob.post(f"{at}/sending-limit", per_day="1")).status_code in (403, 404)
