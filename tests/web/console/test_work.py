"""Bob at work in Alice's mailbox: what he may do stands on the page, what he does stands in her mailbox."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from email.message import EmailMessage
from html import unescape

import httpx2
import pytest

from app import clock
from app.actions.resources import Resources
from app.models.grant import Grant, NeedsApproval
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.sandbox.sandbox import Sandbox
from tests.people import ALICE, CLIENT, MOTHER, mail, make_grant
from tests.web.browser import Browser, text_of
from tests.web.console.story import buttons_of, forms_of, link_to, opened, press, pressed

CLIENTS = "Terrace in March?"


@pytest.fixture
def at(mailbox: Mailbox) -> str:
    """The assistant's page of Alice's mailbox."""
    return f"/assistant/mailboxes/{mailbox.id}"


async def message(browser: Browser, at: str, subject: str = CLIENTS) -> str:
    """Return the address of a message by its subject."""
    page = await opened(browser, at, folder="all")
    for address, line in re.findall(r'<a class="line" href="([^"]+)">(.*?)</a>', page.text, re.DOTALL):
        if subject in line:
            return str(address)
    raise AssertionError(f"{subject} is not on the page")


async def drafted(browser: Browser, at: str, text: str = "Yes, we start in March.") -> str:
    """Write a reply and return the address of its draft."""
    page = await opened(browser, await message(browser, at))
    answer = await press(browser, page, "Write the draft", text=text)
    assert answer.status_code == 303, text_of(answer)
    return str(answer.headers["location"]).partition("?")[0]


async def test_bob_finds_the_mailbox_and_its_messages(as_bob: Browser, granted: Grant, at: str) -> None:
    page = await opened(as_bob, link_to(await opened(as_bob, "/assistant"), at))
    said = text_of(page)
    assert "Alice Amsel" in said
    assert CLIENTS in said
    assert "What you may do here" in said
    assert "Your verification code" not in said


async def test_what_alice_keeps_private_is_not_there(
    as_bob: Browser, as_alice: Browser, granted: Grant, at: str, mailbox: Mailbox
) -> None:
    mothers = await message(as_bob, at, "Sunday lunch")
    await as_alice.post(f"/owner/mailboxes/{mailbox.id}/senders", sender=MOTHER, private="yes")
    assert "Sunday lunch" not in text_of(await opened(as_bob, at))
    assert (await as_bob.get(mothers)).status_code == 404
    assert (await as_bob.post(f"{mothers}/labels", new="x")).status_code == 404
    assert (await as_bob.post(f"{mothers}/folder", to="trash")).status_code == 404
    assert (await as_bob.post(f"{mothers}/draft", text="x", key="k")).status_code == 404


async def test_a_message_is_read(as_bob: Browser, granted: Grant, at: str) -> None:
    page = await opened(as_bob, await message(as_bob, at))
    assert "Could you start in March?" in text_of(page)
    assert CLIENT in text_of(page)


async def test_labels_are_ticked_unticked_and_made(as_bob: Browser, granted: Grant, at: str, sandbox: Sandbox) -> None:
    path = await message(as_bob, at)
    page = await pressed(as_bob, await opened(as_bob, path), "Save the labels", new="Clients")
    page = await pressed(as_bob, page, "Save the labels", new="Later")
    assert re.findall(r'name="labels" value="([^"]+)" checked', page.text) == ["Clients", "Later"]
    page = await pressed(as_bob, page, "Save the labels", labels=["Later"])
    assert re.findall(r'name="labels" value="([^"]+)" checked', page.text) == ["Later"]
    before = len(sandbox.ledger.entries)
    await press(as_bob, page, "Save the labels")
    assert not [entry for entry in sandbox.ledger.entries[before:] if entry.effect]  # nothing changed, nothing asked


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_a_name_that_no_label_can_bear_stays_in_its_field_with_a_sentence(
    as_bob: Browser, granted: Grant, at: str, sandbox: Sandbox, language: str
) -> None:
    path = await message(as_bob, at)
    page = await pressed(as_bob, await opened(as_bob, path), "Save the labels", new="Clients")
    await opened(as_bob, path, lang=language)
    before = len(sandbox.ledger.entries)
    for name in ("INBOX", "\u200b"):
        refused = await press(as_bob, page, "Save the labels", new=name, labels=[])
        assert refused.status_code == 400
        (form,) = [form for form in forms_of(refused) if form.action.endswith("/labels")]
        assert ("new", name) in form.fields
        assert "labels" not in dict(form.fields)
    expected = {"en": "No label can be called “INBOX”.", "fr": "Aucun libellé ne peut s’appeler « INBOX »."}
    refused = await press(as_bob, page, "Save the labels", new="INBOX")
    assert expected[language] in text_of(refused)
    assert not [entry for entry in sandbox.ledger.entries[before:] if entry.effect]


async def test_a_label_that_somebody_else_put_on_meanwhile_stays(
    as_bob: Browser, granted: Grant, at: str, sandbox: Sandbox
) -> None:
    path = await message(as_bob, at)
    page = await opened(as_bob, path)
    await pressed(as_bob, page, "Save the labels", new="By Alice")
    after = await pressed(as_bob, page, "Save the labels", new="By Bob")  # from the page as it was
    assert set(re.findall(r'name="labels" value="([^"]+)" checked', after.text)) == {"By Alice", "By Bob"}


@pytest.mark.parametrize(("button", "said"), [("archive", "Moved to the archive"), ("trash", "Moved to the trash")])
async def test_what_was_moved_by_mistake_comes_back_by_one_press(
    as_bob: Browser, granted: Grant, at: str, button: str, said: str
) -> None:
    path = await message(as_bob, at)
    page = await opened(as_bob, path)
    (form,) = [form for form in forms_of(page) if ("to", button) in form.fields]
    listed = await pressed(as_bob, page, next(iter(form.buttons)))
    assert said in text_of(listed)
    assert CLIENTS not in re.findall(r'class="subject">([^<]+)<', listed.text)
    back = await pressed(as_bob, listed, "Undo")
    assert "Undone." in text_of(back)
    assert CLIENTS in text_of(await opened(as_bob, at, folder="inbox"))


async def test_V57_a_change_of_labels_is_undone_right_where_it_was_made(
    as_bob: Browser, granted: Grant, at: str
) -> None:
    page = await opened(as_bob, await message(as_bob, at))
    assert "Undo" not in text_of(page)
    labelled = await pressed(as_bob, page, "Save the labels", new="By mistake")
    assert "By mistake" in text_of(labelled)
    undone = await pressed(as_bob, labelled, "Undo")
    assert "checked" not in undone.text
    twice = await press(as_bob, labelled, "Undo")  # from the page as it was: a second click
    assert twice.status_code == 409
    assert "This was undone already." in text_of(twice)


async def test_a_reply_becomes_a_draft_in_alices_mailbox(
    as_bob: Browser, granted: Grant, at: str, sandbox: Sandbox
) -> None:
    page = await opened(as_bob, await drafted(as_bob, at))
    assert "Alice Amsel has to approve this text" in text_of(page)
    assert CLIENT in text_of(page)
    assert len(sandbox.mailbox(ALICE[0]).drafts) == 1
    assert CLIENTS in text_of(await opened(as_bob, f"{at}/drafts"))


async def test_a_form_sent_twice_writes_one_draft(as_bob: Browser, granted: Grant, at: str, sandbox: Sandbox) -> None:
    page = await opened(as_bob, await message(as_bob, at))
    first = await press(as_bob, page, "Write the draft", text="Yes.")
    second = await press(as_bob, page, "Write the draft", text="Yes.")
    assert first.headers["location"].partition("?")[0] == second.headers["location"].partition("?")[0]
    assert len(sandbox.mailbox(ALICE[0]).drafts) == 1


async def test_what_cannot_be_written_stays_in_the_form(as_bob: Browser, granted: Grant, at: str) -> None:
    page = await opened(as_bob, await message(as_bob, at))
    answer = await press(as_bob, page, "Write the draft", text="   ")
    assert answer.status_code == 400
    assert "the text is empty" in text_of(answer)
    long = await press(as_bob, page, "Write the draft", text="x" * 100_001)
    assert long.status_code == 400
    assert "x" * 1000 in long.text


async def test_nothing_in_the_form_says_to_whom(as_bob: Browser, granted: Grant, at: str, sandbox: Sandbox) -> None:
    path = await message(as_bob, at)
    for name in ("to", "cc", "bcc", "from", "subject"):
        answer = await as_bob.post(f"{path}/draft", {"text": "x", "key": "k", name: "evil@elsewhere.example"})
        assert answer.status_code == 422
    assert sandbox.mailbox(ALICE[0]).drafts == {}


async def test_the_words_are_changed_and_the_draft_thrown_away(
    as_bob: Browser, granted: Grant, at: str, sandbox: Sandbox
) -> None:
    path = await drafted(as_bob, at)
    page = await pressed(as_bob, await opened(as_bob, path), "Save the change", text="No, in April.")
    assert "No, in April." in page.text
    assert "The draft is changed" in text_of(page)
    asked = await opened(as_bob, link_to(page, "/removal"))
    assert "Throw this draft away?" in text_of(asked)
    assert f"Re: {CLIENTS}" in text_of(asked)
    assert CLIENT in text_of(asked)
    assert "Its hour goes with it" not in text_of(asked)
    assert len(sandbox.mailbox(ALICE[0]).drafts) == 1
    after = await pressed(as_bob, asked, "Yes, throw it away")
    assert "No drafts wait here" in text_of(after)
    assert sandbox.mailbox(ALICE[0]).drafts == {}


async def test_save_without_a_change_says_so_and_leaves_the_approval(
    as_bob: Browser, as_alice: Browser, granted: Grant, at: str, sandbox: Sandbox
) -> None:
    path = await drafted(as_bob, at)
    asked = await opened(as_alice, path.replace("/assistant/", "/owner/"))
    await pressed(as_alice, asked, "Approve exactly this")
    before = len(sandbox.ledger.entries)
    page = await pressed(as_bob, await opened(as_bob, path), "Save the change")
    assert "Nothing was changed: these words stand in the mailbox already." in text_of(page)
    assert "has approved this text" in text_of(page)
    assert not [entry for entry in sandbox.ledger.entries[before:] if entry.effect]


@pytest.mark.parametrize(("preset", "weekday", "ahead"), [("tomorrow", None, 1), ("monday", 0, 7)])
async def test_an_hour_by_name_is_nine_where_alice_lives(
    *, as_bob: Browser, as_alice: Browser, granted: Grant, at: str, mailbox: Mailbox, resources: Resources,
    preset: str, weekday: int | None, ahead: int,
) -> None:  # fmt: skip
    await as_alice.post(f"/owner/mailboxes/{mailbox.id}/zone", zone="America/Santiago")
    path = await drafted(as_bob, at)
    answer = await as_bob.post(f"{path}/hour", preset=preset)
    assert "Scheduled" in text_of(await as_bob.follow(answer))
    (send,) = (await as_bob.api("GET", f"/mailboxes/{mailbox.id}/scheduled")).json()["scheduled"]
    wall = datetime.fromisoformat(send["wall_time"])
    assert (send["zone"], wall.hour, wall.minute) == ("America/Santiago", 9, 0)
    assert weekday is None or wall.weekday() == weekday
    assert datetime.fromisoformat(send["due_at"]) - clock.now() <= timedelta(days=ahead, hours=14)


async def test_an_hour_is_chosen_where_somebody_else_lives(
    as_bob: Browser, granted: Grant, at: str, mailbox: Mailbox
) -> None:
    path = await drafted(as_bob, at)
    page = await pressed(
        as_bob, await opened(as_bob, path), "Set this hour", day="2027-01-04", hour="09:30", zone="Europe/Paris"
    )
    assert "Scheduled" in text_of(page)
    (send,) = (await as_bob.api("GET", f"/mailboxes/{mailbox.id}/scheduled")).json()["scheduled"]
    assert (send["wall_time"], send["zone"]) == ("2027-01-04T09:30:00", "Europe/Paris")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"day": "2020-01-01", "hour": "09:00"}, "already past"),
        ({"day": "2036-01-01", "hour": "09:00"}, "more than a year"),
        ({"day": "", "hour": "09:00"}, "Choose a day and an hour"),
        ({"day": "2027-01-04", "hour": ""}, "Choose a day and an hour"),
        ({"day": "2027-01-04", "hour": "09:00", "zone": "Middle/Earth"}, "no time zone called Middle/Earth"),
    ],
)
async def test_an_hour_that_cannot_be_comes_back_with_a_sentence(
    as_bob: Browser, granted: Grant, at: str, changes: dict[str, str], said: str
) -> None:
    page = await opened(as_bob, await drafted(as_bob, at))
    answer = await press(as_bob, page, "Set this hour", **changes)
    assert answer.status_code == 400
    assert said in text_of(answer)
    assert changes["day"] in answer.text


async def test_what_is_scheduled_is_seen_changed_and_taken_back(as_bob: Browser, granted: Grant, at: str) -> None:
    path = await drafted(as_bob, at)
    await as_bob.post(f"{path}/hour", day="2027-01-04", hour="09:30")
    page = await opened(as_bob, f"{at}/scheduled")
    assert "Waiting for its hour" in text_of(page)
    assert link_to(page, "/drafts/") == path
    await as_bob.post(f"{path}/hour", day="2027-01-05", hour="10:00")
    page = await opened(as_bob, f"{at}/scheduled")
    assert "Another hour was set" in text_of(page)
    after = await pressed(as_bob, page, "Take it back")
    assert "Cancelled" in text_of(after)
    assert "Nothing is scheduled" in text_of(after)


async def test_without_a_yes_there_is_no_button_to_send(as_bob: Browser, granted: Grant, at: str) -> None:
    assert "Send now" not in buttons_of(await opened(as_bob, await drafted(as_bob, at)))


async def test_by_hand_it_does_not_leave_either(as_bob: Browser, granted: Grant, at: str, sandbox: Sandbox) -> None:
    path = await drafted(as_bob, at)
    page = await as_bob.follow(await as_bob.post(f"{path}/departure"))
    assert "It has not left" in text_of(page)
    assert "The owner has not approved it yet" in text_of(page)
    assert sandbox.left == []


async def test_who_may_send_without_asking_sends(
    *, as_bob: Browser, bob: Person, mailbox: Mailbox, resources: Resources, at: str, sandbox: Sandbox
) -> None:
    await make_grant(resources, mailbox, bob, scopes=("reply.free", "schedule"), needs_approval=NeedsApproval.NEVER)
    page = await opened(as_bob, await drafted(as_bob, at))
    after = await pressed(as_bob, page, "Send now")
    assert "Sent." in text_of(after)
    assert [list(letter.recipients) for letter in sandbox.left] == [[CLIENT]]


SCOPES_AND_BUTTONS = [
    (("mail.list",), set()),
    (("mail.read",), set()),
    (("label",), {"Save the labels"}),
    (("archive",), {"Into the archive"}),
    (("trash",), {"Into the trash"}),
    (("draft",), {"Write the draft"}),
]


@pytest.mark.parametrize(("scopes", "buttons"), SCOPES_AND_BUTTONS, ids=str)
async def test_a_page_offers_what_is_possible_and_no_more(
    *, as_bob: Browser, bob: Person, mailbox: Mailbox, resources: Resources, at: str,
    scopes: tuple[str, ...], buttons: set[str],
) -> None:  # fmt: skip
    await make_grant(resources, mailbox, bob, scopes=scopes)
    page = await opened(as_bob, await message(as_bob, at))
    assert buttons_of(page) == buttons
    assert ("Could you start" in text_of(page)) == ("mail.read" in scopes or "draft" in scopes)


async def test_a_list_of_one_label_and_of_what_is_unread(
    as_bob: Browser, granted: Grant, at: str, sandbox: Sandbox
) -> None:
    path = await message(as_bob, at)
    await as_bob.post(f"{path}/labels", new="Clients")
    page = await opened(as_bob, at, folder="all", label="Clients")
    assert re.findall(r'class="subject">([^<]+)<', page.text) == [CLIENTS]
    box = sandbox.mailbox(ALICE[0])
    for each in list(box.messages.values()):
        if b"Garden news" in box.raw(each):
            box.relabel(each, remove=("UNREAD",))
    unread = await opened(as_bob, at, folder="inbox", unread="true")
    assert "Garden news" not in text_of(unread)
    assert CLIENTS in text_of(unread)


def subjects_on(page: httpx2.Response) -> list[str]:
    """Return the subjects of the messages that a page lists."""
    return re.findall(r'class="subject">([^<]+)<', page.text)


async def test_V17_bob_looks_for_words_from_the_page_and_stays_where_he_is(
    as_bob: Browser, granted: Grant, at: str, sandbox: Sandbox
) -> None:
    page = await opened(as_bob, at, folder="inbox", unread="true")
    (field,) = re.findall(r'<form class="search" role="search"[^>]*>(.*?)</form>', page.text, re.DOTALL)
    assert 'name="folder" value="inbox"' in field
    assert 'name="unread" value="true"' in field
    assert re.search(r'<label for="search">Words in the mail</label>', field)
    found = await opened(as_bob, at, folder="inbox", unread="true", search="start MARCH")
    assert subjects_on(found) == [CLIENTS]
    assert "What has all the words of “start MARCH” where you may read them." in text_of(found)
    assert 'value="start MARCH"' in found.text
    for address in re.findall(r'<a href="([^"]+)"[^>]*>Archive</a>', found.text):
        assert "search=start+MARCH" in unescape(address)
        assert "Nothing was found" in text_of(await as_bob.get(unescape(address)))
    everywhere = await opened(as_bob, at, folder="archive", search="march")
    (look,) = re.findall(r'href="([^"]+)">Look in all mail', everywhere.text)
    assert subjects_on(await as_bob.get(unescape(look))) == [CLIENTS]
    (back,) = re.findall(r'href="([^"]+)">Show all', found.text)
    assert "Garden news" in text_of(await as_bob.get(unescape(back)))


async def test_what_is_searched_is_said_back_and_nothing_of_it_is_markup(
    as_bob: Browser, granted: Grant, at: str
) -> None:
    page = await opened(as_bob, at, search='"><script>alert(1)</script>')
    assert "<script>alert" not in page.text
    nothing = await opened(as_bob, at, search="?!")
    assert "Type a word to look for." in text_of(nothing)
    assert 'aria-invalid="true"' in nothing.text
    assert "No messages here" not in text_of(nothing)


async def test_what_was_found_goes_on_page_by_page(as_bob: Browser, granted: Grant, at: str, sandbox: Sandbox) -> None:
    box = sandbox.mailbox(ALICE[0])
    for number in range(30):
        raw = mail(CLIENT, f"Letter {number}", "The roses." if number % 15 else "The hedge.")
        box.add(raw, labels=("INBOX",), internal_date=clock.now() + timedelta(seconds=number))
    first = await opened(as_bob, at, search="roses")
    (older,) = re.findall(r'href="([^"]+)">Older messages', first.text)
    assert len(subjects_on(first)) == 25
    second = await as_bob.get(unescape(older))
    assert subjects_on(second) == ["Letter 3", "Letter 2", "Letter 1", "Garden news"]
    assert "Older messages" not in second.text
    assert 'value="roses"' in second.text


async def test_who_may_not_read_or_looks_through_spam_has_nothing_to_search_with(
    as_bob: Browser, resources: Resources, bob: Person, mailbox: Mailbox, at: str
) -> None:
    await make_grant(resources, mailbox, bob, scopes=("mail.list",))
    assert 'role="search"' not in (await opened(as_bob, at)).text
    refused = await as_bob.get(at, search="march")
    assert refused.status_code == 403
    await make_grant(resources, mailbox, bob, scopes=("mail.read", "spam.review"))
    assert 'role="search"' in (await opened(as_bob, at)).text
    assert 'role="search"' not in (await opened(as_bob, at, folder="spam")).text


async def test_older_messages_are_found_page_by_page(
    as_bob: Browser, granted: Grant, at: str, sandbox: Sandbox
) -> None:
    box = sandbox.mailbox(ALICE[0])
    for number in range(40):
        box.add(mail(CLIENT, f"Letter {number}", "…"), labels=("INBOX",), internal_date=clock.now())
    seen: list[str] = []
    page = await opened(as_bob, at)
    while True:
        seen += re.findall(r'class="subject">([^<]+)<', page.text)
        if "Older messages" not in page.text:
            break
        page = await opened(as_bob, link_to(page, "after="))
    assert len(seen) == len(set(seen)) == 43


@pytest.mark.parametrize("parameters", [{"folder": "drafts"}, {"folder": "../"}, {"after": "invented"}, {"undo": "x"}])
async def test_a_list_that_does_not_exist_is_no_crash(
    as_bob: Browser, granted: Grant, at: str, parameters: dict[str, str]
) -> None:
    answer = await as_bob.get(at, **parameters)
    assert answer.status_code in (400, 422)


async def test_a_designed_message_stands_in_a_frame_without_rights(
    as_bob: Browser, granted: Grant, at: str, sandbox: Sandbox
) -> None:
    """Threat 15: no script, no form, nothing loaded from elsewhere, no way to the page around it."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = CLIENT, ALICE[0], "Designed"
    letter.set_content(
        '<h1 onclick="x()">Hello</h1><script>alert(1)</script><img src="https://spy.example/p.gif">'
        '<form action="https://spy.example"><input name="a"></form></iframe><b>"quoted"</b>',
        subtype="html",
    )
    sandbox.mailbox(ALICE[0]).add(letter.as_bytes(), labels=("INBOX",), internal_date=clock.now())
    page = await opened(as_bob, await message(as_bob, at, "Designed"))
    (frame,) = re.findall(r"<iframe[^>]*>", page.text)
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in frame
    for risk in ("onclick", "script", "spy.example", "&lt;form", "</iframe", "allow-same-origin"):
        assert risk not in frame
    assert "&#34;quoted&#34;" in frame or "&quot;quoted&quot;" in frame or '\\"' not in frame
    plain = await opened(as_bob, str(page.request.url.path), view="text")
    assert "<iframe" not in plain.text
    assert "Hello" in text_of(plain)


