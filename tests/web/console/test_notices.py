"""The bell: what Deskhand has told somebody stands in her own console, and in nobody else's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from app import clock
from app.actions import tell
from app.actions.resources import Resources
from app.main import build
from app.models.mailbox import Mailbox
from app.models.notice import NoticeState
from app.models.person import Person
from tests.notices.conftest import notices_of, post_all, with_mail
from tests.notices.server import MailServer, mail_server
from tests.people import ALICE
from tests.web.api.calls import good, refused
from tests.web.browser import Browser, text_of
from tests.web.console.story import buttons_of, link_once, link_to, opened, press, pressed

DAN = "dan@elsewhere.example"


@pytest.fixture
async def told(resources: Resources, mailbox: Mailbox) -> None:
    """Alice is told that her mailbox has to be connected again."""
    async with resources.db.transaction(mailbox=mailbox.id) as session:
        await tell.reconnect(session, resources, mailbox)


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    async with mail_server() as server:
        yield server


@pytest.fixture
async def as_alice_with_mail(resources: Resources, alice: Person, mail: MailServer) -> AsyncIterator[Browser]:
    """Alice's browser at a service that can send mail."""
    mailing = with_mail(resources, f"smtp://127.0.0.1:{mail.port}")
    browser = await Browser(build(mailing.settings, resources=mailing), mailing).sign_in(alice)
    yield browser
    await browser.close()


@pytest.mark.usefixtures("told")
async def test_the_bell_counts_what_is_new_until_it_is_read(as_alice: Browser, mailbox: Mailbox) -> None:
    assert 'aria-label="Notices, 1 new"' in (await opened(as_alice, "/owner")).text
    page = await opened(as_alice, "/notices")
    assert f"New: The connection to {ALICE[0]} has ended." in text_of(page)
    assert link_to(page, "/owner/mailboxes/") == f"/owner/mailboxes/{mailbox.id}"
    after = await pressed(as_alice, page, "Mark as read")
    assert "New:" not in text_of(after)
    assert 'aria-label="Notices"' in after.text
    assert buttons_of(after) == set()


@pytest.mark.usefixtures("told")
async def test_all_are_read_at_once_and_in_ones_own_language(as_alice: Browser) -> None:
    page = await opened(as_alice, "/notices", lang="es")
    assert "ya no" not in text_of(page)
    assert f"La conexión con {ALICE[0]} ha terminado." in text_of(page)
    after = await pressed(as_alice, page, "Marcar todo como leído")
    assert "Nuevo:" not in text_of(after)


@pytest.mark.usefixtures("told")
async def test_what_alice_is_told_is_nobody_elses(
    as_alice: Browser, as_bob: Browser, stranger: Browser, resources: Resources, alice: Person
) -> None:
    (notice,) = await notices_of(resources, alice)
    empty = await opened(as_bob, "/notices")
    assert "Nothing has been told to you yet" in text_of(empty)
    assert await good(as_bob, "GET", "/notices") == []
    assert await refused(as_bob, "PUT", f"/notices/{notice.id}/read") == (404, "not_found")
    assert (await as_bob.post(f"/notices/{notice.id}/read")).status_code == 404
    assert (await as_bob.post("/notices/read")).status_code == 303
    assert (await stranger.get("/notices")).status_code == 401
    (seen,) = await good(as_alice, "GET", "/notices")
    assert seen["read_at"] is None
    assert (seen["kind"], seen["state"]) == ("reconnect", "shown")
    assert seen["link"].startswith("http://localhost:8025/owner/mailboxes/")
    await good(as_alice, "PUT", f"/notices/{notice.id}/read")
    first = (await good(as_alice, "GET", "/notices"))[0]["read_at"]
    clock.move(timedelta(minutes=1))
    await good(as_alice, "PUT", f"/notices/{notice.id}/read")
    assert (await good(as_alice, "GET", "/notices"))[0]["read_at"] == first is not None


async def test_alice_has_the_link_mailed_and_sees_how_that_went(
    as_alice_with_mail: Browser, mailbox: Mailbox, alice: Person, mail: MailServer
) -> None:
    browser, resources = as_alice_with_mail, as_alice_with_mail.resources
    form = await opened(browser, f"/owner/mailboxes/{mailbox.id}/invitations/new")
    wrong = await press(browser, form, "Make the invitation", mail_to="dan")
    assert wrong.status_code == 400
    assert "not an address" in text_of(wrong)
    shown = await pressed(browser, form, "Make the invitation", mail_to=DAN)
    link = link_once(shown)
    assert f"To {DAN}: the letter has not left yet." in text_of(shown)
    (notice,) = await post_all(resources, alice)
    assert notice.state is NoticeState.SENT
    assert link in mail.letters[0].text
    at = str(shown.url.path)
    later = await opened(browser, at)
    assert f"To {DAN}: sent by mail, too." in text_of(later)
    assert "Show the link again" not in buttons_of(later)
    assert "Notices, " not in later.text  # what went well is no news


async def test_a_letter_that_was_refused_is_news_and_its_link_can_be_shown_again_after_a_fresh_sign_in(
    as_alice_with_mail: Browser, mailbox: Mailbox, alice: Person, mail: MailServer
) -> None:
    browser, resources = as_alice_with_mail, as_alice_with_mail.resources
    form = await opened(browser, f"/owner/mailboxes/{mailbox.id}/invitations/new")
    link = link_once(await pressed(browser, form, "Make the invitation", mail_to=DAN))
    mail.at_recipient = ["550 5.1.1 nobody"]
    await post_all(resources, alice)
    page = await opened(browser, "/notices")
    assert f"Your invitation for {DAN}" in text_of(page)
    assert "the letter could not be delivered (550 5.1.1)" in text_of(page)
    asked = await opened(browser, link_to(page, "/invitations/"))
    again = await pressed(browser, asked, "Show the link again")
    assert link_once(again) == link
    clock.move(timedelta(minutes=6))
    assert (await press(browser, asked, "Show the link again")).status_code == 401


async def test_without_mail_no_form_asks_for_an_address(as_alice: Browser, mailbox: Mailbox) -> None:
    form = await opened(as_alice, f"/owner/mailboxes/{mailbox.id}/invitations/new")
    assert "mail_to" not in form.text
    offer = {"scopes": ["label"], "until": (clock.now() + timedelta(days=9)).isoformat(), "mail_to": DAN}
    assert await refused(as_alice, "POST", f"/mailboxes/{mailbox.id}/invitations", offer) == (400, "bad_request")
