"""Alice reads what Bob wrote, says yes to exactly that, and sees what became of it."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest

from app import clock
from app.actions.resources import Resources
from app.actions.send import deliver
from app.models.draft import SendState
from app.models.grant import Grant
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.sandbox.sandbox import Sandbox
from tests.people import ALICE, CLIENT, connected_mailbox
from tests.web.browser import Browser, text_of
from tests.web.console.story import buttons_of, forms_of, link_to, opened, press, pressed

TEXT = "Yes, we start in March.\n\nBest,\nAlice"


@pytest.fixture
def at(mailbox: Mailbox) -> str:
    """The owner's page of Alice's mailbox."""
    return f"/owner/mailboxes/{mailbox.id}"


@pytest.fixture
async def draft_id(as_bob: Browser, granted: Grant, mailbox: Mailbox) -> str:
    """What Bob has written, by our id."""
    api = f"/mailboxes/{mailbox.id}"
    messages = (await as_bob.api("GET", f"{api}/messages")).json()["messages"]
    (client,) = [each["id"] for each in messages if each["authors"][0]["email"] == CLIENT]
    made = await as_bob.api("POST", f"{api}/drafts", {"message_id": client, "text": TEXT})
    return str(made.json()["id"])


async def set_hour(browser: Browser, mailbox: Mailbox, draft_id: str) -> str:
    """Have a draft leave tomorrow; return the send's id."""
    answer = await browser.post(f"/assistant/mailboxes/{mailbox.id}/drafts/{draft_id}/hour", preset="tomorrow")
    assert answer.status_code == 303, text_of(answer)
    (send,) = (await browser.api("GET", f"/mailboxes/{mailbox.id}/scheduled")).json()["scheduled"]
    return str(send["id"])


async def test_V50_alice_reads_approves_and_it_leaves_at_its_hour(
    *, as_bob: Browser, as_alice: Browser, draft_id: str, at: str, mailbox: Mailbox, resources: Resources,
    sandbox: Sandbox,
) -> None:  # fmt: skip
    send_id = await set_hour(as_bob, mailbox, draft_id)
    overview = await opened(as_alice, "/owner")
    assert "1 reply waits for your approval" in text_of(overview)
    waiting = await opened(as_alice, link_to(overview, "/approvals"))
    page = await opened(as_alice, link_to(waiting, "/drafts/"))
    assert TEXT in page.text  # word for word
    assert CLIENT in text_of(page)
    assert "Bob Brun has written this reply" in text_of(page)
    after = await pressed(as_alice, page, "Approve exactly this")
    assert "Approved, exactly as it stands" in text_of(after)
    assert "Nothing waits for you" in text_of(after)
    clock.move(timedelta(hours=34))
    sent = await deliver(resources, mailbox.id, UUID(send_id))
    assert sent.state == SendState.SENT
    assert len(sandbox.left) == 1


async def test_a_draft_changed_after_she_read_it_is_shown_again(
    as_bob: Browser, as_alice: Browser, draft_id: str, at: str, mailbox: Mailbox
) -> None:
    page = await opened(as_alice, f"{at}/drafts/{draft_id}")
    await as_bob.api("PATCH", f"/mailboxes/{mailbox.id}/drafts/{draft_id}", {"text": "Send me money."})
    after = await pressed(as_alice, page, "Approve exactly this")
    assert "The draft was changed after you read it" in text_of(after)
    assert "Send me money." in text_of(after)
    assert "Approve exactly this" in buttons_of(after)


async def test_her_own_edit_in_gmail_is_approved_as_it_is_then(
    *, as_bob: Browser, as_alice: Browser, draft_id: str, at: str, mailbox: Mailbox, sandbox: Sandbox
) -> None:
    box = sandbox.mailbox(ALICE[0])
    (draft,) = box.drafts.values()
    raw = box.raw(box.messages[draft.message_id])
    await edit_by_hand(sandbox, raw.replace(b"in March.", b"in April."))
    page = await opened(as_alice, f"{at}/drafts/{draft_id}")
    assert "was changed in the mailbox" in text_of(page)
    assert "in April." in text_of(page)
    await pressed(as_alice, page, "Approve exactly this")
    bobs = await opened(as_bob, f"/assistant/mailboxes/{mailbox.id}/drafts/{draft_id}")
    assert "has approved this text" in text_of(bobs)