async def test_an_attachment_is_offered_to_who_may_open_it(
    *, as_bob: Browser, bob: Person, granted: Grant, mailbox: Mailbox, resources: Resources, at: str, sandbox: Sandbox
) -> None:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = CLIENT, ALICE[0], "The plan"
    letter.set_content("See the plan.")
    letter.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="plan.pdf")
    sandbox.mailbox(ALICE[0]).add(letter.as_bytes(), labels=("INBOX",), internal_date=clock.now())
    path = await message(as_bob, at, "The plan")
    page = await opened(as_bob, path)
    answer = await as_bob.get(link_to(page, "/attachments/0"))
    assert (answer.status_code, answer.content) == (200, b"%PDF-")
    await make_grant(resources, mailbox, bob, scopes=("mail.read",))
    page = await opened(as_bob, path)
    assert "plan.pdf" in text_of(page)
    assert "/attachments/0" not in page.text
    assert (await as_bob.get(f"{path}/attachments/0")).status_code == 403


async def test_the_owner_has_pages_of_her_own(as_alice: Browser, mailbox: Mailbox, at: str) -> None:
    assert (await as_alice.get(at)).status_code == 404


async def test_a_refusal_says_why_in_a_sentence(
    as_bob: Browser, bob: Person, mailbox: Mailbox, resources: Resources, at: str
) -> None:
    await make_grant(resources, mailbox, bob, scopes=("mail.read",))
    answer = await as_bob.post(f"{await message(as_bob, at)}/folder", to="trash")
    assert answer.status_code == 403
    assert "Your access does not cover this" in text_of(answer)


