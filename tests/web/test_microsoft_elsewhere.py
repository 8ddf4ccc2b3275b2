"""Signing in and connecting by our pages where every address of Microsoft's is somebody else's."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from sqlmodel import select

from app import clock
from app.actions.mailboxes import mailboxes
from app.actions.resources import Resources
from app.main import build
from app.models.mailbox import MailboxState
from app.models.person import Person
from app.sandbox.sandbox import Sandbox
from app.settings import Settings
from tests.providers.graph.elsewhere import NAMED, Elsewhere, at_authority, settings_elsewhere
from tests.providers.graph.plain_authority import ALICE_THERE, AUTHORITY, BOB_THERE, OIDS, TENANT, Spelling
from tests.web.browser import Browser, mailbox_path, text_of


@pytest.fixture
def there() -> Elsewhere:
    """The other implementation, with Alice's mailbox."""
    return Elsewhere()


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """Settings with every address of Microsoft's there, and Google not offered."""
    yield settings_elsewhere(tmp_path, **NAMED).model_copy(update={"google_client_id": ""})
    clock.practise()


@pytest.fixture
async def provider_client(sandbox: Sandbox, there: Elsewhere) -> AsyncIterator[httpx2.AsyncClient]:
    """A client that reaches both, and notes whom it asks."""
    async with there.client(sandbox) as client:
        yield client


@pytest.fixture
async def visitor(settings: Settings, resources: Resources) -> AsyncIterator[Browser]:
    """Somebody's browser at a service with these settings, in which nobody is signed in."""
    browser = Browser(build(settings, resources=resources), resources)
    yield browser
    await browser.close()


async def through(browser: Browser, client: httpx2.AsyncClient, path: str, **changed: str) -> httpx2.Response:
    """Leave by a form of ours and come back; `changed` is what the answer says otherwise."""
    away = await browser.post(path)
    assert away.status_code == 303, away.text
    back = await at_authority(client, away.headers["location"])
    query = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
    return await browser.get(urlsplit(back).path, **query | changed)


async def signed_in(browser: Browser, client: httpx2.AsyncClient) -> Person:
    """Sign in by the page, and return who that is."""
    assert (await through(browser, client, "/sign-in/microsoft")).status_code == 303
    async with browser.resources.db.transaction() as session:
        (person,) = (await session.execute(select(Person))).scalars()
    return person


async def connected(browser: Browser, client: httpx2.AsyncClient) -> httpx2.Response:
    """Connect by the page, say yes to the address, and return the mailbox's page."""
    page = await through(browser, client, "/connect/microsoft")
    assert "Microsoft names this address" in text_of(page)
    held_as = page.text.partition('name="held_as" value="')[2].partition('"')[0]
    return await browser.follow(await browser.post("/connect/confirm", held_as=held_as, zone="UTC", answer="connect"))


async def test_C2_the_pages_lead_there_and_back_and_nowhere_else(
    *, visitor: Browser, provider_client: httpx2.AsyncClient, resources: Resources, there: Elsewhere, sandbox: Sandbox
) -> None:
    page = await visitor.get("/sign-in")
    assert "Sign in with Microsoft" in text_of(page)
    assert AUTHORITY in page.headers["content-security-policy"]
    person = await signed_in(visitor, provider_client)
    assert (person.issuer, person.subject, person.email) == (AUTHORITY, OIDS[ALICE_THERE], ALICE_THERE)
    assert "The mailbox is connected" in text_of(await connected(visitor, provider_client))
    (mailbox,) = await mailboxes(resources, person.id)
    assert (mailbox.address, mailbox.provider_subject) == (ALICE_THERE, f"{TENANT}/{OIDS[ALICE_THERE]}")
    listed = (await visitor.api("GET", f"{mailbox_path(mailbox.id)}/messages")).json()["messages"]
    assert [each["subject"] for each in listed] == ["Terrace in March?"]

    asked = list(there.authority.asked)
    ended = await visitor.follow(await visitor.post(f"/owner/mailboxes/{mailbox.id}/disconnection"))
    assert ended.status_code == 200
    (mailbox,) = await mailboxes(resources, person.id)
    assert mailbox.state is MailboxState.DISCONNECTED
    assert there.authority.asked == asked == ["authorization_code"] * 2
    assert there.alone(sandbox)


LIES: list[dict[str, Any]] = [
    {"iss": "http://other.localhost:8097"},
    {"aud": ["another"]},
    {"nonce": "of another browser"},
]


@pytest.mark.parametrize("lie", LIES, ids=", ".join)
async def test_V3_nobody_is_signed_in_by_a_token_that_does_not_hold(
    *, visitor: Browser, provider_client: httpx2.AsyncClient, there: Elsewhere, sandbox: Sandbox, lie: dict[str, Any]
) -> None:
    there.authority.lies = lie
    refused = await through(visitor, provider_client, "/sign-in/microsoft")
    assert (refused.status_code, visitor.secret) == (400, "")
    assert there.alone(sandbox)


@pytest.mark.parametrize("changed", [{"state": "another"}, {"code": "another"}, {"iss": "http://other.localhost"}])
async def test_V3_nobody_is_signed_in_by_an_answer_that_was_tampered_with(
    *, visitor: Browser, provider_client: httpx2.AsyncClient, changed: dict[str, str]
) -> None:
    refused = await through(visitor, provider_client, "/sign-in/microsoft", **changed)
    assert (refused.status_code, visitor.secret) == (400, "")


async def test_a_consent_without_sending_is_not_kept(
    *, visitor: Browser, provider_client: httpx2.AsyncClient, resources: Resources, there: Elsewhere
) -> None:
    person = await signed_in(visitor, provider_client)
    there.authority.spelling = Spelling(scope=lambda asked: "https://graph.microsoft.com/Mail.ReadWrite User.Read")
    page = await through(visitor, provider_client, "/connect/microsoft")
    assert page.status_code == 403
    assert await mailboxes(resources, person.id) == []


async def test_a_consent_that_lists_nothing_has_given_what_was_asked_for(
    *, visitor: Browser, provider_client: httpx2.AsyncClient, resources: Resources, there: Elsewhere
) -> None:
    person = await signed_in(visitor, provider_client)
    there.authority.spelling = Spelling(scope=lambda asked: None)
    assert "The mailbox is connected" in text_of(await connected(visitor, provider_client))
    (mailbox,) = await mailboxes(resources, person.id)
    assert (await visitor.api("GET", f"{mailbox_path(mailbox.id)}/messages")).status_code == 200


async def test_somebody_else_there_is_somebody_else_here(
    *, visitor: Browser, provider_client: httpx2.AsyncClient, there: Elsewhere
) -> None:
    there.authority.at_the_browser = BOB_THERE
    person = await signed_in(visitor, provider_client)
    assert (person.subject, person.name) == (OIDS[BOB_THERE], "Bob Brun")
