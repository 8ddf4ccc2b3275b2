"""Private labels and what of a private sender may be seen even so, as Alice sets them in the console."""

from __future__ import annotations

import pytest

from app import clock
from app.models.grant import Grant
from app.models.mailbox import Mailbox
from app.sandbox.sandbox import Sandbox
from tests.people import ALICE, MOTHER, mail
from tests.web.browser import Browser, text_of
from tests.web.console.story import forms_of, opened, press, pressed
from tests.web.structure import read


@pytest.fixture
def at(mailbox: Mailbox) -> str:
    """The owner's page of Alice's mailbox."""
    return f"/owner/mailboxes/{mailbox.id}"


@pytest.fixture
def labelled(sandbox: Sandbox) -> None:
    """A mail of Alice's that bears a label of hers."""
    box = sandbox.mailbox(ALICE[0])
    news = mail("Aunt <aunt@other.example>", "The garden party", "…")
    box.add(news, labels=("INBOX", "Family"), internal_date=clock.now())


async def test_V15_a_label_is_made_private_and_taken_off_again(
    *, as_alice: Browser, as_bob: Browser, granted: Grant, at: str, mailbox: Mailbox, labelled: None
) -> None:
    seat = f"/assistant/mailboxes/{mailbox.id}"
    assert "The garden party" in text_of(await opened(as_bob, seat))
    page = await opened(as_alice, f"{at}/senders")
    assert "No label is private." in text_of(page)
    page = await pressed(as_alice, page, "Make the label private", label=" Family ")
    assert read(page.text).faults == []
    assert "The list is changed" in text_of(page)
    assert "No label of this name" not in text_of(page)
    assert "The garden party" not in text_of(await opened(as_bob, seat))
    assert "With a label on your private list" in text_of(await opened(as_alice, f"{at}/preview"))
    page = await pressed(as_alice, page, "Take the label off the list")
    assert "No label is private." in text_of(page)
    assert "The garden party" in text_of(await opened(as_bob, seat))


async def test_a_label_that_is_not_in_the_mailbox_is_warned_of(as_alice: Browser, at: str) -> None:
    page = await pressed(as_alice, await opened(as_alice, f"{at}/senders"), "Make the label private", label="Famlly")
    assert "No label of this name was found in the mailbox" in text_of(page)


@pytest.mark.parametrize("typed", ["", "  ", "a\u202eb", "x" * 226])
async def test_what_is_no_label_stays_in_its_own_field_with_a_sentence(as_alice: Browser, at: str, typed: str) -> None:
    answer = await press(as_alice, await opened(as_alice, f"{at}/senders"), "Make the label private", label=typed)
    assert answer.status_code == 400
    assert 'id="label-error"' in answer.text
    assert 'id="sender-error"' not in answer.text


async def test_a_label_of_a_disconnected_mailbox_is_still_on_the_list(as_alice: Browser, at: str) -> None:
    await pressed(as_alice, await opened(as_alice, f"{at}/senders"), "Make the label private", label="Family")
    await as_alice.api("DELETE", at.removeprefix("/owner"))
    page = await opened(as_alice, f"{at}/senders")
    assert "Family" in text_of(page)
    assert "No label of this name" not in text_of(page)


async def test_private_labels_are_the_owners_alone(
    as_alice: Browser, as_bob: Browser, as_charlie: Browser, granted: Grant, at: str
) -> None:
    page = await pressed(as_alice, await opened(as_alice, f"{at}/senders"), "Make the label private", label="Family")
    (action,) = {form.action for form in forms_of(page) if "/private-labels/" in form.action}
    for browser, status in ((as_bob, 403), (as_charlie, 404)):
        assert (await browser.post(action)).status_code == status
        assert (await browser.post(f"{at}/private-labels", {"label": "Work"})).status_code == status
    assert (await as_alice.post(action)).status_code == 303
    assert (await as_alice.post(action)).status_code == 404


async def test_V16_one_kind_of_mail_of_a_private_sender_is_let_through_and_taken_back(
    *, as_alice: Browser, as_bob: Browser, granted: Grant, at: str, mailbox: Mailbox, sandbox: Sandbox
) -> None:
    box = sandbox.mailbox(ALICE[0])
    party = mail(f"Mother <{MOTHER}>", "Invitation to my birthday", "You are invited to my birthday.")
    box.add(party, labels=("INBOX",), internal_date=clock.now())
    page = await opened(as_alice, f"{at}/senders")
    page = await pressed(as_alice, page, "Make private", sender=MOTHER, excepted=["invitation"])
    assert read(page.text).faults == []
    assert "But an assistant may see: invitations to social events" in text_of(page)
    listed = text_of(await opened(as_bob, f"/assistant/mailboxes/{mailbox.id}"))
    assert "Invitation to my birthday" in listed
    assert "Sunday lunch" not in listed
    page = await pressed(as_alice, page, "Save the exception", excepted=[])
    assert "Without exception" in text_of(page)
    assert "Invitation to my birthday" not in text_of(await opened(as_bob, f"/assistant/mailboxes/{mailbox.id}"))


async def test_an_unknown_kind_is_refused(as_alice: Browser, at: str) -> None:
    answer = await as_alice.post(f"{at}/senders", {"sender": MOTHER, "excepted": "everything"})
    assert answer.status_code == 422


async def test_V15_a_tab_of_the_inbox_is_made_private_like_a_label(
    *, as_alice: Browser, as_bob: Browser, granted: Grant, at: str, mailbox: Mailbox, sandbox: Sandbox
) -> None:
    seat = f"/assistant/mailboxes/{mailbox.id}"
    offer = mail("Shop <shop@shop.example>", "Half price", "Only today.")
    sandbox.mailbox(ALICE[0]).add(offer, labels=("INBOX", "CATEGORY_PROMOTIONS"), internal_date=clock.now())
    assert "Half price" in text_of(await opened(as_bob, seat))
    page = await opened(as_alice, f"{at}/senders")
    page = await pressed(as_alice, page, "Make the tab Promotions private")
    assert read(page.text).faults == []
    assert "The tab Promotions" in text_of(page)
    assert "Make the tab Promotions private" not in text_of(page)
    assert "No label of this name" not in text_of(page)
    assert "Half price" not in text_of(await opened(as_bob, seat))
    page = await pressed(as_alice, page, "Take the label off the list")
    assert "Half price" in text_of(await opened(as_bob, seat))
