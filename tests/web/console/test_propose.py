"""The other way round: Bob prepares, sends a link, and the owner changes any tick before agreeing."""

from __future__ import annotations

import httpx2
import pytest

from app.actions.grants import list_grants
from app.actions.mailboxes import mailboxes
from app.actions.people import set_own_zone
from app.actions.resources import Resources
from app.models.grant import NeedsApproval
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.sandbox.sandbox import Sandbox
from tests.people import ALICE, connected_mailbox, desk_of
from tests.web.browser import Browser, text_of
from tests.web.console.story import buttons_of, link_once, opened, press, pressed
from tests.web.google import at_google


async def proposed(browser: Browser, **changes: object) -> str:
    """Prepare a proposal and return its link."""
    form = await opened(browser, "/assistant/proposals/new")
    return link_once(await pressed(browser, form, "Make the proposal", **changes))


async def test_alice_changes_a_tick_and_gives_the_access(
    *, as_bob: Browser, as_alice: Browser, alice: Person, bob: Person, mailbox: Mailbox, resources: Resources
) -> None:
    link = await proposed(as_bob, scopes=["label", "draft", "trash"], message="I could start on Monday.")
    page = await opened(as_alice, link)
    assert "Bob Brun offers to assist you" in text_of(page)
    assert "I could start on Monday." in text_of(page)
    after = await pressed(as_alice, page, "Give this access", scopes=["label"])
    assert "Confirmed" in text_of(after)
    (grant,) = await list_grants(await desk_of(resources, alice, mailbox))
    assert (grant.assistant_id, grant.scopes) == (bob.id, ["mail.list", "label"])
    assert grant.needs_approval == NeedsApproval.ALWAYS
    assert (await as_alice.get(link)).status_code == 404  # the link works once
    assert "Confirmed" in text_of(await opened(as_bob, "/assistant"))


async def test_a_stranger_reads_the_proposal_and_signs_in_to_go_on(
    as_bob: Browser, stranger: Browser, provider_client: httpx2.AsyncClient
) -> None:
    link = await proposed(as_bob)
    page = await opened(stranger, link)
    assert buttons_of(page) == {"Sign in with Google", "Sign in with Microsoft"}
    away = await press(stranger, page, "Sign in with Google")
    back = await stranger.get(await at_google(provider_client, away.headers["location"], ALICE[0]))
    assert back.headers["location"] == link
    assert buttons_of(await opened(stranger, link)) == {"Connect a mailbox of Google", "Connect a mailbox of Microsoft"}


async def test_an_owner_without_a_mailbox_connects_one_on_the_way(
    as_bob: Browser, as_alice: Browser, alice: Person, resources: Resources, provider_client: httpx2.AsyncClient
) -> None:
    link = await proposed(as_bob)
    away = await press(as_alice, await opened(as_alice, link), "Connect a mailbox of Google")
    confirm = await as_alice.get(await at_google(provider_client, away.headers["location"], ALICE[0]))
    page = await pressed(as_alice, confirm, "Yes, connect this mailbox", zone="America/Santiago")
    assert "Give this access" in buttons_of(page)
    assert ALICE[0] in text_of(page)
    await pressed(as_alice, page, "Give this access")
    (mailbox,) = await mailboxes(resources, alice.id)
    assert len(await list_grants(await desk_of(resources, alice, mailbox))) == 1


async def test_an_owner_of_two_mailboxes_chooses(
    *, as_bob: Browser, as_alice: Browser, alice: Person, mailbox: Mailbox, resources: Resources, sandbox: Sandbox
) -> None:
    sandbox.add_mailbox("alice.shop@practice.example")
    second = await connected_mailbox(resources, alice, "alice.shop@practice.example")
    page = await opened(as_alice, await proposed(as_bob))
    assert "In which of your mailboxes?" in text_of(page)
    await pressed(as_alice, page, "Give this access", mailbox_id=second.id)
    assert len(await list_grants(await desk_of(resources, alice, second))) == 1
    assert await list_grants(await desk_of(resources, alice, mailbox)) == []


