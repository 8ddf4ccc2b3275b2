"""Signing in with Microsoft, connecting a mailbox there, and the honest end of it."""

from __future__ import annotations

from dataclasses import replace

import httpx2
import pytest
from pydantic import SecretStr
from sqlmodel import select

from app.actions.mailboxes import mailboxes
from app.actions.resources import Resources
from app.main import build
from app.models.mailbox import Connection, MailboxKey, MailboxState
from app.models.person import Person
from app.providers.allowed import allowed
from app.providers.transport import Transport
from app.sandbox.clients import Client
from app.sandbox.modes import Modes
from app.sandbox.sandbox import Sandbox
from tests.people import ALICE, BOB, ORIGIN, connected_mailbox
from tests.web.browser import Browser, text_of
from tests.web.microsoft import at_microsoft

PERSONAL = "alice@outlook.example"


async def through(browser: Browser, client: httpx2.AsyncClient, path: str, account: str) -> httpx2.Response:
    """Leave by a form of ours, choose an account and agree; return what one comes back to."""
    away = await browser.post(path)
    assert away.status_code == 303, away.text
    return await browser.get(await at_microsoft(client, away.headers["location"], account))


async def people(resources: Resources) -> list[Person]:
    async with resources.db.transaction() as session:
        return list((await session.execute(select(Person))).scalars())


@pytest.mark.parametrize("account", [ALICE[0], PERSONAL])
async def test_V3_a_newcomer_signs_in_with_a_work_account_or_a_personal_one(
    *, stranger: Browser, provider_client: httpx2.AsyncClient, resources: Resources, sandbox: Sandbox, account: str
) -> None:
    known = sandbox.add_graph_person(account, "Alice Amsel")
    page = await stranger.get("/sign-in")
    assert "Sign in with Google" in text_of(page)
    assert "Sign in with Microsoft" in text_of(page)
    answer = await through(stranger, provider_client, "/sign-in/microsoft", account)
    assert (await stranger.follow(await stranger.follow(answer))).status_code == 200
    (person,) = await people(resources)
    assert (person.issuer, person.subject) == (f"{ORIGIN}/entra/{known.tid}/v2.0", known.oid)
    assert (person.email, person.name) == (account, "Alice Amsel")


async def test_V3_the_same_address_at_google_and_at_microsoft_is_two_people(
    *, stranger: Browser, provider_client: httpx2.AsyncClient, resources: Resources, alice: Person
) -> None:
    await through(stranger, provider_client, "/sign-in/microsoft", ALICE[0])
    assert len({person.id for person in await people(resources)}) == 2
    assert {person.email for person in await people(resources)} == {ALICE[0]}


async def test_signing_in_gets_along_where_mail_needs_an_administrator_and_asks_for_no_mail(
    *, stranger: Browser, provider_client: httpx2.AsyncClient, sandbox: Sandbox
) -> None:
    sandbox.modes = Modes(admin_consent=["practice.example"])
    await through(stranger, provider_client, "/sign-in/microsoft", BOB[0])
    assert stranger.secret
    assert sandbox.entra.grants.refreshes == {}


async def test_outsiders_sign_in_by_a_second_client_where_the_first_is_for_one_organisation(
    *, resources: Resources, provider_client: httpx2.AsyncClient, sandbox: Sandbox
) -> None:
    sandbox.modes = Modes(project="internal", organisation="practice.example")
    sandbox.add_client(Client("people", "people-secret", project="production"))
    sandbox.add_graph_person("zoe@agency.example", "Zoé")
    tenant = sandbox.entra.accounts[ALICE[0]].tid
    own = {
        "microsoft_authority": f"{ORIGIN}/entra/{tenant}",
        "microsoft_signin_client_id": "people",
        "microsoft_signin_client_secret": SecretStr("people-secret"),
    }
    settings = resources.settings.model_copy(update=own)
    transport = Transport(provider_client, allowed(settings))
    here = replace(resources, settings=settings, transport=transport)
    browser = Browser(build(settings, resources=here), here)
    await through(browser, provider_client, "/sign-in/microsoft", "zoe@agency.example")
    assert browser.secret
    page = await through(browser, provider_client, "/connect/microsoft", ALICE[0])
    assert "Is this the mailbox?" in text_of(page)
    away = await browser.post("/connect/microsoft")
    with pytest.raises(AssertionError, match="AADSTS50020"):
        await at_microsoft(provider_client, away.headers["location"], "zoe@agency.example")
    await browser.close()