async def edit_by_hand(sandbox: Sandbox, raw: bytes) -> None:
    """Change the one draft as its owner does in her own mail program."""
    box = sandbox.mailbox(ALICE[0])
    ((draft_id, draft),) = box.drafts.items()
    old = box.messages[draft.message_id]
    new = box.put(raw, labels=old.labels, date=old.date + 1000, thread_id=old.thread_id)
    box.remove(old)
    box.drafts[draft_id] = type(draft)(draft_id, new.id)


async def test_no_is_no_and_the_draft_stays(
    *, as_bob: Browser, as_alice: Browser, draft_id: str, at: str, mailbox: Mailbox, sandbox: Sandbox
) -> None:
    await set_hour(as_bob, mailbox, draft_id)
    after = await pressed(as_alice, await opened(as_alice, f"{at}/drafts/{draft_id}"), "Decline")
    assert "Declined" in text_of(after)
    assert "The owner declined it" in text_of(await opened(as_bob, f"/assistant/mailboxes/{mailbox.id}/scheduled"))
    assert len(sandbox.mailbox(ALICE[0]).drafts) == 1


async def test_a_yes_is_taken_back(
    as_alice: Browser, draft_id: str, at: str, as_bob: Browser, mailbox: Mailbox
) -> None:
    page = await opened(as_alice, f"{at}/drafts/{draft_id}")
    await pressed(as_alice, page, "Approve exactly this")
    page = await opened(as_alice, f"{at}/drafts/{draft_id}")
    assert "You have approved this text" in text_of(page)
    await pressed(as_alice, page, "Take the approval back")
    assert "1 reply waits" in text_of(await opened(as_alice, "/owner"))
    bobs = await opened(as_bob, f"/assistant/mailboxes/{mailbox.id}/drafts/{draft_id}")
    assert "has to approve this text" in text_of(bobs)


async def test_a_yes_without_an_hour_lets_bob_send_now(
    *, as_alice: Browser, as_bob: Browser, draft_id: str, at: str, mailbox: Mailbox, sandbox: Sandbox
) -> None:
    await pressed(as_alice, await opened(as_alice, f"{at}/drafts/{draft_id}"), "Approve exactly this")
    page = await opened(as_bob, f"/assistant/mailboxes/{mailbox.id}/drafts/{draft_id}")
    assert "Sent." in text_of(await pressed(as_bob, page, "Send now"))
    assert len(sandbox.left) == 1
    gone = await as_bob.get(f"/assistant/mailboxes/{mailbox.id}/drafts/{draft_id}")
    assert gone.status_code in (404, 409)


async def test_a_yes_for_one_hour_is_no_yes_for_another(
    as_alice: Browser, as_bob: Browser, draft_id: str, at: str, mailbox: Mailbox
) -> None:
    await set_hour(as_bob, mailbox, draft_id)
    await pressed(as_alice, await opened(as_alice, f"{at}/drafts/{draft_id}"), "Approve exactly this")
    path = f"/assistant/mailboxes/{mailbox.id}/drafts/{draft_id}"
    page = await opened(as_bob, path)
    assert "Another hour needs another approval" in text_of(page)
    assert "Send now" not in buttons_of(page)
    await as_bob.post(f"{path}/hour", day="2027-01-04", hour="09:00")
    assert "has to approve this text" in text_of(await opened(as_bob, path))


async def test_alice_takes_back_what_is_to_leave(
    as_alice: Browser, as_bob: Browser, draft_id: str, at: str, mailbox: Mailbox
) -> None:
    await set_hour(as_bob, mailbox, draft_id)
    page = await opened(as_alice, f"{at}/scheduled")
    assert "scheduled by Bob Brun" in text_of(page)
    after = await pressed(as_alice, page, "Take it back")
    assert "Nothing is scheduled" in text_of(after)


