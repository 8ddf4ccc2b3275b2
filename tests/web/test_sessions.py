"""Sign-ins: seen and ended by their person, dead at once on every surface, made anew by the same person alone."""

from __future__ import annotations

import re
from datetime import timedelta
from secrets import token_urlsafe
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from fastapi import FastAPI
from sqlmodel import select

from app import clock
from app.access.identity import FRESH, digest_of
from app.actions.resources import Resources
from app.models.grant import Grant, Invitation
from app.models.mailbox import Mailbox
from app.models.person import Login, Person
from app.web import deps, operators
from app.web.cookies import TYPED
from app.web.kept import LONGEST
from tests.people import ALICE, BOB, connected_mailbox, make_person
from tests.web.api.calls import good, listed
from tests.web.browser import Browser, text_of
from tests.web.google import at_google
from tests.web.test_routes import OPEN, ids, routes, send


async def logins(resources: Resources) -> dict[bytes, Login]:
    async with resources.db.transaction() as session:
        return {row.secret_sha256: row for row in (await session.execute(select(Login))).scalars()}


async def once_more(
    browser: Browser, google: httpx2.AsyncClient, account: str, refused: httpx2.Response
) -> httpx2.Response:
    """Press the button on the page that asks for another sign-in, and go all the way as `account`."""
    names = ("return_to", "return_id", "again")
    form = {name: refused.text.split(f'name="{name}" value="')[1].split('"')[0] for name in names}
    away = await browser.post("/sign-in/google", form)
    return await browser.get(await at_google(google, away.headers["location"], account))


async def test_T25_a_cookie_that_was_ended_opens_nothing_on_any_surface(
    *, app: FastAPI, as_alice: Browser, resources: Resources, alice: Person, mailbox: Mailbox, granted: Grant
) -> None:
    thief = Browser(app, resources)
    thief.take(as_alice.secret)
    assert (await thief.get("/owner")).status_code == 200
    elsewhere = await Browser(app, resources).sign_in(alice)
    (stolen,) = [each["id"] for each in await listed(elsewhere, "/session/logins") if not each["present"]]
    await good(elsewhere, "DELETE", f"/session/logins/{stolen}")
    closed = [
        route
        for route in routes()
        if not {deps.public, operators.for_operators} & route.needs and route.path not in OPEN
    ]
    assert len(closed) > 90
    for route in closed:
        answer = await send(thief, route, origin="http://localhost:8025", **{"x-csrf-token": thief.token})
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in"), ids(route)
    await thief.close()
    await elsewhere.close()


async def test_T25_signing_out_everywhere_else_ends_all_but_this_one(
    *, app: FastAPI, as_alice: Browser, as_bob: Browser, resources: Resources, alice: Person
) -> None:
    others = [await Browser(app, resources).sign_in(alice) for _ in range(3)]
    page = await as_alice.get("/owner/logins")
    assert text_of(page).count("Another browser") == 3
    done = await as_alice.follow(await as_alice.post("/owner/logins/others/end"))
    assert "All other browsers are signed out" in text_of(done)
    assert "Another browser" not in text_of(done)
    assert "Sign out everywhere else" not in text_of(done)
    for browser in others:
        assert (await browser.api("GET", "/session")).status_code == 401
        await browser.close()
    for browser in (as_alice, as_bob):
        assert (await browser.api("GET", "/session")).status_code == 200


async def test_ones_own_sign_ins_are_listed_and_ended_by_programs_of_the_page_too(
    *, app: FastAPI, as_alice: Browser, as_bob: Browser, resources: Resources, alice: Person
) -> None:
    other = await Browser(app, resources).sign_in(alice)
    both = await listed(as_alice, "/session/logins")
    assert [set(each) for each in both] == [{"id", "agent", "created_at", "seen_at", "present"}] * 2
    assert [each["present"] for each in both].count(True) == 1
    (hers,) = [each["id"] for each in both if each["present"]]
    await good(as_bob, "DELETE", f"/session/logins/{hers}")  # not his: it ends nothing and says so to nobody
    await good(as_alice, "DELETE", "/session/logins")
    assert (await other.api("GET", "/session")).status_code == 401
    assert [each["id"] for each in await listed(as_alice, "/session/logins")] == [hers]
    await good(as_alice, "DELETE", f"/session/logins/{hers}")
    assert (await as_alice.api("GET", "/session")).status_code == 401
    await other.close()