CHANGED = "No, in April: the stones come late."


async def words_at(browser: Browser, path: str) -> str:
    """Return the words that stand in the box of a draft's page."""
    page = await opened(browser, path)
    return dict(next(form.fields for form in forms_of(page) if form.action == path))["text"]


@pytest.mark.parametrize("button", ["Tomorrow", "Next Monday", "Set this hour"])
async def test_whichever_hour_is_chosen_the_words_that_were_changed_are_saved_first(
    *, as_bob: Browser, granted: Grant, at: str, mailbox: Mailbox, button: str
) -> None:
    path = await drafted(as_bob, at)
    page = await opened(as_bob, path)
    (pressable,) = [text for text in buttons_of(page) if text.startswith(button)]
    after = await pressed(as_bob, page, pressable, text=CHANGED, day="2027-01-04", hour="09:30")
    assert "Scheduled" in text_of(after)
    assert await words_at(as_bob, path) == CHANGED
    (send,) = (await as_bob.api("GET", f"/mailboxes/{mailbox.id}/scheduled")).json()["scheduled"]
    assert send["state"] == "prepared"


async def test_words_that_are_refused_stay_in_the_box_and_no_hour_is_set(
    *, as_bob: Browser, granted: Grant, at: str, mailbox: Mailbox
) -> None:
    path = await drafted(as_bob, at)
    page = await opened(as_bob, path)
    long = "x" * 100_001
    for text, said in (("   ", "the text is empty"), ("", "the text is empty"), (long, "too long for a letter")):
        refused = await press(as_bob, page, "Set this hour", text=text, day="2027-01-04", hour="09:30")
        assert refused.status_code == 400
        assert said in text_of(refused)
        assert text in refused.text
        assert "2027-01-04" in refused.text
    await pressed(as_bob, page, "Save the change", text="In May.")
    stale = await press(as_bob, page, "Set this hour", text=CHANGED, day="2027-01-04", hour="09:30")
    assert stale.status_code == 409
    assert CHANGED in stale.text
    assert (await as_bob.api("GET", f"/mailboxes/{mailbox.id}/scheduled")).json()["scheduled"] == []


