"""The pages of a team: what a table may hold, who is erased, what a spreadsheet gets, and each in three languages."""

from __future__ import annotations

import asyncio
import csv
import re
from datetime import timedelta
from io import StringIO

import pytest

from app import clock
from app.actions.erase import PERSON, erase
from app.actions.resources import Resources
from app.locale.catalogues import language as language_of
from app.models.mailbox import Mailbox
from app.models.person import Person
from tests.people import make_grant, make_person
from tests.web.browser import Browser, text_of
from tests.web.console.story import buttons_of, link_to, opened, press, pressed, submit
from tests.web.console.test_team import led, links_in

ENGLISH = ("Name members", "Look through the table", "Take something away", "You have named nobody yet", "Last used")


async def looked_through(browser: Browser, team: str, table: str) -> tuple[int, str, set[str]]:
    """Have a table looked through; return status, words and buttons of the page."""
    page = await submit(browser, await opened(browser, f"{team}/members/new"), "/roster", roster=table)
    return page.status_code, text_of(page), buttons_of(page)


async def named_bob(as_bob: Browser, as_charlie: Browser, team: str, name: str) -> str:
    """Have Bob named as the lead calls him, and accept; return his link."""
    made = await press(as_charlie, await opened(as_charlie, f"{team}/members/new"), "Make the link", name=name)
    (link,) = links_in(made.text)
    await pressed(as_bob, await opened(as_bob, link), "Accept as Bob Brun")
    return link


@pytest.mark.parametrize(
    "table",
    [
        "",
        "Sam,sam@desk.example\nKim,k\0im@desk.example",
        "\n".join(f"N{n},n{n}@desk.example" for n in range(51)),
        "\n".join(f"N{n},n{n}@desk.example" for n in range(10_000)),
        'Sam,"sam@desk.example',
    ],
)
async def test_a_table_that_is_none_or_too_long_names_nobody(
    as_alice: Browser, as_charlie: Browser, mailbox: Mailbox, table: str
) -> None:
    team = await led(as_alice, as_charlie, mailbox)
    status, words, buttons = await looked_through(as_charlie, team, table)
    assert 400 <= status < 500, words
    assert "Name all of them" not in buttons
    assert "You have named nobody yet" in text_of(await opened(as_charlie, team))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("Sam again,SAM@desk.example", "This address stands in the table already"),
        ("Kim,kim@desk.example,trash", "more than the owner allows"),
        ("Kim,kim@desk.example,label,,more", "A line has a name and an address"),
        ("Kim,kim@desk.example,label,soon", "A last day is written as in"),
    ],
)
async def test_one_wrong_line_names_nobody_even_if_it_is_pressed_through(
    *, as_alice: Browser, as_charlie: Browser, mailbox: Mailbox, line: str, says: str
) -> None:
    team = await led(as_alice, as_charlie, mailbox)
    form, table = await opened(as_charlie, f"{team}/members/new"), f"Sam,sam@desk.example\n{line}"
    for more in ({}, {"sure": "true"}):
        page = await submit(as_charlie, form, "/roster", roster=table, **more)
        assert "Line 2" in text_of(page)
        assert says in text_of(page)
        assert "Name all of them" not in buttons_of(page)
    assert "You have named nobody yet" in text_of(await opened(as_charlie, team))


async def test_two_presses_at_once_name_everybody_of_a_table_once(
    as_alice: Browser, as_charlie: Browser, mailbox: Mailbox
) -> None:
    team = await led(as_alice, as_charlie, mailbox)
    form = await opened(as_charlie, f"{team}/members/new")
    seen = await submit(as_charlie, form, "/roster", roster="Sam,sam@desk.example\nKim,kim@desk.example")
    pages = await asyncio.gather(*(press(as_charlie, seen, "Name all of them") for _ in range(3)))
    assert {page.status_code for page in pages} == {200}
    assert len({tuple(links_in(page.text)) for page in pages}) == 1
    assert text_of(await opened(as_charlie, team)).count("Waiting for an answer") == 2


async def test_markup_in_a_members_name_is_shown_as_it_was_written(
    as_alice: Browser, as_charlie: Browser, mailbox: Mailbox
) -> None:
    team = await led(as_alice, as_charlie, mailbox)
    form = await opened(as_charlie, f"{team}/members/new")
    await press(as_charlie, form, "Make the link", name="<b onclick=x>Sam</b>")
    page = await opened(as_charlie, team)
    assert "<b onclick" not in page.text
    assert "&lt;b onclick=x&gt;Sam" in page.text


async def test_of_an_erased_member_no_name_is_left_on_any_page(
    *, as_alice: Browser, as_bob: Browser, as_charlie: Browser, resources: Resources, mailbox: Mailbox, bob: Person
) -> None:
    team = await led(as_alice, as_charlie, mailbox, begin_after="24")
    await named_bob(as_bob, as_charlie, team, "Heron of the night")
    assert "Heron of the night" in (await opened(as_charlie, team)).text
    await erase(resources, bob.id, asked_by=PERSON)
    at = f"/owner/mailboxes/{mailbox.id}"
    for browser, path in [(as_charlie, team), *((as_alice, f"{at}{rest}") for rest in ("", "/teams", "/audit"))]:
        page = await opened(browser, path)
        assert not [word for word in ("Heron", "Bob Brun", "bob@practice.example") if word in page.text], path
    assert "an erased person" in text_of(await opened(as_charlie, team))


