"""Connecting a mailbox: nothing is connected before its owner has seen the address and said yes."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx2
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from app import clock
from app.access.identity import FRESH
from app.actions.connect_mailbox import mailboxes
from app.actions.resources import Resources
from app.actions.sign_in import Purpose, redirect_uri
from app.models.mailbox import Connection, Mailbox, MailboxState
from app.models.person import ConsentRequest, Person
from app.sandbox.sandbox import Sandbox
from tests.people import ALICE, CHARLIE, connected_mailbox
from tests.web.browser import Browser, text_of
from tests.web.google import at_google


async def named(browser: Browser, google: httpx2.AsyncClient, account: str, **more: str) -> httpx2.Response:
    """Go to Google and back; return the page that shows what Google has named."""
    away = await browser.post("/connect/google", more)
    assert away.status_code == 303, away.text
    return await browser.get(await at_google(google, away.headers["location"], account))


def held_as(page: httpx2.Response) -> str:
    """Return under which name the consent waits."""
    found = re.search(r'name="held_as" value="([0-9a-f]{64})"', page.text)
    assert found, page.text
    return found[1]


async def connected(resources: Resources, person: Person) -> list[tuple[str, str]]:
    return [(mailbox.address, mailbox.zone) for mailbox in await mailboxes(resources, person.id)]


async def test_alice_connects_her_mailbox(
    as_alice: Browser, alice: Person, provider_client: httpx2.AsyncClient, resources: Resources, sandbox: Sandbox
) -> None:
    assert "Connect a mailbox" in text_of(await as_alice.get("/connect/google"))
    page = await named(as_alice, provider_client, ALICE[0])
    assert page.status_code == 200
    assert ALICE[0] in text_of(page)
    assert "another account" not in text_of(page)
    assert await connected(resources, alice) == []
    answer = await as_alice.post("/connect/confirm", held_as=held_as(page), zone="America/Santiago", answer="connect")
    assert "The mailbox is connected" in text_of(await as_alice.follow(answer))
    assert await connected(resources, alice) == [(ALICE[0], "America/Santiago")]


async def test_the_zone_of_the_first_mailbox_becomes_her_own(
    as_alice: Browser, alice: Person, provider_client: httpx2.AsyncClient, resources: Resources
) -> None:
    page = await named(as_alice, provider_client, ALICE[0])
    await as_alice.post("/connect/confirm", held_as=held_as(page), zone="America/Santiago", answer="connect")
    async with resources.db.transaction() as session:
        assert (await session.get_one(Person, alice.id)).zone == "America/Santiago"


async def test_another_account_than_the_one_she_signs_in_with_is_said_to_be_another(
    as_alice: Browser, alice: Person, provider_client: httpx2.AsyncClient, resources: Resources
) -> None:
    page = await named(as_alice, provider_client, CHARLIE[0])
    said = text_of(page)
    assert CHARLIE[0] in said
    assert f"another account than the one you sign in with, {ALICE[0]}" in said
    await as_alice.post("/connect/confirm", held_as=held_as(page), zone="UTC", answer="connect")
    assert await connected(resources, alice) == [(CHARLIE[0], "UTC")]
    assert "Alice Amsel" in text_of(await as_alice.get("/owner"))  # she is still who she was


async def test_no_means_no_and_google_gets_its_consent_back(
    as_alice: Browser, alice: Person, provider_client: httpx2.AsyncClient, resources: Resources, sandbox: Sandbox
) -> None:
    page = await named(as_alice, provider_client, ALICE[0])
    answer = await as_alice.post("/connect/confirm", held_as=held_as(page), zone="UTC", answer="refuse")
    assert "Nothing was connected" in text_of(await as_alice.follow(answer))
    assert await connected(resources, alice) == []
    assert [entry.path for entry in sandbox.ledger.entries if entry.path.endswith("/revoke")]


async def test_a_renewal_that_is_called_off_leaves_the_connection_alone(
    as_alice: Browser, provider_client: httpx2.AsyncClient, mailbox: Mailbox, resources: Resources, sandbox: Sandbox
) -> None:
    async with resources.db.transaction(mailbox=mailbox.id) as session:
        kept = await session.get_one(Mailbox, mailbox.id, with_for_update=True)
        kept.provider_subject = sandbox.people[ALICE[0]].sub
    page = await named(as_alice, provider_client, ALICE[0])
    assert "connected already" in text_of(page)
    assert 'value="leave"' in page.text
    await as_alice.post("/connect/confirm", held_as=held_as(page), zone="UTC", answer="leave")
    assert not [entry.path for entry in sandbox.ledger.entries if entry.path.endswith("/revoke")]


@pytest.mark.parametrize("wrong", ["Middle/Earth", "utc plus one", "../etc"])
async def test_a_zone_that_is_none_connects_nothing_and_can_be_mended(
    as_alice: Browser, alice: Person, provider_client: httpx2.AsyncClient, resources: Resources, wrong: str
) -> None:
    page = await named(as_alice, provider_client, ALICE[0])
    answer = await as_alice.post("/connect/confirm", held_as=held_as(page), zone=wrong, answer="connect")
    assert answer.status_code == 400
    assert await connected(resources, alice) == []
    again = await as_alice.post("/connect/confirm", held_as=held_as(page), zone="UTC", answer="connect")
    assert again.status_code == 303


async def test_what_waits_is_taken_once(
    as_alice: Browser, alice: Person, provider_client: httpx2.AsyncClient, resources: Resources
) -> None:
    page = await named(as_alice, provider_client, ALICE[0])
    form = {"held_as": held_as(page), "zone": "UTC", "answer": "connect"}
    assert (await as_alice.post("/connect/confirm", form)).status_code == 303
    assert (await as_alice.post("/connect/confirm", form)).status_code == 400
    assert len(await connected(resources, alice)) == 1


async def test_what_waits_for_alice_is_not_bobs_to_take(
    as_alice: Browser, as_bob: Browser, bob: Person, provider_client: httpx2.AsyncClient, resources: Resources
) -> None:
    page = await named(as_alice, provider_client, ALICE[0])
    answer = await as_bob.post("/connect/confirm", held_as=held_as(page), zone="UTC", answer="connect")
    assert answer.status_code == 400
    assert await connected(resources, bob) == []


async def test_what_waits_is_sealed_and_does_not_wait_for_long(
    as_alice: Browser, provider_client: httpx2.AsyncClient, resources: Resources
) -> None:
    page = await named(as_alice, provider_client, ALICE[0])
    async with resources.db.transaction() as session:
        (request,) = (await session.execute(select(ConsentRequest))).scalars()
    assert ALICE[0].encode() not in request.held
    clock.move(timedelta(minutes=21))
    answer = await as_alice.post("/connect/confirm", held_as=held_as(page), zone="UTC", answer="connect")
    assert answer.status_code == 400


async def test_a_consent_without_the_permission_for_mail_is_explained_and_handed_back(
    as_alice: Browser, alice: Person, provider_client: httpx2.AsyncClient, resources: Resources, sandbox: Sandbox
) -> None:
    away = await as_alice.post("/connect/google")
    back = await at_google(provider_client, away.headers["location"], ALICE[0], ticked=())
    page = await as_alice.get(back)
    assert page.status_code == 403
    assert "Nothing could be read, labelled, drafted or sent." in text_of(page)
    assert "Add what is missing" in text_of(page)
    assert await connected(resources, alice) == []
    assert [entry.path for entry in sandbox.ledger.entries if entry.path.endswith("/revoke")]


async def test_saying_no_at_google_is_no_accident(as_alice: Browser, provider_client: httpx2.AsyncClient) -> None:
    away = await as_alice.post("/connect/google")
    page = await as_alice.get(await at_google(provider_client, away.headers["location"], ALICE[0], answer="deny"))
    assert page.status_code == 403
    assert 'href="/connect"' in page.text


async def test_the_return_of_alices_journey_connects_nothing_for_bob(
    as_alice: Browser, as_bob: Browser, bob: Person, provider_client: httpx2.AsyncClient, resources: Resources
) -> None:
    """Else Alice could have her mailbox stand in Bob's account, or his in hers."""
    away = await as_alice.post("/connect/google")
    back = await at_google(provider_client, away.headers["location"], ALICE[0])
    assert (await as_bob.get(back)).status_code == 400
    assert await connected(resources, bob) == []


