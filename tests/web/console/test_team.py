"""The way of a team through the console: Alice invites, Charlie leads and names Bob, Alice looks and ends it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from app import clock
from app.actions.resources import Resources
from app.models.mailbox import Mailbox
from app.models.person import Person
from tests.people import make_grant
from tests.web.browser import Browser, text_of
from tests.web.console.story import buttons_of, link_once, link_to, opened, press, pressed, submit

PHONE_WIDE_TABLES = re.compile(r"<table")


def links_in(page_text: str) -> list[str]:
    """Return the links that a page shows this once, as paths."""
    return re.findall(r'value="http://localhost:8025(/invitations/[^"]+)"', page_text)


async def led(as_alice: Browser, as_charlie: Browser, mailbox: Mailbox, **ticks: object) -> str:
    """Have Alice invite Charlie's team and confirm him; return where his team's page stands."""
    at = f"/owner/mailboxes/{mailbox.id}/teams"
    page = await pressed(as_alice, await opened(as_alice, f"{at}/new"), "Make the invitation", **ticks)
    link = link_once(page)
    taken = await pressed(as_charlie, await opened(as_charlie, link), "Accept as its lead", name="Green Desk")
    assert "now confirms that it is you" in text_of(taken)
    found = await opened(as_alice, link_to(await opened(as_alice, at), f"{at}/"))
    assert "Charlie Chat" in text_of(found)
    assert "Nobody is named before you say so" in text_of(found)
    await pressed(as_alice, found, "Yes, this is the lead")
    listed = await opened(as_charlie, "/team")
    assert "Green Desk" in text_of(listed)
    return link_to(listed, "/team/")


async def test_a_team_is_invited_led_and_its_member_confirmed(
    as_alice: Browser, as_bob: Browser, as_charlie: Browser, mailbox: Mailbox
) -> None:
    team = await led(as_alice, as_charlie, mailbox)
    form = await opened(as_charlie, f"{team}/members/new")
    made = await press(as_charlie, form, "Make the link", name="Bob of the night")
    (link,) = links_in(made.text)
    again = await press(as_charlie, form, "Make the link", name="Bob of the night")
    assert links_in(again.text) == [link]
    offered = await opened(as_bob, link)
    assert "Charlie Chat, charlie@practice.example, leads the team" in text_of(offered)
    await pressed(as_bob, offered, "Accept as Bob Brun")
    waiting = await opened(as_alice, f"/owner/mailboxes/{mailbox.id}")
    decide = await opened(as_alice, link_to(waiting, f"/owner/mailboxes/{mailbox.id}/invitations/"))
    assert "“Bob of the night”" in text_of(decide)
    await pressed(as_alice, decide, "Yes, give access")
    assert "bob@practice.example" in text_of(await opened(as_charlie, team))
    assert (await as_bob.get(f"/assistant/mailboxes/{mailbox.id}")).status_code == 200
    assert (await as_charlie.get(f"/assistant/mailboxes/{mailbox.id}")).status_code == 404


async def test_a_lead_removes_a_member_and_alice_ends_the_team(
    as_alice: Browser, as_bob: Browser, as_charlie: Browser, mailbox: Mailbox
) -> None:
    team = await led(as_alice, as_charlie, mailbox, begin_after="24")
    for name in ("Bob", "Dora"):
        made = await press(as_charlie, await opened(as_charlie, f"{team}/members/new"), "Make the link", name=name)
        (link,) = links_in(made.text)
        if name == "Bob":
            await pressed(as_bob, await opened(as_bob, link), "Accept as Bob Brun")
    assert "unless you end it" in text_of(await opened(as_alice, f"/owner/mailboxes/{mailbox.id}"))
    page = await opened(as_charlie, team)
    removal = re.findall(r'action="(/team/[^"]+/removal)"', page.text)
    assert len(removal) == 2
    gone = await pressed_at(as_charlie, removal[1])
    assert "Nothing can be done or seen by that person" in text_of(gone)
    at = f"/owner/mailboxes/{mailbox.id}/teams"
    found = await opened(as_alice, link_to(await opened(as_alice, at), f"{at}/"))
    ended = await pressed(as_alice, found, "Yes, end it")
    assert "with that of everybody" in text_of(ended)
    assert (await as_bob.get(link)).status_code == 404
    assert "Name members" not in buttons_of(await opened(as_charlie, team))


async def pressed_at(browser: Browser, action: str) -> object:
    """Send a form of ours by its address and return the page it leads to."""
    return await browser.follow(await browser.post(action))


async def test_alice_takes_a_right_away_from_a_team(as_alice: Browser, as_charlie: Browser, mailbox: Mailbox) -> None:
    team = await led(as_alice, as_charlie, mailbox)
    at = f"/owner/mailboxes/{mailbox.id}/teams"
    found = await opened(as_alice, link_to(await opened(as_alice, at), f"{at}/"))
    changed = await pressed(as_alice, found, "Change the access", scopes=["mail.read"])
    assert "write drafts" not in text_of(changed)
    naming = await opened(as_charlie, f"{team}/members/new")
    assert "write drafts" not in text_of(naming)
    refused = await press(as_charlie, naming, "Make the link", name="Bob", scopes=["mail.read", "draft"])
    assert refused.status_code == 403
    assert "more than the owner allows your team" in text_of(refused)
    none = await press(as_charlie, naming, "Make the link", name="Bob", scopes=[])
    assert none.status_code == 400


async def test_a_table_is_looked_through_first_and_then_named_whole(
    as_alice: Browser, as_charlie: Browser, mailbox: Mailbox
) -> None:
    team = await led(as_alice, as_charlie, mailbox)
    form = await opened(as_charlie, f"{team}/members/new")
    wrong = await press(as_charlie, form, "Look through the table", roster="Sam,sam@desk.example,trash\nKim,nowhere")
    assert "2 lines are wrong, so nobody is named" in text_of(wrong)
    assert "more than the owner allows" in text_of(wrong)
    assert "You have named nobody yet" in text_of(await opened(as_charlie, team))
    table = "name,address,scopes\nSam Soto,sam@desk.example,label\n=HYPERLINK(1),kim@desk.example"
    seen = await submit(as_charlie, wrong, "/roster", roster=table)
    assert "2 people to be named" in text_of(seen)
    named = await press(as_charlie, seen, "Name all of them")
    assert "2 links, shown only now" in text_of(named)
    links = links_in(named.text)
    assert len(set(links)) == 2
    assert links_in((await press(as_charlie, seen, "Name all of them")).text) == links
    assert text_of(await opened(as_charlie, team)).count("Waiting for an answer") == 2


async def test_the_review_shows_what_nobody_uses_and_ends_it_by_a_tick(
    *, as_alice: Browser, as_bob: Browser, resources: Resources, mailbox: Mailbox, bob: Person
) -> None:
    await make_grant(resources, mailbox, bob, scopes=("mail.list",), until=clock.now() + timedelta(days=40))
    at = f"/owner/mailboxes/{mailbox.id}/review"
    fresh = await opened(as_alice, at)
    assert "End this access" not in text_of(fresh)
    clock.move(timedelta(days=31))
    await as_alice.sign_in(await _person(resources, mailbox))
    page = await opened(as_alice, at)
    assert "never used" in text_of(page)
    table = await as_alice.get(f"{at}/table")
    assert table.content.decode("utf-8-sig").splitlines()[1].startswith("Bob Brun,bob@practice.example,")
    (ticked,) = re.findall(r'name="end" value="([^"]+)"', page.text)
    ended = await pressed(as_alice, page, "I have looked through it; end what is ticked", end=[ticked])
    assert "Nobody has access" in text_of(ended)
    log = text_of(await opened(as_alice, f"/owner/mailboxes/{mailbox.id}/audit"))
    assert "reviewed who has access" in log
    again = await as_alice.post(at, {"end": [ticked]})
    assert again.status_code == 400


async def _person(resources: Resources, mailbox: Mailbox) -> Person:
    async with resources.db.transaction() as session:
        return await session.get_one(Person, mailbox.owner_id)


@pytest.mark.parametrize("language", ["en", "es", "fr"])
async def test_empty_pages_say_what_to_do(as_alice: Browser, mailbox: Mailbox, language: str) -> None:
    at = f"/owner/mailboxes/{mailbox.id}"
    for path in (f"{at}/teams", f"{at}/review", "/team"):
        assert 'class="empty"' in (await opened(as_alice, path, lang=language)).text
