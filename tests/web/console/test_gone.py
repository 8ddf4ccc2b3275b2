"""A draft that was deleted in the mailbox: its page opens, says so, and takes it off the list."""

from __future__ import annotations

import pytest

from app.models.grant import Grant
from app.sandbox.sandbox import Sandbox
from tests.people import ALICE
from tests.web.browser import Browser, text_of
from tests.web.console.story import buttons_of, opened, press, pressed
from tests.web.console.test_work import at, drafted

__all__ = ["at"]
GONE = "This draft is gone"


def delete_drafts(sandbox: Sandbox) -> None:
    """Delete every draft in Alice's own mail program."""
    box = sandbox.mailbox(ALICE[0])
    for draft in list(box.drafts.values()):
        box.remove(box.messages[box.drafts.pop(draft.id).message_id])


def delete_letters(sandbox: Sandbox) -> None:
    """Delete every letter there for good, and no draft."""
    box = sandbox.mailbox(ALICE[0])
    drafts = {each.message_id for each in box.drafts.values()}
    for each in [each for each in box.messages.values() if each.id not in drafts]:
        box.remove(each)


@pytest.mark.parametrize("letters", [False, True], ids=["the draft", "the conversation"])
async def test_bob_is_told_and_takes_it_off_his_list(
    as_bob: Browser, granted: Grant, at: str, sandbox: Sandbox, *, letters: bool
) -> None:
    path = await drafted(as_bob, at)
    delete_drafts(sandbox)
    if letters:
        delete_letters(sandbox)
    for page in (await opened(as_bob, path), await opened(as_bob, f"{path}/removal")):
        assert GONE in text_of(page)
        assert buttons_of(page) == {"Take it off the list"}
    after = await pressed(as_bob, page, "Take it off the list")
    assert "No drafts wait here" in text_of(after)
    assert (await as_bob.get(path)).status_code == 404


@pytest.mark.parametrize("letters", [False, True], ids=["the draft", "the conversation"])
async def test_alice_is_told_and_takes_it_off_hers(
    as_bob: Browser, as_alice: Browser, granted: Grant, at: str, sandbox: Sandbox, *, letters: bool
) -> None:
    path = (await drafted(as_bob, at)).replace("/assistant/", "/owner/")
    before = await opened(as_alice, path)
    delete_drafts(sandbox)
    if letters:
        delete_letters(sandbox)
    answer = await press(as_alice, before, "Approve exactly this")
    page = await as_alice.follow(answer)
    assert GONE in text_of(page)
    after = await pressed(as_alice, page, "Take it off the list")
    assert "The draft is off the list." in text_of(after)
    assert "Nothing waits for you" in text_of(after)


async def test_words_that_were_typed_for_it_are_not_lost(
    as_bob: Browser, granted: Grant, at: str, sandbox: Sandbox
) -> None:
    page = await opened(as_bob, await drafted(as_bob, at))
    delete_drafts(sandbox)
    for button in ("Save the change", "Set this hour", "Find the best moment, by when they write themselves"):
        answer = await press(as_bob, page, button, text="No, in <April>.", day="2027-01-04", hour="09:30")
        assert GONE in text_of(answer)
        assert "It was not saved. Copy it" in text_of(answer)
        assert "No, in &lt;April&gt;." in answer.text


async def test_a_draft_whose_letter_is_gone_says_so_on_both_pages(
    as_bob: Browser, as_alice: Browser, granted: Grant, at: str, sandbox: Sandbox
) -> None:
    path = await drafted(as_bob, at)
    delete_letters(sandbox)
    page = await opened(as_bob, path)
    assert "The letter that this answers is no longer in the mailbox." in text_of(page)
    kept = await press(as_bob, page, "Save the change", text="No, in April.")
    assert (kept.status_code, "No, in April." in kept.text) == (404, True)
    asked = await opened(as_alice, path.replace("/assistant/", "/owner/"))
    assert "The letter that this answers is no longer in the mailbox." in text_of(asked)
    assert "off the list" in text_of(await pressed(as_alice, asked, "Take it off the list"))
    assert len(sandbox.mailbox(ALICE[0]).drafts) == 1
    assert "No drafts wait here" in text_of(await opened(as_bob, f"{at}/drafts"))