async def test_a_second_sign_in_in_between_ends_the_journey(
    as_alice: Browser, bob: Person, provider_client: httpx2.AsyncClient, resources: Resources
) -> None:
    away = await as_alice.post("/connect/google")
    back = await at_google(provider_client, away.headers["location"], ALICE[0])
    await as_alice.sign_in(bob)
    assert (await as_alice.get(back)).status_code == 400
    assert await connected(resources, bob) == []


async def test_a_mailbox_that_somebody_else_connected_stays_theirs(
    as_alice: Browser, alice: Person, bob: Person, provider_client: httpx2.AsyncClient, resources: Resources
) -> None:
    theirs = await connected_mailbox(resources, bob, ALICE[0])
    page = await named(as_alice, provider_client, ALICE[0])
    answer = await as_alice.post("/connect/confirm", held_as=held_as(page), zone="UTC", answer="connect")
    assert answer.status_code == 409
    assert await connected(resources, alice) == []
    assert [mailbox.id for mailbox in await mailboxes(resources, bob.id)] == [theirs.id]


@pytest.mark.parametrize("method", ["get", "post"])
async def test_connecting_asks_for_a_fresh_sign_in(as_alice: Browser, method: str) -> None:
    clock.move(FRESH)
    answer = await getattr(as_alice, method)("/connect/google")
    assert answer.status_code == 401
    assert 'value="connect"' in answer.text