async def test_an_hour_alone_changes_no_word_and_voids_no_approval(
    *, as_alice: Browser, as_bob: Browser, granted: Grant, at: str, mailbox: Mailbox, sandbox: Sandbox
) -> None:
    path = await drafted(as_bob, at, "Dear Clara,\r\n\r\n  yes: 5 < 6.\r\n")
    await pressed(as_alice, await opened(as_alice, path.replace("/assistant/", "/owner/")), "Approve exactly this")
    page = await opened(as_bob, path)
    assert "Alice Amsel has approved this text." in text_of(page)
    before = len(sandbox.ledger.entries)
    await pressed(as_bob, page, "Set this hour", day="2027-01-04", hour="09:30")
    assert not [entry for entry in sandbox.ledger.entries[before:] if entry.effect]


async def test_changed_words_that_are_to_leave_now_are_not_the_approved_ones(
    *, as_alice: Browser, as_bob: Browser, granted: Grant, at: str, mailbox: Mailbox, sandbox: Sandbox
) -> None:
    path = await drafted(as_bob, at)
    await pressed(as_alice, await opened(as_alice, path.replace("/assistant/", "/owner/")), "Approve exactly this")
    after = await pressed(as_bob, await opened(as_bob, path), "Send now", text=CHANGED)
    assert "has to approve this text before it leaves" in text_of(after)
    assert await words_at(as_bob, path) == CHANGED
    assert not [entry for entry in sandbox.ledger.entries if entry.effect and entry.effect.kind == "send"]


