"""What stays private: Alice looks before she invites, marks a sender by one press, and it counts at once."""

from __future__ import annotations

import pytest

from app import clock
from app.models.grant import Grant
from app.models.mailbox import Mailbox
from app.sandbox.sandbox import Sandbox
from tests.people import ALICE, MOTHER, mail
from tests.web.browser import Browser, text_of
from tests.web.console.story import Form, forms_of, opened, press, pressed


@pytest.fixture
def at(mailbox: Mailbox) -> str:
    """The owner's page of Alice's mailbox."""
    return f"/owner/mailboxes/{mailbox.id}"


def mark_form(page: object, sender: str) -> Form:
    """Return the form beside a sender's example."""
    (form,) = [form for form in forms_of(page) if ("sender", sender) in form.fields]  # type: ignore[arg-type]
    return form


async def test_V15_the_preview_names_what_would_be_seen_and_what_not(as_alice: Browser, at: str) -> None:
    page = await opened(as_alice, f"{at}/preview")
    assert "would see 3 messages, and not these 1" in text_of(page)
    assert "Sign-in codes, password resets and the like" in text_of(page)
    assert "Your verification code" in text_of(page)
    form = mark_form(page, MOTHER)
    answer = await as_alice.post(form.action, dict(form.fields))
    after = await as_alice.follow(answer)
    assert "would see 2 messages, and not these 2" in text_of(after)
    assert "From or to somebody on your private list" in text_of(after)


async def test_V16_a_sender_that_only_looks_private_can_be_let_through(
    as_alice: Browser, as_bob: Browser, granted: Grant, at: str, mailbox: Mailbox
) -> None:
    page = await opened(as_alice, f"{at}/preview")
    form = mark_form(page, "no-reply@shop.example")
    assert ("private", "no") in form.fields
    await as_alice.post(form.action, dict(form.fields))
    assert "Your verification code" in text_of(await opened(as_bob, f"/assistant/mailboxes/{mailbox.id}"))


async def test_a_whole_domain_is_private(
    *, as_alice: Browser, as_bob: Browser, granted: Grant, at: str, mailbox: Mailbox, sandbox: Sandbox
) -> None:
    box = sandbox.mailbox(ALICE[0])
    box.add(mail("Uncle <uncle@family.example>", "The boat", "…"), labels=("INBOX",), internal_date=clock.now())
    page = await opened(as_alice, f"{at}/senders")
    after = await pressed(as_alice, page, "Make private", sender="@family.example")
    assert "@family.example" in text_of(after)
    listed = text_of(await opened(as_bob, f"/assistant/mailboxes/{mailbox.id}"))
    assert "The boat" not in listed
    assert "Sunday lunch" not in listed


async def test_a_sender_is_taken_off_the_list(as_alice: Browser, at: str) -> None:
    page = await opened(as_alice, f"{at}/senders")
    page = await pressed(as_alice, page, "Make private", sender=MOTHER)
    assert MOTHER in text_of(page)
    page = await pressed(as_alice, page, "Take off the list")
    assert "The list is empty" in text_of(page)
    assert "Taken off the list" in text_of(page)


@pytest.mark.parametrize("typed", ["mother", "a b@c.example", "x@localhost", '"><script>alert(1)</script>'])
async def test_what_is_no_sender_stays_in_the_field_with_a_sentence(as_alice: Browser, at: str, typed: str) -> None:
    page = await opened(as_alice, f"{at}/senders")
    answer = await press(as_alice, page, "Make private", sender=typed)
    assert answer.status_code == 400
    assert "Give an address such as" in text_of(answer)
    assert "<script>alert" not in answer.text


async def test_older_mail_that_was_not_looked_at_is_said_to_be_there(
    as_alice: Browser, at: str, sandbox: Sandbox
) -> None:
    box = sandbox.mailbox(ALICE[0])
    for number in range(505):
        box.add(mail("News <news@letter.example>", f"News {number}", "…"), labels=(), internal_date=clock.now())
    said = text_of(await opened(as_alice, f"{at}/preview"))
    assert "There is older mail, too" in said


@pytest.mark.parametrize("own", [ALICE[0], ALICE[0].upper(), "@practice.example"])
async def test_the_owners_own_address_stands_on_all_her_mail_and_is_not_marked(
    *, as_alice: Browser, as_bob: Browser, granted: Grant, at: str, mailbox: Mailbox, own: str
) -> None:
    page = await opened(as_alice, f"{at}/senders")
    refused = await press(as_alice, page, "Make private", sender=own)
    assert refused.status_code == 400
    assert f"{own.lower()} stands for your own mail" in text_of(refused)
    assert "The list is empty" in text_of(await opened(as_alice, f"{at}/senders"))
    assert "Terrace in March?" in text_of(await opened(as_bob, f"/assistant/mailboxes/{mailbox.id}"))


async def test_beside_a_letter_of_her_own_the_button_marks_whom_she_wrote_to_and_the_page_names_them(
    as_alice: Browser, at: str, sandbox: Sandbox
) -> None:
    box = sandbox.mailbox(ALICE[0])
    aunt, now = "aunt@family.example", clock.now()
    box.add(mail(f"Alice <{ALICE[0]}>", "The keys", "…", to=f"{ALICE[0]}, {aunt}"), labels=("SENT",), internal_date=now)
    box.add(mail(f"Alice <{ALICE[0]}>", "Not to forget", "…"), labels=("SENT",), internal_date=now)
    page = await opened(as_alice, f"{at}/preview?tried=yes&scopes=mail.read")
    assert "Not to forget" in text_of(page)
    assert not [form for form in forms_of(page) if ("sender", ALICE[0]) in form.fields]
    form = mark_form(page, aunt)
    after = await as_alice.follow(await as_alice.post(form.action, dict(form.fields)))
    assert f"{aunt} is private. It counts from now on" in text_of(after)
    assert "The keys" in text_of(after).partition("From or to somebody on your private list")[2]