async def test_what_is_held_says_why_and_what_to_do(
    *, as_alice: Browser, as_bob: Browser, draft_id: str, at: str, mailbox: Mailbox, granted: Grant
) -> None:
    await set_hour(as_bob, mailbox, draft_id)
    await as_alice.post(f"{at}/grants/{granted.id}/end")
    page = await opened(as_alice, f"{at}/scheduled")
    assert "was changed or ended after this was scheduled" in text_of(page)
    assert "send the draft from your own mailbox" in text_of(page)
    assert "1 scheduled reply is held" in text_of(await opened(as_alice, "/owner"))


async def test_what_an_ended_access_left_is_not_hers_to_approve(
    *, as_bob: Browser, as_alice: Browser, draft_id: str, granted: Grant, at: str, mailbox: Mailbox
) -> None:
    await set_hour(as_bob, mailbox, draft_id)
    await pressed(as_alice, await opened(as_alice, f"{at}/grants/{granted.id}/end"), "Yes, end it")
    glance = text_of(await opened(as_alice, at))
    assert ("Read and decide" in glance, "Held" in glance) == (False, True)
    assert "Nothing waits for you" in text_of(await opened(as_alice, f"{at}/approvals"))
    page = await opened(as_alice, f"{at}/drafts/{draft_id}")
    assert "has ended, so it does not leave from here" in text_of(page)
    assert not {"Approve exactly this", "Decline"} & buttons_of(page)


async def test_bob_reads_none_of_alices_pages(as_bob: Browser, draft_id: str, at: str) -> None:
    for rest in ("", "/approvals", f"/drafts/{draft_id}", "/scheduled", "/audit", "/preview", "/senders"):
        answer = await as_bob.get(at + rest)
        assert answer.status_code == 403
        assert "Only the owner" in text_of(answer)
    answer = await as_bob.post(f"{at}/drafts/{draft_id}/approval", sha256="0" * 64)
    assert answer.status_code == 403


async def test_a_draft_that_vanished_from_the_mailbox_is_said_to_be_gone(
    as_alice: Browser, draft_id: str, at: str, sandbox: Sandbox
) -> None:
    box = sandbox.mailbox(ALICE[0])
    ((key, draft),) = list(box.drafts.items())
    box.remove(box.messages[draft.message_id])
    box.drafts.pop(key, None)
    assert "This draft is gone" in text_of(await opened(as_alice, f"{at}/drafts/{draft_id}"))
    assert (await as_alice.get(f"{at}/approvals")).status_code == 200


@pytest.mark.parametrize("sha256", ["", "0", "g" * 64, "0" * 63, "0" * 65])
async def test_an_approval_of_nothing_is_refused(as_alice: Browser, draft_id: str, at: str, sha256: str) -> None:
    assert (await as_alice.post(f"{at}/drafts/{draft_id}/approval", sha256=sha256)).status_code == 422


async def test_a_mailbox_that_lost_its_consent_still_shows_its_lists(
    as_alice: Browser, as_bob: Browser, draft_id: str, at: str, mailbox: Mailbox
) -> None:
    await set_hour(as_bob, mailbox, draft_id)
    await as_alice.post(f"{at}/disconnection")
    for rest in ("", "/approvals", "/scheduled", "/senders", "/audit"):
        assert (await as_alice.get(at + rest)).status_code == 200, rest
    assert "disconnected" in text_of(await opened(as_alice, at)).lower()
    assert "Everything runs as you have said" not in text_of(await opened(as_alice, at))
    refused = await as_alice.get(f"{at}/preview")
    assert refused.status_code == 403
    assert f'href="{at}"' in refused.text  # the way to where it is mended
    assert (await as_bob.get(f"/assistant/mailboxes/{mailbox.id}")).status_code == 200
    assert re.search("not connected", text_of(await opened(as_bob, f"/assistant/mailboxes/{mailbox.id}")))