async def test_whoever_looks_for_the_best_moment_keeps_what_was_typed(as_bob: Browser, granted: Grant, at: str) -> None:
    path = await drafted(as_bob, at)
    look = "Find the best moment, by when they write themselves"
    page = await press(as_bob, await opened(as_bob, path), look, text=CHANGED, day="2027-01-04")
    assert page.status_code == 200
    assert CHANGED in page.text
    assert "2027-01-04" in page.text
    after = await pressed(as_bob, page, "Set this hour", hour="09:30")
    assert "Scheduled" in text_of(after)
    assert await words_at(as_bob, path) == CHANGED


async def test_before_a_draft_is_thrown_away_its_hour_is_named(as_bob: Browser, granted: Grant, at: str) -> None:
    path = await drafted(as_bob, at)
    await as_bob.post(f"{path}/hour", day="2027-01-04", hour="09:30")
    asked = await opened(as_bob, f"{path}/removal")
    assert "4 Jan 2027, 09:30" in text_of(asked)
    assert "Its hour goes with it: nothing leaves then." in text_of(asked)
    assert link_to(asked, f"{path}").endswith(path)
    await pressed(as_bob, asked, "Yes, throw it away")
    assert "The draft was thrown away." in text_of(await opened(as_bob, f"{at}/scheduled"))
