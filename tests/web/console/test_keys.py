"""Keys for programs in the console: made and shown once, seen by the owner, ended by either."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI

from app import clock
from app.access.identity import FRESH
from app.actions import grants
from app.actions.resources import Resources
from app.actions.seats import open_desk
from app.models.grant import Grant
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.sandbox.sandbox import Sandbox
from app.web.cookies import TYPED
from tests.people import connected_mailbox, make_grant
from tests.web.browser import Browser, text_of
from tests.web.program import Program, said

KEY = re.compile(r"dhk_[\w-]{65}")


@pytest.fixture
def hers(mailbox: Mailbox) -> str:
    """Where Bob has his keys for Alice's mailbox."""
    return f"/assistant/mailboxes/{mailbox.id}/keys"


def form(**more: Any) -> dict[str, object]:
    days = more.pop("days", 7)
    until = (clock.now() + timedelta(days=days)).date().isoformat()
    return {"name": "Nightly labels", "scopes": ["mail.list", "label"], "until": until, **more}


async def made(as_bob: Browser, hers: str, **more: Any) -> tuple[str, str]:
    """Make a key and return the path of its page, and the key."""
    answer = await as_bob.post(hers, form(**more))
    page = await as_bob.follow(answer)
    return answer.headers["location"], KEY.findall(page.text)[0]


async def test_a_key_is_made_shown_once_and_works(
    *, app: FastAPI, as_bob: Browser, granted: Grant, hers: str, mailbox: Mailbox
) -> None:
    assert "No program has a key here" in text_of(await as_bob.get(hers))
    path, secret = await made(as_bob, hers)
    again = await as_bob.get(path)
    assert secret not in again.text
    assert "shown once" in text_of(again)
    assert "put labels on mail" in text_of(again)
    assert await said(Program(app, secret), "GET", f"/mailboxes/{mailbox.id}/messages") == (200, "")
    listed = await as_bob.get(hers)
    assert "last used in the hour from" in text_of(listed)
    assert secret not in listed.text


async def test_another_browser_never_sees_the_key(
    *, app: FastAPI, as_bob: Browser, granted: Grant, hers: str, resources: Resources, bob: Person
) -> None:
    answer = await as_bob.post(hers, form())
    elsewhere = await Browser(app, resources).sign_in(bob)
    assert not KEY.search((await elsewhere.get(answer.headers["location"])).text)
    assert not [value for value in as_bob.http.cookies.values() if "dhk_" in value]  # sealed until it is shown
    assert KEY.search((await as_bob.follow(answer)).text)
    await elsewhere.close()


async def test_the_owner_sees_the_keys_and_ends_one(
    *, app: FastAPI, as_alice: Browser, as_bob: Browser, granted: Grant, hers: str, mailbox: Mailbox
) -> None:
    owners = f"/owner/mailboxes/{mailbox.id}"
    assert "No program has a key here" in text_of(await as_alice.get(f"{owners}/keys"))
    path, secret = await made(as_bob, hers, name="<b>Nightly</b>")
    assert f'href="{owners}/keys"' in (await as_alice.get(f"{owners}/grants/{granted.id}")).text
    seen = await as_alice.get(f"{owners}/keys")
    assert "&lt;b&gt;Nightly&lt;/b&gt;" in seen.text
    assert "Bob Brun <bob@practice.example>" in text_of(seen)
    assert "never used" in text_of(seen)
    assert secret not in seen.text
    clock.move(FRESH * 2)
    ended = await as_alice.post(f"{owners}/keys/{path.rpartition('/')[2]}/end")
    assert "The key has ended" in text_of(await as_alice.follow(ended))
    assert await said(Program(app, secret), "GET", f"/mailboxes/{mailbox.id}/messages") == (401, "bad_key")
    assert "opens nothing any more" in text_of(await as_bob.get(path))


async def test_the_assistant_ends_her_own(as_bob: Browser, granted: Grant, hers: str) -> None:
    path, _secret = await made(as_bob, hers)
    page = await as_bob.follow(await as_bob.post(f"{path}/end"))
    assert "The key has ended" in text_of(page)
    assert "No program has a key here" in text_of(page)
    assert (await as_bob.post(f"{path}/end")).status_code == 303  # pressed twice


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"name": " "}, "Give the key a name"),
        ({"scopes": []}, "Choose at least one"),
        ({"scopes": ["reply.free"]}, "more than you may do here yourself"),
        ({"days": -2}, "within the next year"),
        ({"days": 60}, "ends with your own access"),
    ],
    ids=lambda each: str(each)[:30],
)
async def test_what_cannot_be_is_said_and_what_was_typed_stays(
    as_bob: Browser, granted: Grant, hers: str, wrong: dict[str, Any], why: str
) -> None:
    page = await as_bob.post(hers, form(**wrong))
    assert page.status_code == 400
    assert why in text_of(page)
    if "name" not in wrong:
        assert 'value="Nightly labels"' in page.text


async def test_the_last_day_of_the_access_is_the_last_of_a_key(*, as_bob: Browser, granted: Grant, hers: str) -> None:
    path, _secret = await made(as_bob, hers, until=granted.expires_at.date().isoformat())
    assert (await as_bob.get(path)).status_code == 200


async def test_while_the_access_is_paused_no_key_is_made(
    *, as_bob: Browser, granted: Grant, hers: str, mailbox: Mailbox, resources: Resources, alice: Person
) -> None:
    await grants.pause(await open_desk(resources, alice.id, mailbox.id, surface="test"), granted.id)
    page = await as_bob.get(hers)
    assert "paused" in text_of(page)
    assert "Make the key" not in text_of(page)
    assert (await as_bob.post(hers, form())).status_code == 403


async def test_what_was_typed_before_signing_in_once_more_stands_in_the_form_again(
    as_bob: Browser, granted: Grant, hers: str
) -> None:
    clock.move(FRESH)
    answer = await as_bob.post(hers, form(name="Typed with care", scopes=["mail.list", "label", "draft"]))
    assert answer.status_code == 401
    assert "as you had filled it in" in text_of(answer)
    assert 'name="return_to" value="keys"' in answer.text
    assert "Typed with care" not in answer.text + str(as_bob.http.cookies)
    page = await as_bob.get(hers)
    assert 'value="Typed with care"' in page.text
    assert page.text.count(" checked") == 3
    assert 'value="Typed with care"' not in (await as_bob.get(hers)).text  # once


async def test_what_was_typed_stands_in_no_other_form_and_for_nobody_else(
    *, as_bob: Browser, as_charlie: Browser, granted: Grant, hers: str, mailbox: Mailbox, resources: Resources,
    sandbox: Sandbox, bob: Person, charlie: Person, alice: Person,
) -> None:  # fmt: skip
    sandbox.add_graph_mailbox(alice.email)
    other = await connected_mailbox(resources, alice, way="microsoft")
    for person, place in ((bob, other), (charlie, mailbox)):
        await make_grant(resources, place, person)
    clock.move(FRESH)
    await as_bob.post(hers, form(name="Typed with care"))
    sealed = str(as_bob.http.cookies.get(TYPED))
    for browser, path in ((as_bob, f"/assistant/mailboxes/{other.id}/keys"), (as_charlie, hers)):
        browser.http.cookies.set(TYPED, sealed, domain="localhost.local")
        page = await browser.get(path)
        assert page.status_code == 200
        assert "Typed with care" not in page.text
