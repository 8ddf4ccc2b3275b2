"""The sending limit of a mailbox through the API, and what Bob and Alice read of a reply that waits for it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from app import clock
from app.actions.send import deliver
from app.models.draft import SendState
from app.models.grant import Grant
from app.models.mailbox import Mailbox
from app.sandbox.sandbox import Sandbox
from tests.actions.situations import sends
from tests.web.api.calls import good, ids_by_subject, listed, refused
from tests.web.browser import Browser


@pytest.fixture
def at(mailbox: Mailbox) -> str:
    """Alice's mailbox in the API."""
    return f"/mailboxes/{mailbox.id}"


async def test_alice_lowers_her_number_and_takes_it_back(as_alice: Browser, at: str) -> None:
    standing = await good(as_alice, "GET", f"{at}/sending-limit")
    assert standing == {
        "kind": "workspace",
        "unit": "messages",
        "account_per_day": 2000,
        "most_per_day": 1600,
        "own_per_day": None,
        "per_day": 1600,
        "per_minute": None,
        "used": 0,
    }
    lowered = await good(as_alice, "PUT", f"{at}/sending-limit", {"per_day": 40})
    assert (lowered["own_per_day"], lowered["per_day"]) == (40, 40)
    assert await good(as_alice, "PUT", f"{at}/sending-limit", {"per_day": None}) == standing


@pytest.mark.parametrize("number", [0, -5, 1601, 10**30, "many", 1.5])
async def test_a_number_that_is_none_or_too_high_changes_nothing(as_alice: Browser, at: str, number: object) -> None:
    await refused(as_alice, "PUT", f"{at}/sending-limit", {"per_day": number})
    assert (await good(as_alice, "GET", f"{at}/sending-limit"))["own_per_day"] is None


async def test_what_waits_for_the_limit_is_seen_by_both_with_its_reason_and_hour(
    as_alice: Browser, as_bob: Browser, granted: Grant, mailbox: Mailbox, sandbox: Sandbox
) -> None:
    at = f"/mailboxes/{mailbox.id}"
    messages = await ids_by_subject(as_alice, at)
    await good(as_alice, "PUT", f"{at}/sending-limit", {"per_day": 1})
    own = await good(as_alice, "POST", f"{at}/drafts", {"message_id": messages["Garden news"], "text": "Roses!"})
    left = await good(as_alice, "POST", f"{at}/scheduled", {"draft_id": own["id"], "now": True})
    assert left["state"] == "sent"
    draft = await good(as_bob, "POST", f"{at}/drafts", {"message_id": messages["Terrace in March?"], "text": "Yes."})
    sha256 = (await good(as_alice, "GET", f"{at}/drafts/{draft['id']}"))["sha256"]
    await good(as_alice, "PUT", f"{at}/drafts/{draft['id']}/approval", {"sha256": sha256})
    waits = await good(as_bob, "POST", f"{at}/scheduled", {"draft_id": draft["id"], "now": True})
    assert (waits["state"], waits["reason"]) == ("prepared", "sending_limit")
    assert await listed(as_bob, f"{at}/scheduled") == [waits] == await listed(as_alice, f"{at}/scheduled")
    for browser, whose in ((as_alice, "owner"), (as_bob, "assistant")):
        for language, said in (
            ("en", "As much has left this mailbox as may for now."),
            ("es", "De momento ya ha salido de este buzón todo lo que puede salir."),
            ("fr", "Tout ce qui peut partir de cette boîte pour l’instant est parti."),
        ):
            page = await browser.get(f"/{whose}{at}/scheduled", lang=language)
            assert said in page.text
    clock.move(timedelta(hours=24))
    assert (await deliver(as_alice.resources, mailbox.id, UUID(waits["id"]))).state is SendState.SENT
    assert sends(sandbox) == 2
