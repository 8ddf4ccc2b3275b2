"""Bob goes on leave: he and his lead leave notes, Dora stands in and reads them first, Alice sees all of it coming."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from fastapi import FastAPI

from app import clock
from app.actions.resources import Resources
from app.locale.catalogues import language as language_of
from app.models.mailbox import Mailbox
from app.models.person import Person
from tests.people import make_person
from tests.web.browser import Browser, text_of
from tests.web.console.story import buttons_of, link_to, opened, press, pressed, submit
from tests.web.console.test_team import led, links_in

BOBS, LEADS = "Clara waits for an offer.\nUntil Friday!", "Bob's files <b>are</b> in the blue folder."


@pytest.fixture
async def dora(resources: Resources) -> Person:
    """Somebody who has nothing here yet."""
    return await make_person(resources, "dora@practice.example", "Dora Dorn")


@pytest.fixture
async def as_dora(app: FastAPI, resources: Resources, dora: Person) -> AsyncIterator[Browser]:
    """Her browser."""
    browser = await Browser(app, resources).sign_in(dora)
    yield browser
    await browser.close()


async def member(as_alice: Browser, as_bob: Browser, as_charlie: Browser, mailbox: Mailbox) -> str:
    """Have Bob named, let in and confirmed; return the lead's page about him."""
    team = await led(as_alice, as_charlie, mailbox)
    made = await press(as_charlie, await opened(as_charlie, f"{team}/members/new"), "Make the link", name="Bob")
    (link,) = links_in(made.text)
    await pressed(as_bob, await opened(as_bob, link), "Accept as Bob Brun")
    await said_yes(as_alice, mailbox)
    return link_to(await opened(as_charlie, team), f"{team}/members/")


async def said_yes(as_alice: Browser, mailbox: Mailbox) -> str:
    """Have Alice look at whoever waits and say yes; return what the page told her."""
    at = f"/owner/mailboxes/{mailbox.id}"
    decide = await opened(as_alice, link_to(await opened(as_alice, at), f"{at}/invitations/"))
    await pressed(as_alice, decide, "Yes, give access")
    return text_of(decide)


async def test_a_substitute_starts_from_the_notes_and_ends_by_herself(
    *, as_alice: Browser, as_bob: Browser, as_charlie: Browser, as_dora: Browser, mailbox: Mailbox, dora: Person
) -> None:
    page, seat = await member(as_alice, as_bob, as_charlie, mailbox), f"/assistant/mailboxes/{mailbox.id}"
    kept = await pressed(as_bob, await opened(as_bob, f"{seat}/handover"), "Keep the notes", text=BOBS)
    assert "Clara waits for an offer." in text_of(kept)
    await pressed(as_charlie, await opened(as_charlie, page), "Keep the notes", text=LEADS)
    form = await opened(as_charlie, page)
    assert "blue folder" in text_of(form)
    assert "Clara" not in form.text
    days = {"begins": str((clock.now() + timedelta(days=2)).date()), "until": str((clock.now() + timedelta(9)).date())}
    made = await press(as_charlie, form, "Make the link", name="Dora", **days)
    (link,) = links_in(made.text)
    assert links_in((await press(as_charlie, form, "Make the link", name="Dora", **days)).text) == [link]
    offered = await opened(as_dora, link)
    assert "You are to stand in for a member of the team" in text_of(offered)
    assert "Clara" not in offered.text
    await pressed(as_dora, offered, "Accept as Dora Dorn")
    told = await said_yes(as_alice, mailbox)
    assert "This person is to stand in for Bob Brun" in told
    assert "Not before" in told
    early = await opened(as_dora, seat)
    assert "has not begun yet" in text_of(early)
    assert not [word for word in ("Clara", "Terrace") if word in early.text]
    clock.move(timedelta(days=2, hours=1))
    await as_dora.sign_in(dora)
    begun = await opened(as_dora, seat)
    assert "hand-over notes about the work of Bob Brun" in text_of(begun)
    assert "Clara waits for an offer.\nUntil Friday!" in begun.text
    assert "&lt;b&gt;are&lt;/b&gt;" in begun.text
    assert begun.text.index("Clara waits") < begun.text.index("Terrace in March?")
    clock.move(timedelta(days=8))
    await as_dora.sign_in(dora)
    over = await opened(as_dora, seat)
    assert not [word for word in ("Clara waits", "Terrace") if word in over.text]


async def test_the_owner_reads_the_notes_beside_the_access(
    as_alice: Browser, as_bob: Browser, as_charlie: Browser, mailbox: Mailbox
) -> None:
    await member(as_alice, as_bob, as_charlie, mailbox)
    at, seat = f"/owner/mailboxes/{mailbox.id}", f"/assistant/mailboxes/{mailbox.id}"
    grant = link_to(await opened(as_alice, f"{at}/review"), f"{at}/grants/")
    assert "Hand-over notes" not in text_of(await opened(as_alice, grant))
    await pressed(as_bob, await opened(as_bob, f"{seat}/handover"), "Keep the notes", text=BOBS)
    assert "Clara waits for an offer." in text_of(await opened(as_alice, grant))
    assert "wrote hand-over notes" in text_of(await opened(as_alice, f"{at}/audit"))