async def test_an_owner_of_nothing_is_shown_the_way_in(as_charlie: Browser, charlie: Person) -> None:
    page = await opened(as_charlie, "/owner")
    assert "No mailbox of yours is connected yet" in text_of(page)
    assert link_to(page, "/connect")


async def test_two_mailboxes_stand_side_by_side(
    as_alice: Browser, alice: Person, mailbox: Mailbox, resources: Resources, sandbox: Sandbox
) -> None:
    sandbox.add_mailbox("alice.shop@practice.example")
    await connected_mailbox(resources, alice, "alice.shop@practice.example")
    said = text_of(await opened(as_alice, "/owner"))
    assert ALICE[0] in said
    assert "alice.shop@practice.example" in said


async def test_V35_alice_sends_a_draft_back_and_bob_reads_her_word(
    as_bob: Browser, as_alice: Browser, draft_id: str, at: str, mailbox: Mailbox
) -> None:
    page = await opened(as_alice, f"{at}/drafts/{draft_id}")
    page = await pressed(as_alice, page, "Send it back", word="Warmer, please. <b>")
    assert "Sent back with your word." in text_of(page)
    assert "/drafts/" not in page.text
    reads = await opened(as_bob, f"/assistant/mailboxes/{mailbox.id}/drafts/{draft_id}")
    assert "Warmer, please. &lt;b&gt;" in reads.text
    refused = await as_bob.post(f"/assistant/mailboxes/{mailbox.id}/drafts/{draft_id}/hour", preset="tomorrow")
    assert refused.status_code == 409
    again = await pressed(as_bob, reads, "Save the change", text="With pleasure!")
    assert "Warmer" not in again.text
    assert "/drafts/" in (await opened(as_alice, f"{at}/approvals")).text
    answer = await as_alice.api("PUT", f"/mailboxes/{mailbox.id}/drafts/{draft_id}/return", {"word": "Warmer still."})
    assert answer.status_code == 204


async def test_she_presses_again_after_it_has_left(
    *, as_bob: Browser, as_alice: Browser, draft_id: str, at: str, mailbox: Mailbox, resources: Resources
) -> None:
    """Her train was in a tunnel when she said yes; an hour later the page is still open."""
    hour = {"wall_time": (clock.now() + timedelta(hours=1)).replace(tzinfo=None).isoformat(), "zone": "UTC"}
    send = (await as_bob.api("POST", f"/mailboxes/{mailbox.id}/scheduled", {"draft_id": draft_id} | hour)).json()
    page = await opened(as_alice, f"{at}/drafts/{draft_id}")
    await pressed(as_alice, page, "Approve exactly this")
    clock.move(timedelta(minutes=61))
    assert (await deliver(resources, mailbox.id, UUID(send["id"]))).state == SendState.SENT
    again = await press(as_alice, page, "Approve exactly this")
    shown = await as_alice.get(again.headers["location"])
    assert shown.status_code == 409
    assert "This reply has left already." in text_of(shown)
    told = await as_bob.api("GET", f"/mailboxes/{mailbox.id}/drafts/{draft_id}")
    assert (told.status_code, told.json()["code"]) == (409, "conflict")


async def test_a_draft_is_not_sent_back_without_a_word_and_the_form_stays(
    as_alice: Browser, draft_id: str, at: str
) -> None:
    page = await opened(as_alice, f"{at}/drafts/{draft_id}")
    for word in ("  \n ", "x" * 1001):
        refused = await press(as_alice, page, "Send it back", word=word)
        assert refused.status_code == 400
        assert "Say in at most 1000 characters what should be different." in text_of(refused)
        assert '<details class="exception" open>' in refused.text
        (form,) = [form for form in forms_of(refused) if form.action.endswith("/return")]
        assert dict(form.fields)["word"].strip() == word.strip()
    assert "Sent back with your word." in text_of(await pressed(as_alice, refused, "Send it back", word="Warmer."))
