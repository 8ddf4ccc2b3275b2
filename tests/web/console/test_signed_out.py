"""A session that ended while somebody wrote: her words are there again, for her alone, and nothing was done."""

from __future__ import annotations

from secrets import token_urlsafe

import pytest

from app import clock
from app.access.identity import IDLE
from app.models.grant import Grant
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.sandbox.sandbox import Sandbox
from app.web.cookies import TYPED
from tests.people import ALICE
from tests.web.browser import Browser, text_of
from tests.web.console.story import forms_of, opened, press
from tests.web.console.test_work import at, drafted, message

__all__ = ["at"]
LETTER = "Dear Clara,\r\n\r\n" + "we start in March, with the terrace. " * 60
KEPT = "What you have written waits in this browser"
AGAIN = "What you had written before you signed in stands here again."
SHOWN = "Copy it before you sign in"


def box_of(page: str) -> list[str]:
    """Return the words that stand in the box of a page's letter."""
    return page.partition('<textarea id="text"')[2].partition(">")[2].partition("</textarea>")[0].split()


async def test_a_reply_that_was_being_written_stands_in_its_form_again_once(
    as_bob: Browser, bob: Person, granted: Grant, at: str, sandbox: Sandbox
) -> None:
    path = await message(as_bob, at)
    page = await opened(as_bob, path)
    clock.move(IDLE)
    answer = await press(as_bob, page, "Write the draft", text=LETTER)
    assert answer.status_code == 401
    assert KEPT in text_of(answer)
    assert 'name="return_to" value="message"' in answer.text
    assert "Clara" not in answer.text + str(as_bob.http.cookies)
    assert sandbox.mailbox(ALICE[0]).drafts == {}
    await as_bob.sign_in(bob)
    back = await opened(as_bob, path)
    assert AGAIN in text_of(back)
    assert box_of(back.text) == LETTER.split()
    assert (await press(as_bob, back, "Write the draft")).status_code == 303
    assert AGAIN not in text_of(await opened(as_bob, path))


@pytest.mark.parametrize("button", ["Save the change", "Set this hour"])
async def test_words_that_were_being_changed_stand_in_the_box_of_their_draft(
    as_bob: Browser, bob: Person, granted: Grant, at: str, button: str
) -> None:
    path = await drafted(as_bob, at)
    page = await opened(as_bob, path)
    clock.move(IDLE)
    assert KEPT in text_of(await press(as_bob, page, button, text=LETTER, day="2027-01-04", hour="09:30"))
    await as_bob.sign_in(bob)
    back = await opened(as_bob, path)
    assert AGAIN in text_of(back)
    assert box_of(back.text) == LETTER.split()
    assert ("day", "2027-01-04") in next(form for form in forms_of(back) if form.action == path).fields


async def test_notes_and_a_word_to_the_writer_are_kept_as_well(
    *, as_bob: Browser, as_alice: Browser, bob: Person, alice: Person, granted: Grant, at: str
) -> None:
    path = (await drafted(as_bob, at)).replace("/assistant/", "/owner/")
    notes, asked = await opened(as_bob, f"{at}/handover"), await opened(as_alice, path)
    clock.move(IDLE)
    assert KEPT in text_of(await press(as_bob, notes, "Keep the notes", text="Clara waits."))
    assert KEPT in text_of(await press(as_alice, asked, "Send it back", word="Warmer, please."))
    await as_bob.sign_in(bob)
    await as_alice.sign_in(alice)
    assert "Clara waits." in (await opened(as_bob, f"{at}/handover")).text
    assert "Warmer, please." in (await opened(as_alice, path)).text


async def test_what_cannot_wait_is_shown_to_be_copied(as_bob: Browser, granted: Grant, at: str) -> None:
    """Too long for a cookie; or this browser has forgotten who was signed in."""
    page = await opened(as_bob, await message(as_bob, at))
    clock.move(IDLE)
    long = f"{token_urlsafe(4000)} <b>"
    answer = await press(as_bob, page, "Write the draft", text=long)
    assert SHOWN in text_of(answer)
    assert long.replace("<b>", "&lt;b&gt;") in answer.text
    as_bob.http.cookies.clear()
    answer = await press(as_bob, page, "Write the draft", text="Yes, in March.")
    assert SHOWN in text_of(answer)
    assert "Yes, in March." in text_of(answer)
    assert TYPED not in as_bob.http.cookies
    assert "Nothing has been done yet." in text_of(await press(as_bob, page, "Into the archive"))


async def test_what_was_written_is_for_nobody_else_and_goes_with_a_sign_out(
    *, as_bob: Browser, as_alice: Browser, bob: Person, granted: Grant, at: str, mailbox: Mailbox
) -> None:
    path = await message(as_bob, at)
    page = await opened(as_bob, path)
    clock.move(IDLE)
    await press(as_bob, page, "Write the draft", text="Yes, in March.")
    sealed = str(as_bob.http.cookies.get(TYPED))
    await as_bob.sign_in(bob)
    await as_bob.post("/sign-out")
    assert TYPED not in as_bob.http.cookies
    as_alice.http.cookies.set(TYPED, sealed, domain="localhost.local")
    assert "Yes, in March." not in (await as_alice.get(path)).text
