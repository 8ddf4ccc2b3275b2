"""Every list of the API is read in parts by cursor; a call that carries a key may be repeated."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app import clock
from app.models.grant import Grant
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.sandbox.sandbox import Sandbox
from tests.people import connected_mailbox
from tests.web.api.calls import good, ids_by_subject, listed, refused
from tests.web.browser import Browser

NAMES = (
    *("mailboxes", "grants", "agreements", "invitations", "proposals", "senders", "private-labels"),
    *("drafts", "scheduled"),
)


@pytest.fixture
async def paths(as_alice: Browser, sandbox: Sandbox, alice: Person, mailbox: Mailbox, granted: Grant) -> dict[str, str]:
    """The lists of Alice by their names; each has two rows or more, but for grants and agreements."""
    at = f"/mailboxes/{mailbox.id}"
    sandbox.add_mailbox("garden@practice.example")
    await connected_mailbox(as_alice.resources, alice, "garden@practice.example")
    until = str(clock.now() + timedelta(days=9))
    ids = list((await ids_by_subject(as_alice, at)).values())
    for number in range(2):
        await good(as_alice, "POST", f"{at}/invitations", {"scopes": ["label"], "until": until})
        await good(as_alice, "POST", "/proposals", {"scopes": ["label"], "until": until})
        await good(as_alice, "POST", f"{at}/senders", {"sender": f"{number}@family.example"})
        await good(as_alice, "POST", f"{at}/private-labels", {"label": f"Label {number}"})
        draft = await good(as_alice, "POST", f"{at}/drafts", {"message_id": ids[number], "text": "Yes."})
        body = {"draft_id": draft["id"], "wall_time": f"2027-01-0{number + 4}T09:00:00", "zone": "UTC"}
        await good(as_alice, "POST", f"{at}/scheduled", body)
    here = {name: f"{at}/{name}" for name in NAMES}
    return here | {
        "mailboxes": "/mailboxes",
        "proposals": "/proposals",
        "agreements": f"{at}/grants/{granted.id}/agreements",
    }


async def test_every_list_goes_on_where_its_part_ended(
    as_alice: Browser, as_bob: Browser, paths: dict[str, str]
) -> None:
    cursors: dict[str, str] = {}
    for name, path in paths.items():
        whole, told = await listed(as_alice, path), []
        part: dict[str, Any] = {"cursor": None}
        while part["cursor"] != "":
            part = await good(as_alice, "GET", f"{path}?size=1&cursor={part['cursor'] or ''}")
            told += part[name.replace("-", "_")]
            cursors.setdefault(name, part["cursor"])
        assert told == whole, name
        assert len(whole) > 1 or name in ("grants", "agreements"), name
    # A cursor is good for its own list and its own reader.
    for name, path in paths.items():
        other = cursors["senders" if name != "senders" else "drafts"]
        assert await refused(as_alice, "GET", f"{path}?cursor={other}") == (400, "bad_request"), name
        assert await refused(as_alice, "GET", f"{path}?size=0") == (422, "bad_request"), name
    assert await refused(as_bob, "GET", f"/mailboxes?cursor={cursors['mailboxes']}") == (400, "bad_request")


@pytest.mark.parametrize("name", ["invitations", "proposals"])
async def test_an_offer_whose_answer_was_lost_is_asked_for_again(
    as_alice: Browser, as_bob: Browser, mailbox: Mailbox, name: str
) -> None:
    path = "/proposals" if name == "proposals" else f"/mailboxes/{mailbox.id}/invitations"
    body = {"scopes": ["label"], "until": str(clock.now() + timedelta(days=9))}
    made = [await good(as_alice, "POST", path, body, **{"idempotency-key": "k1"}) for _ in range(2)]
    assert made[0] == made[1]
    other = await good(as_alice, "POST", path, body, **{"idempotency-key": "k2"})
    plain = await good(as_alice, "POST", path, body)
    assert len({each["link"] for each in (made[0], other, plain)}) == 3
    assert len(await listed(as_alice, path)) == 3
    page = await as_bob.get(made[1]["link"].removeprefix("http://localhost:8025"))
    assert page.status_code == 200