async def test_of_an_erased_lead_no_name_is_left_on_any_page(
    *, as_alice: Browser, as_charlie: Browser, resources: Resources, mailbox: Mailbox, charlie: Person
) -> None:
    await led(as_alice, as_charlie, mailbox)
    at = f"/owner/mailboxes/{mailbox.id}"
    found = link_to(await opened(as_alice, f"{at}/teams"), f"{at}/teams/")
    assert "Green Desk" in (await opened(as_alice, found)).text
    await erase(resources, charlie.id, asked_by=PERSON)
    for path in (found, at, f"{at}/teams", f"{at}/review", f"{at}/audit"):
        page = await opened(as_alice, path)
        assert not [word for word in ("Green Desk", "Charlie Chat", charlie.email) if word in page.text], path


async def test_a_name_that_is_a_formula_is_a_plain_cell_of_the_review(
    as_alice: Browser, resources: Resources, mailbox: Mailbox
) -> None:
    eve = await make_person(resources, "eve@elsewhere.example", '=HYPERLINK("http://x.example","a")')
    await make_grant(resources, mailbox, eve, scopes=("mail.list", "label"))
    table = await as_alice.get(f"/owner/mailboxes/{mailbox.id}/review/table")
    heads, row = csv.reader(StringIO(table.content.decode("utf-8-sig")))
    assert heads[:4] == ["name", "address", "team", "rights"]
    assert row[0] == '\'=HYPERLINK("http://x.example","a")'
    assert row[3] == "mail.list label"
    assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("code", ["es", "fr"])
async def test_no_english_sentence_is_left_on_a_teams_pages(
    as_alice: Browser, as_charlie: Browser, mailbox: Mailbox, code: str
) -> None:
    team, at = await led(as_alice, as_charlie, mailbox), f"/owner/mailboxes/{mailbox.id}/teams"
    found = link_to(await opened(as_alice, at), f"{at}/")
    pages = [(as_charlie, "/team"), (as_charlie, team), (as_charlie, f"{team}/members/new")]
    shown = ""
    for browser, path in [*pages, (as_alice, at), (as_alice, f"{at}/new"), (as_alice, found)]:
        shown += text_of(await opened(browser, path, lang=code))
    assert not [sentence for sentence in ENGLISH if sentence in shown]
    for sentence in ("Name members", "Take something away", "You have named nobody yet"):
        assert language_of(code).gettext(sentence) in shown


async def test_the_lead_reads_that_a_member_begins_tomorrow_and_on_which_day_an_access_was_used(
    *, as_alice: Browser, as_bob: Browser, as_charlie: Browser, mailbox: Mailbox, alice: Person, bob: Person,
    charlie: Person,
) -> None:  # fmt: skip
    team = await led(as_alice, as_charlie, mailbox, begin_after="24")
    await named_bob(as_bob, as_charlie, team, "Bob of the night")
    page = text_of(await opened(as_charlie, team))
    assert "Not begun yet" in page
    assert "Active" not in page
    assert "Begins" in page
    clock.move(timedelta(hours=25))
    for browser, person in ((as_alice, alice), (as_bob, bob), (as_charlie, charlie)):
        await browser.sign_in(person)
    today = clock.now().date()
    seat = f"/assistant/mailboxes/{mailbox.id}"
    message = await opened(as_bob, link_to(await opened(as_bob, seat), f"{seat}/messages/"))
    await pressed(as_bob, message, "Save the labels", new="Seen")
    written = f"{today.day} {today:%B %Y}"
    for browser, path in (
        (as_charlie, team), (as_charlie, "/team/review"), (as_alice, f"/owner/mailboxes/{mailbox.id}/review")
    ):  # fmt: skip
        said = text_of(await opened(browser, path))
        assert "Active" in said
        assert re.search(rf"Last used\W+{written}", said), said
        assert today.isoformat() not in said


@pytest.mark.parametrize("hers", ["Pacific/Kiritimati", "Pacific/Pago_Pago"], ids=["a day before", "a day behind"])
async def test_a_lead_reads_every_day_as_the_owner_does(
    *, as_alice: Browser, as_bob: Browser, as_charlie: Browser, mailbox: Mailbox, hers: str
) -> None:
    """A day before and a day behind is where the lead lives: 23:59 of the last day is another day there."""
    await as_alice.post(f"/owner/mailboxes/{mailbox.id}/zone", zone="America/Santiago")
    team = await led(as_alice, as_charlie, mailbox)
    await named_bob(as_bob, as_charlie, team, "Bob of the night")
    await as_charlie.post("/owner/zone", zone=hers)
    days = set()
    for browser, path in (
        (as_charlie, "/team"), (as_charlie, team), (as_charlie, "/team/review"),
        (as_alice, f"/owner/mailboxes/{mailbox.id}/review"), (as_bob, "/assistant"),
    ):  # fmt: skip
        said = text_of(await opened(browser, path))
        days |= set(re.findall(r"[Uu]ntil (?:and including )?(\d{1,2} \w+ \d{4})", said))
    assert len(days) == 1, days


async def test_whoever_leads_a_team_finds_the_way_to_it_in_the_head_of_every_page(
    as_alice: Browser, as_bob: Browser, as_charlie: Browser, mailbox: Mailbox
) -> None:
    assert '<a href="/team">Teams</a>' not in (await opened(as_charlie, "/owner")).text
    team = await led(as_alice, as_charlie, mailbox)
    assert '<a href="/team">Teams</a>' in (await opened(as_charlie, "/owner")).text
    for path in ("/team", team, "/team/review"):
        assert '<a href="/team" aria-current="page">Teams</a>' in (await opened(as_charlie, path)).text
    for browser in (as_alice, as_bob):
        assert 'href="/team"' not in (await opened(browser, "/owner")).text.partition("</header>")[0]