async def test_bobs_proposal_is_not_his_to_accept(as_bob: Browser) -> None:
    page = await opened(as_bob, await proposed(as_bob))
    assert "This is your own proposal" in text_of(page)
    assert buttons_of(page) == set()


async def test_a_proposal_gives_nothing_at_somebody_elses_mailbox(
    as_bob: Browser, as_charlie: Browser, mailbox: Mailbox, alice: Person, resources: Resources
) -> None:
    link = await proposed(as_bob)
    form = {"mailbox_id": str(mailbox.id), "scopes": "mail.read", "until": "2027-01-01", "needs_approval": "never"}
    assert (await as_charlie.post(f"{link}/grant", form)).status_code == 404
    assert await list_grants(await desk_of(resources, alice, mailbox)) == []


async def test_an_assistant_of_the_mailbox_cannot_take_a_proposal_there(
    as_bob: Browser, as_charlie: Browser, granted: object, mailbox: Mailbox
) -> None:
    link = await proposed(as_charlie)
    form = {"mailbox_id": str(mailbox.id), "scopes": "mail.read", "until": "2027-01-01", "needs_approval": "never"}
    answer = await as_bob.post(f"{link}/grant", form)
    assert answer.status_code == 403
    assert "Only the owner" in text_of(answer)


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"scopes": []}, "Choose at least one"), ({"until": "2020-01-01"}, "within the next year")],
)
async def test_what_cannot_be_proposed_comes_back_with_what_was_written(
    as_bob: Browser, changes: dict[str, object], said: str
) -> None:
    form = await opened(as_bob, "/assistant/proposals/new")
    answer = await press(as_bob, form, "Make the proposal", message="Dear owner", **changes)
    assert answer.status_code == 400
    assert said in text_of(answer)
    assert "Dear owner" in answer.text


@pytest.mark.parametrize("changes", [{"scopes": []}, {"until": "2020-01-01"}])
async def test_what_cannot_be_given_comes_back_and_the_link_still_works(
    as_bob: Browser, as_alice: Browser, mailbox: Mailbox, changes: dict[str, object]
) -> None:
    link = await proposed(as_bob)
    answer = await press(as_alice, await opened(as_alice, link), "Give this access", **changes)
    assert answer.status_code == 400
    assert "Give this access" in buttons_of(await opened(as_alice, link))


async def test_what_bob_writes_to_the_owner_is_text_and_nothing_else(as_bob: Browser, stranger: Browser) -> None:
    link = await proposed(as_bob, message="<script>alert(1)</script>{{ 7*7 }}")
    page = await opened(stranger, link)
    assert "<script>" not in page.text
    assert "{{ 7*7 }}" in text_of(page)


async def test_a_proposal_is_seen_by_its_author_alone(as_bob: Browser, as_charlie: Browser) -> None:
    form = await opened(as_bob, "/assistant/proposals/new")
    answer = await press(as_bob, form, "Make the proposal")
    path = answer.headers["location"]
    assert (await as_charlie.get(path)).status_code == 404
    assert "Your proposal" in text_of(await opened(as_bob, path))


async def test_the_last_day_that_was_proposed_is_the_one_the_owner_reads(
    *, as_bob: Browser, as_alice: Browser, stranger: Browser, bob: Person, mailbox: Mailbox, resources: Resources
) -> None:
    """The evening on which it ends in Santiago is the next day already in Alice's zone."""
    await set_own_zone(resources, bob.id, "America/Santiago")
    link = await proposed(as_bob, until="2026-12-31")
    assert "Until 31 December 2026" in text_of(await opened(stranger, link))
    page = await opened(as_alice, link)
    assert 'name="until" type="date" value="2026-12-31"' in page.text
    after = await pressed(as_alice, page, "Give this access")
    assert "31 December 2026" in text_of(after)
