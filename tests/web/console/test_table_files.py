"""A lead's table out of a file, as spreadsheets save it, and the letters to everybody in it; nothing is half done."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2
import pytest

from app.actions import mail_invitation
from app.actions.resources import Resources
from app.main import build
from app.models.mailbox import Mailbox
from app.models.person import Person
from tests.notices.conftest import notices_of, post_all, with_mail
from tests.notices.server import MailServer, mail_server
from tests.web.browser import ORIGIN, Browser, text_of
from tests.web.console.story import buttons_of, forms_of, opened, press, submit
from tests.web.console.test_team import led, links_in

TABLE = "Zoë Muñoz,zoe@desk.example,label\r\nSam Soto,sam@desk.example\r\n"


@pytest.fixture
async def team(as_alice: Browser, as_charlie: Browser, mailbox: Mailbox) -> str:
    """Where Charlie's team stands."""
    return await led(as_alice, as_charlie, mailbox)


async def uploaded(browser: Browser, team: str, raw: bytes, **more: str) -> httpx2.Response:
    """Choose a file in the form of a table and press its button."""
    (form,) = [
        each for each in forms_of(await opened(browser, f"{team}/members/new")) if each.action.endswith("/roster")
    ]
    data = {name: value for name, value in form.fields if name not in ("table", "mail")} | more
    files = {"table": ("people.csv", raw, "text/csv")}
    return await browser.http.post(form.action, data=data, files=files, headers={"origin": ORIGIN})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("apart", [",", ";"])
async def test_a_file_is_looked_through_and_then_named_whole(
    as_charlie: Browser, team: str, encoding: str, apart: str
) -> None:
    seen = await uploaded(as_charlie, team, TABLE.replace(",", apart).encode(encoding))
    assert "2 people to be named" in text_of(seen)
    assert "Zoë Muñoz" in text_of(seen)
    named = await press(as_charlie, seen, "Name all of them")
    assert len(set(links_in(named.text))) == 2
    again = await press(as_charlie, seen, "Name all of them")
    assert links_in(again.text) == links_in(named.text)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"PK\x03\x04 a workbook", "no table as text"),
        (TABLE.encode("utf-16"), "no table as text"),
        (b" \r\n", "no table as text"),
        (b"Sam,sam@desk.example\r\n" * 10_000, "too large"),
        (b"Sam,sam@desk.example\r\n" * 60, "between one line and 50"),
        (b'Sam,"sam@desk.example', "no table of names"),
        (b"Sam;sam@desk.example;trash\r\nKim;nowhere", "2 lines are wrong, so nobody is named"),
    ],
)
async def test_a_file_that_is_no_such_table_names_nobody(as_charlie: Browser, team: str, raw: bytes, says: str) -> None:
    page = await uploaded(as_charlie, team, raw, sure="true")
    assert says in text_of(page)
    assert "Name all of them" not in buttons_of(page)
    assert "You have named nobody yet" in text_of(await opened(as_charlie, team))


async def test_a_file_larger_than_any_request_is_told_so(as_charlie: Browser, team: str) -> None:
    assert (await uploaded(as_charlie, team, b"x" * 2**21)).status_code == 413


async def test_markup_and_formulas_of_a_file_are_plain_words(as_charlie: Browser, team: str) -> None:
    page = await uploaded(as_charlie, team, b"<img src=x onerror=y>,sam@desk.example\r\n=HYPERLINK(1),kim@desk.example")
    assert "<img src=x" not in page.text
    assert "=HYPERLINK(1)" in text_of(page)


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with mail_server() as made:
        yield made


@pytest.fixture
async def mailing(resources: Resources, server: MailServer) -> Resources:
    """What a service holds that can send mail."""
    return with_mail(resources, f"smtp://127.0.0.1:{server.port}")


@pytest.fixture
async def as_charlie_with_mail(mailing: Resources, charlie: Person) -> AsyncIterator[Browser]:
    """Charlie's browser at a service that can send mail."""
    browser = await Browser(build(mailing.settings, resources=mailing), mailing).sign_in(charlie)
    yield browser
    await browser.close()


async def test_without_mail_set_up_nobody_is_offered_a_letter(as_charlie: Browser, team: str) -> None:
    form = await opened(as_charlie, f"{team}/members/new")
    assert "Mail each of them the link" not in text_of(form)
    refused = await press(as_charlie, form, "Make the link", name="Sam", mail_to="sam@desk.example")
    assert refused.status_code == 400
    assert "sends no mail" in text_of(refused)


async def test_everybody_of_a_table_is_mailed_her_own_link_once(
    *, as_charlie_with_mail: Browser, team: str, mailing: Resources, server: MailServer, charlie: Person, alice: Person
) -> None:
    browser = as_charlie_with_mail
    seen = await uploaded(browser, team, TABLE.encode(), mail="true")
    assert "Each of them is mailed the link" in text_of(seen)
    assert server.letters == []
    for _ in range(2):
        named = await press(browser, seen, "Name all of them")
    assert "Deskhand mails this link to that address" in text_of(named)
    told = await post_all(mailing, charlie)
    assert [each.state for each in told] == ["sent", "sent"]
    assert {each.to[0] for each in server.letters} == {"zoe@desk.example", "sam@desk.example"}
    links = links_in(named.text)
    assert all(any(link in each.text for each in server.letters) for link in links)
    assert all("Charlie Chat (charlie@practice.example) asks you to assist" in each.text for each in server.letters)
    assert await notices_of(mailing, alice) == []
    assert "sam@desk.example" not in (await opened(browser, "/notices")).text


async def test_a_member_or_a_substitute_is_mailed_by_the_form_too(
    *, as_charlie_with_mail: Browser, team: str, mailing: Resources, server: MailServer, charlie: Person
) -> None:
    form = await opened(as_charlie_with_mail, f"{team}/members/new")
    for wrong in ("nowhere", "a@x.example, b@x.example"):
        refused = await press(as_charlie_with_mail, form, "Make the link", name="Sam", mail_to=wrong)
        assert refused.status_code == 400
    await press(as_charlie_with_mail, form, "Make the link", name="Sam", mail_to="sam@desk.example")
    await post_all(mailing, charlie)
    assert [each.to for each in server.letters] == [["sam@desk.example"]]


async def test_a_letter_that_was_not_taken_is_told_to_the_lead_with_the_way_to_the_team(
    *, as_charlie_with_mail: Browser, team: str, mailing: Resources, server: MailServer, charlie: Person
) -> None:
    form = await opened(as_charlie_with_mail, f"{team}/members/new")
    server.at_recipient.append("550 5.1.1 No such person")
    await press(as_charlie_with_mail, form, "Make the link", name="Sam", mail_to="sam@desk.example")
    await post_all(mailing, charlie)
    page = await opened(as_charlie_with_mail, "/notices")
    assert "Your invitation for sam@desk.example" in text_of(page)
    assert f'href="{team}"' in page.text


async def test_more_letters_than_a_lead_may_cause_on_a_day_name_nobody(
    *, as_charlie_with_mail: Browser, team: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_invitation, "MOST_OF_A_LEAD", 1)
    seen = await uploaded(as_charlie_with_mail, team, TABLE.encode(), mail="true")
    refused = await press(as_charlie_with_mail, seen, "Name all of them")
    assert refused.status_code == 400
    assert "mailed on one day" in text_of(refused)
    assert "You have named nobody yet" in text_of(await opened(as_charlie_with_mail, team))
    unmailed = await submit(as_charlie_with_mail, await opened(as_charlie_with_mail, f"{team}/members/new"), "/members",
                            name="Sam")  # fmt: skip
    assert links_in(unmailed.text)