async def test_C2_alice_connects_a_mailbox_at_microsoft_and_ends_it_honestly(
    *, as_alice: Browser, alice: Person, provider_client: httpx2.AsyncClient, resources: Resources, sandbox: Sandbox
) -> None:
    assert "Continue to Microsoft" in text_of(await as_alice.get("/connect"))
    page = await through(as_alice, provider_client, "/connect/microsoft", ALICE[0])
    assert "Microsoft names this address" in text_of(page)
    assert await mailboxes(resources, alice.id) == []
    held_as = page.text.partition('name="held_as" value="')[2].partition('"')[0]
    answer = await as_alice.post("/connect/confirm", held_as=held_as, zone="UTC", answer="connect")
    assert "The mailbox is connected" in text_of(await as_alice.follow(answer))
    (mailbox,) = await mailboxes(resources, alice.id)
    account = sandbox.entra.accounts[ALICE[0]]
    assert (mailbox.provider, mailbox.provider_subject) == ("graph", f"{account.tid}/{account.oid}")

    at = f"/owner/mailboxes/{mailbox.id}"
    before = await as_alice.get(f"{at}/disconnection")
    assert "Microsoft has no call by which a program gives a consent back" in text_of(before)
    calls = len(sandbox.ledger.entries)
    there = await as_alice.follow(await as_alice.post(f"{at}/disconnection"))
    assert "See below what is left for you" in text_of(there)
    assert 'href="https://myapps.microsoft.com"' in there.text
    assert "within about 90 minutes" in text_of(there)
    assert len(sandbox.ledger.entries) == calls  # nothing pretends to revoke
    async with resources.db.transaction(mailbox=mailbox.id) as session:
        assert (await session.execute(select(Connection))).all() == []
        assert (await session.execute(select(MailboxKey))).all() == []
    assert mailbox.id not in resources.tokens.by_mailbox
    log = text_of(await as_alice.get(f"{at}/audit"))
    assert "the consent still stands at its provider" in log


async def test_a_personal_account_is_led_to_its_own_list(
    *, as_alice: Browser, alice: Person, resources: Resources, sandbox: Sandbox
) -> None:
    sandbox.add_graph_person(PERSONAL)
    mailbox = await connected_mailbox(resources, alice, PERSONAL, way="microsoft")
    there = await as_alice.follow(await as_alice.post(f"/owner/mailboxes/{mailbox.id}/disconnection"))
    assert 'href="https://account.live.com/consent/Manage"' in there.text


async def test_the_same_mailbox_at_two_providers_is_two_mailboxes_and_another_person_gets_neither(
    *, as_bob: Browser, alice: Person, resources: Resources, provider_client: httpx2.AsyncClient
) -> None:
    ours = [await connected_mailbox(resources, alice, way=way) for way in ("google", "microsoft")]
    assert len({mailbox.id for mailbox in ours}) == 2
    page = await through(as_bob, provider_client, "/connect/microsoft", ALICE[0])
    held_as = page.text.partition('name="held_as" value="')[2].partition('"')[0]
    taken = await as_bob.post("/connect/confirm", held_as=held_as, zone="UTC", answer="connect")
    assert taken.status_code == 409
    assert "connected by somebody else" in text_of(taken)
    assert all(mailbox.state is MailboxState.ACTIVE for mailbox in await mailboxes(resources, alice.id))


async def test_whoever_is_not_offered_google_sees_microsoft_alone(resources: Resources) -> None:
    settings = resources.settings.model_copy(update={"google_client_id": ""})
    here = replace(resources, settings=settings)
    browser = Browser(build(settings, resources=here), here)
    page = await browser.get("/")
    assert "Sign in with Microsoft" in text_of(page)
    assert "Google" not in text_of(page)
    assert (await browser.post("/sign-in/google")).status_code == 404
    assert "https://login.live.com" in page.headers["content-security-policy"]
    await browser.close()