async def test_notes_that_are_too_long_stay_in_the_form(
    as_alice: Browser, as_bob: Browser, as_charlie: Browser, mailbox: Mailbox
) -> None:
    page, seat = await member(as_alice, as_bob, as_charlie, mailbox), f"/assistant/mailboxes/{mailbox.id}"
    for browser, path in ((as_bob, f"{seat}/handover"), (as_charlie, page)):
        refused = await press(browser, await opened(browser, path), "Keep the notes", text="long " * 2_100)
        assert refused.status_code == 400
        assert "10,000 characters at the most" in text_of(refused) or "10000 characters" in text_of(refused)
        assert "long long long" in refused.text


@pytest.mark.parametrize(
    ("days", "says"),
    [
        ({"until": "2026-01-01"}, "Choose an end date"),
        ({"until": ""}, "Choose an end date"),
        ({"until": "2027-08-01"}, "more than the owner allows"),
        ({"begins": "2030-01-01"}, "first day comes before"),
    ],
)
async def test_days_that_cannot_be_are_told_and_name_nobody(
    *,
    as_alice: Browser,
    as_bob: Browser,
    as_charlie: Browser,
    mailbox: Mailbox,
    days: dict[str, str],
    says: str,
) -> None:
    page = await member(as_alice, as_bob, as_charlie, mailbox)
    given = {"until": str((clock.now() + timedelta(days=5)).date())} | days
    refused = await press(as_charlie, await opened(as_charlie, page), "Make the link", name="Dora", **given)
    assert refused.status_code in (400, 403)
    assert says in text_of(refused)
    assert 'value="Dora"' in refused.text
    assert "Dora" not in text_of(await opened(as_charlie, page.partition("/members")[0]))


async def test_for_a_removed_member_there_is_nothing_to_hand_over(
    as_alice: Browser, as_bob: Browser, as_charlie: Browser, mailbox: Mailbox
) -> None:
    page = await member(as_alice, as_bob, as_charlie, mailbox)
    form = await opened(as_charlie, page)
    await as_charlie.post(f"{page}/removal")
    assert "Nobody can stand in at the moment" in text_of(await opened(as_charlie, page))
    late = await press(as_charlie, form, "Make the link", name="Dora", until=str((clock.now() + timedelta(5)).date()))
    assert late.status_code == 409
    assert (await press(as_charlie, form, "Keep the notes", text="More")).status_code == 409


async def test_a_leads_review_shows_who_where_and_when_and_ends_what_nobody_uses(
    *, as_alice: Browser, as_bob: Browser, as_charlie: Browser, mailbox: Mailbox, charlie: Person
) -> None:
    assert 'class="empty"' in (await opened(as_charlie, "/team/review")).text
    await member(as_alice, as_bob, as_charlie, mailbox)
    page = await opened(as_charlie, "/team/review")
    for word in ("Bob Brun", "bob@practice.example", mailbox.address, "Green Desk", "never"):
        assert word in text_of(page)
    assert "End this access" not in text_of(page)
    assert "Bob Brun" not in (await opened(as_bob, "/team/review")).text.partition("<main")[2]
    clock.move(timedelta(days=31))
    await as_charlie.sign_in(charlie)
    page = await opened(as_charlie, "/team/review")
    ticked = page.text.partition('name="end" value="')[2].partition('"')[0]
    if not ticked:  # its last day is past: it is over, and says so
        assert "its last day is past" in text_of(page)
        return
    ended = await pressed(as_charlie, page, "I have looked through it; end what is ticked", end=[ticked])
    assert "Nobody you have named has access" in text_of(ended)
    assert (await as_charlie.post("/team/review", {"end": [ticked]})).status_code == 400


@pytest.mark.parametrize("code", ["es", "fr"])
async def test_no_english_sentence_is_left_on_the_pages_of_a_substitution(
    *, as_alice: Browser, as_bob: Browser, as_charlie: Browser, mailbox: Mailbox, code: str
) -> None:
    page, seat = await member(as_alice, as_bob, as_charlie, mailbox), f"/assistant/mailboxes/{mailbox.id}"
    shown = ""
    for browser, path in ((as_charlie, page), (as_bob, f"{seat}/handover"), (as_charlie, "/team/review")):
        shown += text_of(await opened(browser, path, lang=code))
    for sentence in ("Keep the notes", "Who stands in", "Hand-over notes", "Your own hand-over notes", "Last used"):
        assert sentence not in shown
        assert language_of(code).gettext(sentence) in shown
    refused = await submit(as_bob, await opened(as_bob, f"{seat}/handover", lang=code), "/handover", text="x" * 10_001)
    assert "at the most" not in text_of(refused)
    assert buttons_of(await opened(as_charlie, page)) >= {language_of(code).gettext("Keep the notes")}
