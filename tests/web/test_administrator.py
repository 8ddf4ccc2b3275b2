"""Waiting for the administrator: a normal state, on any day, in any browser, also if the first never came back."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from fastapi import FastAPI
from sqlmodel import select

from app import clock
from app.actions.mailboxes import mailboxes
from app.actions.resources import Resources
from app.db.sealed import MasterKeys
from app.models.mailbox import Mailbox, MailboxState
from app.models.person import AdminRequest, Person
from app.sandbox.modes import Modes
from app.sandbox.sandbox import Sandbox
from tests.people import ALICE, connected_mailbox
from tests.web.browser import Browser, text_of
from tests.web.microsoft import at_microsoft

AT = "/connect/microsoft/administrator"
ADMIN = "admin@practice.example"


@pytest.fixture
def strict(sandbox: Sandbox) -> Sandbox:
    """An organisation whose administrator has to agree before anybody lets a program into mail."""
    sandbox.add_graph_person(ADMIN, "Ada Admin")
    sandbox.modes = Modes(admin_consent=["practice.example"], administrators=[ADMIN])
    return sandbox


async def sent_away(browser: Browser, client: httpx2.AsyncClient, hint: str = ALICE[0], **form: str) -> httpx2.Response:
    """Leave for Microsoft and say yes there; return where the browser comes to."""
    away = await browser.post("/connect/microsoft", {"mailbox": hint, **form})
    answer = await client.get(f"{away.headers['location']}&practice_consent=yes")
    target = urlsplit(answer.headers["location"])
    return await browser.get(f"{target.path}?{target.query}")


def link_on(page: httpx2.Response) -> str:
    """Return the link for the administrator."""
    found = re.search(r'id="what"[^>]* value="([^"]+)"', page.text)
    assert found, page.text
    return unescape(found[1])


async def agreed(client: httpx2.AsyncClient, link: str, *, consent: str = "yes", who: str = ADMIN) -> str:
    """Have an administrator open the link; return where her browser is sent."""
    answer = await client.get(f"{link}&login_hint={who}&practice_consent={consent}")
    target = urlsplit(answer.headers["location"])
    return f"{target.path}?{target.query}"


async def state_of(resources: Resources, mailbox: Mailbox) -> MailboxState:
    async with resources.db.transaction(mailbox=mailbox.id) as session:
        return (await session.get_one(Mailbox, mailbox.id)).state


async def test_the_owner_waits_the_administrator_agrees_and_one_click_connects(
    *, as_alice: Browser, stranger: Browser, alice: Person, app: FastAPI, resources: Resources,
    provider_client: httpx2.AsyncClient, strict: Sandbox,
) -> None:  # fmt: skip
    told = await as_alice.follow(await sent_away(as_alice, provider_client))
    assert "Waiting for your administrator" in text_of(told)
    assert "nothing is wrong" in text_of(told)
    link = link_on(told)
    assert unescape(told.text).count(link) >= 2  # by itself, and in the letter
    assert "You wait for your administrator" in text_of(await as_alice.get("/owner"))

    clock.move(timedelta(days=5))
    thanks = await stranger.get(await agreed(provider_client, link))  # nobody is signed in in that browser
    assert "Thank you" in text_of(thanks)
    assert not stranger.secret
    assert await mailboxes(resources, alice.id) == []

    elsewhere = await Browser(app, resources).sign_in(alice)
    assert "Your administrator has agreed" in text_of(await elsewhere.get("/owner"))
    assert "Your administrator has agreed" in text_of(await elsewhere.get(AT))
    page = await sent_away(elsewhere, provider_client)
    held_as = page.text.partition('name="held_as" value="')[2].partition('"')[0]
    answer = await elsewhere.post("/connect/confirm", held_as=held_as, zone="UTC", answer="connect")
    assert "The mailbox is connected" in text_of(await elsewhere.follow(answer))
    assert "administrator" not in text_of(await elsewhere.get("/owner"))
    (mailbox,) = await mailboxes(resources, alice.id)
    assert (mailbox.provider, mailbox.state, mailbox.address) == ("graph", MailboxState.ACTIVE, ALICE[0])
    await elsewhere.close()


async def test_the_browser_that_never_comes_back_begins_from_our_side(
    as_alice: Browser, provider_client: httpx2.AsyncClient, strict: Sandbox
) -> None:
    away = await as_alice.post("/connect/microsoft", mailbox=ALICE[0])
    with pytest.raises(AssertionError, match="Need admin approval"):
        await at_microsoft(provider_client, away.headers["location"], ALICE[0])
    offer = await as_alice.get("/connect")
    assert "an administrator has to agree" in text_of(offer)
    assert f'action="{AT}"' in offer.text
    before = await as_alice.get(AT)
    assert "Prepare the text" in text_of(before)
    told = await as_alice.follow(await as_alice.post(AT))
    link = link_on(told)
    assert link_on(await as_alice.follow(await as_alice.post(AT))) == link  # a second press makes no second request
    assert parse_qs(urlsplit(link).query)["scope"] == [
        "offline_access openid profile email User.Read Mail.ReadWrite Mail.Send"
    ]
    assert link.startswith("http://localhost:8026/entra/organizations/v2.0/adminconsent?")


async def test_who_presses_return_on_microsofts_page_is_led_to_the_administrator_too(
    as_alice: Browser, provider_client: httpx2.AsyncClient, strict: Sandbox
) -> None:
    away = await as_alice.post("/connect/microsoft", mailbox=ALICE[0])
    page = await provider_client.get(f"{away.headers['location']}&practice_consent=no")
    target = urlsplit(page.headers["location"])
    answer = await as_alice.get(f"{target.path}?{target.query}")
    assert answer.status_code == 403
    assert f'href="{AT}"' in answer.text


@pytest.mark.parametrize(
    ("change", "status", "says"),
    [
        ({"admin_consent": "False"}, 403, "has not agreed"),
        ({"error": "access_denied"}, 403, "has not agreed"),
        ({"state": "invented"}, 400, "cannot be trusted"),
        ({"state": ""}, 400, "cannot be trusted"),
        ({"state": "A" * 86}, 400, "cannot be trusted"),
    ],
)
async def test_an_administrators_answer_that_is_none_grants_nothing(
    *, as_alice: Browser, stranger: Browser, resources: Resources, alice: Person, provider_client: httpx2.AsyncClient,
    strict: Sandbox, change: dict[str, str], status: int, says: str,
) -> None:  # fmt: skip
    link = link_on(await as_alice.follow(await as_alice.post(AT)))
    back = await agreed(provider_client, link)
    query = {name: each[0] for name, each in parse_qs(urlsplit(back).query).items()} | change
    answer = await stranger.get("/connect/callback/microsoft", **query)
    assert answer.status_code == status
    assert says in text_of(answer)
    async with resources.db.transaction(person=alice.id) as session:
        assert (await session.execute(select(AdminRequest))).scalar_one().granted_at is None


async def test_an_administrator_says_no_and_may_open_the_same_link_later_and_only_once(
    as_alice: Browser, stranger: Browser, provider_client: httpx2.AsyncClient, strict: Sandbox
) -> None:
    link = link_on(await as_alice.follow(await as_alice.post(AT)))
    no = await stranger.get(await agreed(provider_client, link, consent="no"))
    assert "has not agreed" in text_of(no)
    assert "Start again" not in text_of(no)
    back = await agreed(provider_client, link)
    assert "Thank you" in text_of(await stranger.get(back))
    again = await stranger.get(back)
    assert again.status_code == 409
    assert "answered already" in text_of(again)


async def test_one_letter_more_or_another_installations_proof_makes_no_link(
    *, as_alice: Browser, stranger: Browser, resources: Resources, alice: Person, app: FastAPI, strict: Sandbox
) -> None:
    link = link_on(await as_alice.follow(await as_alice.post(AT)))
    state = parse_qs(urlsplit(link).query)["state"][0]
    foreign = replace(resources, secret=b"x" * 32)
    for wrong in (f"{state}A", f"{state}\n", state[:-2] + "AA", state.lower()):
        answer = await stranger.get("/connect/callback/microsoft", admin_consent="True", state=wrong)
        assert answer.status_code == 400
    app.state.resources = foreign
    answer = await stranger.get("/connect/callback/microsoft", admin_consent="True", state=state)
    assert answer.status_code == 400
    app.state.resources = replace(resources, keys=MasterKeys((b"x" * 32, *resources.keys.keys)))  # a newer key came
    answer = await stranger.get("/connect/callback/microsoft", admin_consent="True", state=state)
    assert answer.status_code == 200


async def test_a_mailbox_that_worked_waits_for_the_administrator_and_comes_back_without_loss(
    *, as_alice: Browser, stranger: Browser, alice: Person, resources: Resources, provider_client: httpx2.AsyncClient,
    strict: Sandbox,
) -> None:  # fmt: skip
    modes, strict.modes = strict.modes, Modes()
    mailbox = await connected_mailbox(resources, alice, way="microsoft")
    strict.modes = modes
    strict.entra.grants.end_all(ALICE[0], cause="consent")  # type: ignore[arg-type]
    async with resources.db.transaction(mailbox=mailbox.id) as session:
        (await session.get_one(Mailbox, mailbox.id)).state = MailboxState.NEEDS_RECONNECT
    there = f"/owner/mailboxes/{mailbox.id}"
    assert "Microsoft no longer lets Deskhand into this mailbox" in text_of(await as_alice.get(there))

    place = {"return_to": "mailbox", "return_id": str(mailbox.id)}
    told = await as_alice.follow(await sent_away(as_alice, provider_client, **place))
    assert await state_of(resources, mailbox) is MailboxState.WAITING_FOR_ADMIN
    page = await as_alice.get(there)
    assert "Waiting for an administrator" in text_of(page)
    assert f'href="{AT}"' in page.text
    await stranger.get(await agreed(provider_client, link_on(told)))
    assert await state_of(resources, mailbox) is MailboxState.NEEDS_RECONNECT
    again = await connected_mailbox(resources, alice, way="microsoft")
    assert (again.id, await state_of(resources, mailbox)) == (mailbox.id, MailboxState.ACTIVE)


async def test_an_administrator_who_has_agreed_may_have_changed_her_mind(
    as_alice: Browser, stranger: Browser, provider_client: httpx2.AsyncClient, strict: Sandbox
) -> None:
    link = link_on(await as_alice.follow(await as_alice.post(AT)))
    await stranger.get(await agreed(provider_client, link))
    strict.entra.grants.admin_agreed.clear()
    told = await as_alice.follow(await sent_away(as_alice, provider_client))
    assert "Waiting for your administrator" in text_of(told)
    assert link_on(told) == link


async def test_who_waits_no_longer_is_asked_about_nothing_and_the_old_link_opens_nothing(
    *, as_alice: Browser, stranger: Browser, provider_client: httpx2.AsyncClient, strict: Sandbox
) -> None:
    link = link_on(await as_alice.follow(await as_alice.post(AT)))
    page = await as_alice.follow(await as_alice.post(f"{AT}/end"))
    assert "You no longer wait" in text_of(page)
    assert "You wait for your administrator" not in text_of(page)
    assert (await stranger.get(await agreed(provider_client, link))).status_code == 409


async def test_nobody_sees_what_another_waits_for(
    *, as_alice: Browser, as_bob: Browser, bob: Person, alice: Person, resources: Resources, strict: Sandbox
) -> None:
    await as_alice.post(AT)
    assert "You wait for" not in text_of(await as_bob.get("/owner"))
    assert "Prepare the text" in text_of(await as_bob.get(AT))
    async with resources.db.transaction(person=bob.id) as session:
        assert (await session.execute(select(AdminRequest))).all() == []
    async with resources.db.transaction() as session:
        assert (await session.execute(select(AdminRequest))).all() == []


async def test_at_google_the_administrator_trusts_a_client_id(as_alice: Browser) -> None:
    away = await as_alice.post("/connect/google")
    state = parse_qs(urlsplit(away.headers["location"]).query)["state"][0]
    answer = await as_alice.get("/connect/callback/google", state=state, error="admin_policy_enforced")
    told = await as_alice.follow(answer)
    assert "Waiting for your administrator" in text_of(told)
    assert link_on(told) == "practice"
    assert "Manage app access" in told.text
    assert "Google does not tell us" in text_of(told)


@pytest.mark.parametrize(("lang", "says"), [("es", "A la espera de su administración"), ("fr", "En attente de votre")])
async def test_the_letter_is_in_the_owners_language(as_alice: Browser, lang: str, says: str) -> None:
    await as_alice.post(AT)
    page = await as_alice.get(AT, lang=lang)
    assert says in text_of(page)
    letter = unescape(re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page.text, re.DOTALL)[1])  # type: ignore[index]
    assert {"es": "Hola:", "fr": "Bonjour,"}[lang] in letter
    assert link_on(page) in letter


async def test_a_provider_that_is_not_offered_has_no_administrator_to_ask(
    as_alice: Browser, resources: Resources, app: FastAPI
) -> None:
    settings = resources.settings.model_copy(update={"microsoft_client_id": ""})
    app.state.resources = replace(resources, settings=settings)
    assert (await as_alice.get(AT)).status_code == 404
    assert (await as_alice.post(AT)).status_code == 404