async def test_T25_a_secret_that_somebody_else_has_put_there_is_never_taken_over(
    stranger: Browser, provider_client: httpx2.AsyncClient, resources: Resources
) -> None:
    stranger.take("chosen-by-the-attacker")
    away = await stranger.post("/sign-in/google")
    await stranger.get(await at_google(provider_client, away.headers["location"], ALICE[0]))
    assert stranger.secret != "chosen-by-the-attacker"
    assert digest_of("chosen-by-the-attacker") not in await logins(resources)


async def test_a_sign_in_once_more_is_fresh_has_another_secret_and_leads_back(
    as_alice: Browser, provider_client: httpx2.AsyncClient, resources: Resources
) -> None:
    await _known_to_google(as_alice, provider_client)
    mailbox = await _own_mailbox(as_alice, resources)
    before, path = as_alice.secret, f"/owner/mailboxes/{mailbox.id}/disconnection"
    clock.move(FRESH)
    back = await once_more(as_alice, provider_client, ALICE[0], await as_alice.post(path))
    assert back.headers["location"] == path
    assert as_alice.secret != before
    ended = {digest: row.ended_at is not None for digest, row in (await logins(resources)).items()}
    assert ended[digest_of(before)]
    assert not ended[digest_of(as_alice.secret)]
    assert (await as_alice.post(path)).status_code == 303


async def _known_to_google(browser: Browser, google: httpx2.AsyncClient) -> None:
    """Sign Alice in by Google's pages: the login of a fixture belongs to a subject that Google does not know."""
    away = await browser.post("/sign-in/google")
    await browser.get(await at_google(google, away.headers["location"], ALICE[0]))


async def test_somebody_else_who_signs_in_once_more_changes_nothing(
    as_alice: Browser, provider_client: httpx2.AsyncClient, resources: Resources
) -> None:
    """Bob at Alice's desk: he is not let into her step, and she does not find herself signed in as him."""
    await _known_to_google(as_alice, provider_client)
    clock.move(FRESH)
    before, known = as_alice.secret, set(await logins(resources))
    answer = await once_more(as_alice, provider_client, BOB[0], await as_alice.get("/connect"))
    assert answer.status_code == 403
    assert "signed in as somebody else" in text_of(answer)
    assert as_alice.secret == before
    assert set(await logins(resources)) == known
    async with resources.db.transaction() as session:
        emails = set((await session.execute(select(Person.email))).scalars())
    assert BOB[0] not in emails
    assert (await as_alice.get("/owner")).status_code == 200
    assert (await as_alice.get("/connect")).status_code == 401


async def test_a_sign_in_once_more_does_not_outlive_the_login_it_was_for(
    as_alice: Browser, provider_client: httpx2.AsyncClient
) -> None:
    await _known_to_google(as_alice, provider_client)
    clock.move(FRESH)
    form = {"again": "true", "return_to": "connect"}
    away = await as_alice.post("/sign-in/google", form)
    back = await at_google(provider_client, away.headers["location"], ALICE[0])
    await as_alice.post("/sign-out")
    assert (await as_alice.get(back)).status_code == 400


@pytest.mark.parametrize(
    ("way", "prompt"), [("google", "select_account"), ("microsoft", "login")], ids=["Google", "Microsoft"]
)
async def test_an_open_session_at_the_provider_is_not_enough_the_second_time(
    as_alice: Browser, stranger: Browser, way: str, prompt: str
) -> None:
    first = await stranger.post(f"/sign-in/{way}")
    assert "prompt" not in parse_qs(urlsplit(first.headers["location"]).query)
    again = await as_alice.post(f"/sign-in/{way}", again="true")
    asked = parse_qs(urlsplit(again.headers["location"]).query)
    assert (asked["prompt"], asked["login_hint"]) == ([prompt], [ALICE[0]])
    nobody = await stranger.post(f"/sign-in/{way}", again="true")  # who is not signed in signs in for the first time
    assert "prompt" not in parse_qs(urlsplit(nobody.headers["location"]).query)


def offer(**more: object) -> dict[str, object]:
    until = (clock.now() + timedelta(days=9)).date().isoformat()
    return {"scopes": ["mail.list", "label"], "until": until, "needs_approval": "never", **more}