async def test_nobody_connects_without_signing_in(stranger: Browser) -> None:
    for path in ("/connect/google", "/connect/callback/google?state=x&code=y"):
        assert (await stranger.get(path)).status_code == 401
    assert (await stranger.post("/connect/google")).status_code == 401
    assert (await stranger.post("/connect/confirm", held_as="00", answer="connect")).status_code == 401


async def test_a_mailbox_that_lost_its_consent_is_connected_again_and_goes_on(
    as_alice: Browser, alice: Person, provider_client: httpx2.AsyncClient, resources: Resources
) -> None:
    first = await named(as_alice, provider_client, ALICE[0])
    await as_alice.post("/connect/confirm", held_as=held_as(first), zone="Europe/Paris", answer="connect")
    (mailbox,) = await mailboxes(resources, alice.id)
    async with resources.db.transaction(mailbox=mailbox.id) as session:
        kept = await session.get_one(Mailbox, mailbox.id, with_for_update=True)
        kept.state = MailboxState.NEEDS_RECONNECT
    page = await as_alice.get(f"/owner/mailboxes/{mailbox.id}")
    assert "Connect it again" in text_of(page)
    again = {"mailbox": ALICE[0], "return_to": "mailbox", "return_id": str(mailbox.id)}
    named_again = await named(as_alice, provider_client, ALICE[0], **again)
    form = {"held_as": held_as(named_again), "zone": "Europe/Paris", "answer": "connect"}
    place = {"return_to": "mailbox", "return_id": str(mailbox.id)}
    answer = await as_alice.post("/connect/confirm", form, **place)
    assert answer.headers["location"].startswith(f"/owner/mailboxes/{mailbox.id}")
    (after,) = await mailboxes(resources, alice.id)
    assert (after.id, after.state, after.zone) == (mailbox.id, MailboxState.ACTIVE, "Europe/Paris")


async def test_disconnecting_asks_once_more_then_forgets_the_keys(
    as_alice: Browser, mailbox: Mailbox, resources: Resources, sandbox: Sandbox
) -> None:
    at = f"/owner/mailboxes/{mailbox.id}"
    assert "Disconnect this mailbox?" in text_of(await as_alice.get(f"{at}/disconnection"))
    answer = await as_alice.post(f"{at}/disconnection")
    assert "keys are destroyed" in text_of(await as_alice.follow(answer))
    async with resources.db.transaction(mailbox=mailbox.id) as session:
        assert (await session.execute(select(Connection))).all() == []
    assert [entry.path for entry in sandbox.ledger.entries if entry.path.endswith("/revoke")]


FIELDS = st.dictionaries(
    st.sampled_from(
        [
            "state",
            "code",
            "error",
            "error_description",
            "iss",
            "scope",
            "admin_consent",
            "tenant",
            "return_to",
            "id_token",
        ]
    ),
    st.text(max_size=40),
    max_size=8,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=FIELDS)
async def test_no_invented_answer_connects_or_signs_in_anybody(
    as_charlie: Browser, charlie: Person, resources: Resources, query: dict[str, str]
) -> None:
    before = as_charlie.secret
    for path in (f"/{purpose}/callback/{way}" for purpose in ("connect", "sign-in") for way in ("google", "microsoft")):
        answer = await as_charlie.get(path, **query)
        assert answer.status_code in (400, 403)
        assert "Traceback" not in answer.text
    assert as_charlie.secret == before
    assert await connected(resources, charlie) == []


async def test_the_callbacks_of_two_apps_do_not_meet(app: FastAPI) -> None:
    """One redirect address for each purpose and provider, exact: a code for the one is not taken by the other."""
    ways = ("google", "microsoft")
    addresses = {redirect_uri(app.state.resources, purpose, way) for purpose in Purpose for way in ways}
    assert addresses == {
        "http://localhost:8025/sign-in/callback/google",
        "http://localhost:8025/connect/callback/google",
        "http://localhost:8025/sign-in/callback/microsoft",
        "http://localhost:8025/connect/callback/microsoft",
    }