def _named(box: str, attribute: str) -> str:
    found = re.search(rf'{attribute}="([^"]*)"', box)
    return found[1] if found else ""


async def test_a_form_that_came_too_late_is_there_again_after_the_sign_in(
    as_alice: Browser, provider_client: httpx2.AsyncClient, resources: Resources
) -> None:
    await _known_to_google(as_alice, provider_client)
    mailbox = await _own_mailbox(as_alice, resources)
    clock.move(FRESH)
    refused = await as_alice.post(f"/owner/mailboxes/{mailbox.id}/invitations", offer())
    assert refused.status_code == 401
    assert "as you had filled it in" in text_of(refused)
    back = await once_more(as_alice, provider_client, ALICE[0], refused)
    assert back.headers["location"] == f"/owner/mailboxes/{mailbox.id}/invitations/new"
    form = await as_alice.follow(back)
    ticked = [box for box in re.findall(r"<input[^>]*>", form.text) if " checked" in box]
    assert {(_named(box, "name"), _named(box, "value")) for box in ticked} >= {
        ("scopes", "mail.list"), ("scopes", "label"), ("needs_approval", "never")
    }  # fmt: skip
    assert sum(_named(box, "name") == "scopes" for box in ticked) == 2
    assert f'value="{offer()["until"]}"' in form.text
    async with resources.db.transaction(mailbox=mailbox.id) as session:
        assert (await session.execute(select(Invitation))).all() == []  # it is filled in, not sent off
    anew = await as_alice.get(f"/owner/mailboxes/{mailbox.id}/invitations/new")
    assert f'value="{offer()["until"]}"' not in anew.text  # once


async def _own_mailbox(browser: Browser, resources: Resources) -> Mailbox:
    return await connected_mailbox(resources, await _person(resources, browser))


async def test_what_was_typed_is_sealed_for_this_person_and_this_form(
    *, as_alice: Browser, as_bob: Browser, mailbox: Mailbox, resources: Resources, bob: Person
) -> None:
    path = f"/owner/mailboxes/{mailbox.id}/invitations"
    clock.move(FRESH)
    await as_alice.post(path, offer(mail_to="somebody@elsewhere.example"))
    sealed = str(as_alice.http.cookies.get(TYPED))
    assert "somebody" not in sealed
    fresh = await as_alice.sign_in(await _person(resources, as_alice))
    for wrong in (sealed[::-1], sealed[:-4], "x", "ä".encode().hex(), sealed + "A" * 5000):
        as_alice.http.cookies.set(TYPED, wrong, domain="localhost.local")
        assert (await fresh.get(f"{path}/new")).status_code == 200
    as_bob.http.cookies.set(TYPED, sealed, domain="localhost.local")
    fresh_bob = await as_bob.sign_in(bob)
    assert (await fresh_bob.get("/assistant/proposals/new")).status_code == 200
    assert (await fresh_bob.get(f"{path}/new")).status_code == 404


async def _person(resources: Resources, browser: Browser) -> Person:
    login = (await logins(resources))[digest_of(browser.secret)]
    async with resources.db.transaction() as session:
        return await session.get_one(Person, login.person_id)


async def test_a_form_too_long_for_a_cookie_is_not_kept_and_that_is_said(as_alice: Browser, mailbox: Mailbox) -> None:
    clock.move(FRESH)
    answer = await as_alice.post(f"/owner/mailboxes/{mailbox.id}/invitations", offer(mail_to=token_urlsafe(LONGEST)))
    assert answer.status_code == 401
    assert "do the step again there" in text_of(answer)
    assert TYPED not in as_alice.http.cookies


@pytest.mark.parametrize(
    ("way", "name", "other"), [("google", "Google", "Microsoft"), ("microsoft", "Microsoft", "Google")]
)
async def test_whoever_is_asked_once_more_is_shown_her_own_way_in(
    app: FastAPI, resources: Resources, way: str, name: str, other: str
) -> None:
    person = await make_person(resources, "dora@practice.example", "Dora", way=way)
    browser = await Browser(app, resources).sign_in(person)
    clock.move(FRESH)
    asked = text_of(await browser.get("/connect"))
    assert f"Sign in with {name}" in asked
    assert f"Sign in with {other}" not in asked
    assert f"Sign in with {other}" in text_of(await browser.get("/sign-in"))
    await browser.close()
