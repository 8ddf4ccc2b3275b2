"""Signing in, as people do it: away to Google, back with who they are, and out again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest
from fastapi import FastAPI
from sqlmodel import col, select

from app import clock
from app.access.identity import FRESH, IDLE, LONGEST, digest_of
from app.actions.resources import Resources
from app.actions.sign_in import ReturnTo
from app.main import build
from app.models.mailbox import Mailbox
from app.models.person import ConsentRequest, Login, Person
from app.sandbox.modes import Modes
from app.sandbox.sandbox import Sandbox
from app.web.places import BROWSER
from tests.people import ALICE, BOB, ORIGIN, make_grant
from tests.web.browser import Browser, text_of
from tests.web.google import at_google

SOME_ID = "6f1c0f5c-6f6e-4a4e-9d0b-0c9b3b6f7a11"


async def signed_in_by_google(
    browser: Browser, google: httpx2.AsyncClient, account: str, **form: str
) -> httpx2.Response:
    """Go all the way and return the answer to the callback."""
    away = await browser.post("/sign-in/google", form)
    assert away.status_code == 303, away.text
    return await browser.get(await at_google(google, away.headers["location"], account))


async def rows(resources: Resources, kind: type) -> list:
    async with resources.db.transaction() as session:
        return list((await session.execute(select(kind))).scalars())


async def test_a_newcomer_signs_in_by_googles_pages(
    stranger: Browser, provider_client: httpx2.AsyncClient, resources: Resources
) -> None:
    page = await stranger.get("/sign-in")
    assert "Sign in with Google" in text_of(page)
    answer = await signed_in_by_google(stranger, provider_client, ALICE[0])
    assert (await stranger.follow(await stranger.follow(answer))).status_code == 200
    (person,) = await rows(resources, Person)
    assert (person.email, person.name, person.issuer) == (ALICE[0], ALICE[1], f"{ORIGIN}/google")
    assert "Alice Amsel" in text_of(await stranger.get("/"))


async def test_only_digests_of_the_secrets_are_kept(
    stranger: Browser, provider_client: httpx2.AsyncClient, resources: Resources
) -> None:
    await signed_in_by_google(stranger, provider_client, ALICE[0])
    (login,) = await rows(resources, Login)
    assert login.secret_sha256 == digest_of(stranger.secret)


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    stranger: Browser, provider_client: httpx2.AsyncClient
) -> None:
    answer = await signed_in_by_google(stranger, provider_client, ALICE[0])
    (cookie,) = [each for each in answer.headers.get_list("set-cookie") if each.startswith("deskhand=")]
    parts = {part.strip().lower() for part in cookie.split(";")}
    assert {"httponly", "samesite=lax", "path=/"} <= parts
    assert "secure" not in parts  # a browser would not send it back over http://localhost


async def test_over_https_the_cookies_belong_to_this_host_alone(resources: Resources) -> None:
    settings = resources.settings.model_copy(update={"public_url": "https://deskhand.example"})
    app = build(settings, resources=replace(resources, settings=settings))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="https://deskhand.example") as client:
        answer = await client.post("/sign-in/google", data={}, headers={"origin": "https://deskhand.example"})
    (cookie,) = answer.headers.get_list("set-cookie")
    assert cookie.startswith(f"__Host-{BROWSER}=")
    assert "Secure" in cookie


async def test_a_new_sign_in_is_a_new_secret_and_ends_the_old_one(
    as_alice: Browser, provider_client: httpx2.AsyncClient, resources: Resources
) -> None:
    before = as_alice.secret
    await signed_in_by_google(as_alice, provider_client, BOB[0])
    assert as_alice.secret != before
    ended = {login.secret_sha256: login.ended_at is not None for login in await rows(resources, Login)}
    assert ended == {digest_of(before): True, digest_of(as_alice.secret): False}


async def test_signed_out_is_signed_out_for_whoever_stole_the_cookie(as_alice: Browser, stranger: Browser) -> None:
    stranger.take(as_alice.secret)
    assert (await stranger.get("/owner")).status_code == 200
    answer = await as_alice.post("/sign-out")
    assert "You are signed out" in text_of(await as_alice.follow(answer))
    assert (await stranger.get("/owner")).status_code == 401
    assert (await stranger.api("GET", "/session")).status_code == 401
    assert (await as_alice.post("/sign-out")).status_code == 303  # a second press harms nothing


@pytest.mark.parametrize(("later", "status"), [(IDLE - timedelta(minutes=1), 200), (IDLE, 401)])
async def test_a_login_ends_when_nobody_uses_it(as_alice: Browser, later: timedelta, status: int) -> None:
    clock.move(later)
    assert (await as_alice.get("/owner")).status_code == status


async def test_a_login_ends_after_a_week_however_busy(as_alice: Browser) -> None:
    passed = timedelta()
    while passed + IDLE < LONGEST:
        clock.move(IDLE - timedelta(minutes=5))
        passed += IDLE - timedelta(minutes=5)
        assert (await as_alice.get("/owner")).status_code == 200
    clock.move(LONGEST - passed)
    assert (await as_alice.get("/owner")).status_code == 401


async def test_whoever_is_not_signed_in_gets_the_way_in_and_back(stranger: Browser, mailbox: Mailbox) -> None:
    answer = await stranger.get(f"/owner/mailboxes/{mailbox.id}/audit")
    assert answer.status_code == 401
    assert 'name="return_to" value="log"' in answer.text
    assert f'name="return_id" value="{mailbox.id}"' in answer.text


@pytest.mark.parametrize(
    ("place", "ids", "path"),
    [
        (ReturnTo.OWNER, "", "/owner"),
        (ReturnTo.ASSISTANT, "", "/assistant"),
        (ReturnTo.LOGINS, "", "/owner/logins"),
        (ReturnTo.MAILBOX, SOME_ID, f"/owner/mailboxes/{SOME_ID}"),
        (ReturnTo.MAILBOX, "https://elsewhere.example", "/sign-in/done"),
        (ReturnTo.MAILBOX, "../..", "/sign-in/done"),
        (ReturnTo.HOME, "//elsewhere.example", "/sign-in/done"),
    ],
)
async def test_a_sign_in_leads_back_to_a_place_of_ours_only(
    stranger: Browser, provider_client: httpx2.AsyncClient, place: ReturnTo, ids: str, path: str
) -> None:
    answer = await signed_in_by_google(stranger, provider_client, ALICE[0], return_to=place.value, return_id=ids)
    assert answer.headers["location"] == path


async def test_a_place_we_do_not_have_is_refused(stranger: Browser) -> None:
    answer = await stranger.post("/sign-in/google", return_to="https://elsewhere.example")
    assert answer.status_code == 422
    assert "elsewhere.example" not in answer.text


async def test_home_is_where_somebody_belongs(
    *, as_alice: Browser, as_bob: Browser, as_charlie: Browser, resources: Resources, mailbox: Mailbox, bob: Person
) -> None:
    await make_grant(resources, mailbox, bob)
    assert (await as_alice.get("/sign-in/done")).headers["location"] == "/owner"
    assert (await as_bob.get("/sign-in/done")).headers["location"] == "/assistant"
    assert (await as_charlie.get("/sign-in/done")).headers["location"] == "/owner"


async def begun(browser: Browser, google: httpx2.AsyncClient, account: str = ALICE[0]) -> str:
    """Return the callback's path of a journey that is about to come back."""
    away = await browser.post("/sign-in/google")
    return await at_google(google, away.headers["location"], account)


def changed(back: str, **values: str) -> str:
    """Return a callback with other values; an empty one is left out."""
    parts = urlsplit(back)
    query = {name: each[0] for name, each in parse_qs(parts.query).items()} | values
    return f"{parts.path}?{urlencode({name: value for name, value in query.items() if value})}"


@pytest.mark.parametrize(
    "values",
    [
        {"state": ""},
        {"state": "invented"},
        {"iss": "https://accounts.elsewhere.example"},
        {"code": "invented"},
        {"code": ""},
        {"error": "server_error"},
    ],
    ids=["no state", "wrong state", "another issuer", "wrong code", "no code", "an error"],
)
async def test_an_answer_that_cannot_be_trusted_signs_nobody_in(
    stranger: Browser, provider_client: httpx2.AsyncClient, resources: Resources, values: dict[str, str]
) -> None:
    answer = await stranger.get(changed(await begun(stranger, provider_client), **values))
    assert answer.status_code == 400
    assert "Start again" in text_of(answer)
    assert not stranger.secret
    assert await rows(resources, Login) == []


async def test_an_answer_is_taken_once(
    stranger: Browser, provider_client: httpx2.AsyncClient, resources: Resources
) -> None:
    back = await begun(stranger, provider_client)
    assert (await stranger.get(back)).status_code == 303
    assert (await stranger.get(back)).status_code == 400
    assert len(await rows(resources, Login)) == 1


async def test_an_answer_that_comes_late_is_not_taken(stranger: Browser, provider_client: httpx2.AsyncClient) -> None:
    back = await begun(stranger, provider_client)
    clock.move(timedelta(minutes=10))
    assert (await stranger.get(back)).status_code == 400


async def test_an_answer_meant_for_another_browser_signs_nobody_in(
    stranger: Browser, app: FastAPI, resources: Resources, provider_client: httpx2.AsyncClient
) -> None:
    """Else a stranger could sign Alice in as himself and read what she then writes."""
    back = await begun(stranger, provider_client)
    victim = Browser(app, resources)
    assert (await victim.get(back)).status_code == 400
    assert not victim.secret
    await victim.close()


async def test_an_answer_for_signing_in_connects_nothing(
    as_alice: Browser, provider_client: httpx2.AsyncClient, resources: Resources
) -> None:
    back = await begun(as_alice, provider_client)
    answer = await as_alice.get(back.replace("/sign-in/callback", "/connect/callback"))
    assert answer.status_code == 400
    async with resources.db.transaction() as session:
        assert (await session.execute(select(Mailbox.id))).all() == []


async def test_who_says_no_at_google_is_told_so(stranger: Browser, provider_client: httpx2.AsyncClient) -> None:
    away = await stranger.post("/sign-in/google")
    back = await at_google(provider_client, away.headers["location"], ALICE[0], answer="deny")
    answer = await stranger.get(back)
    assert answer.status_code == 403
    assert "Start again" in text_of(answer)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("admin_policy_enforced", "administrator"),
        ("org_internal", "one organisation"),
        ("access_denied", "not allowed"),
    ],
)
async def test_what_an_administrator_forbids_is_said_in_words(stranger: Browser, error: str, said: str) -> None:
    away = await stranger.post("/sign-in/google")
    state = parse_qs(urlsplit(away.headers["location"]).query)["state"][0]
    answer = await stranger.get(f"/sign-in/callback/google?state={state}&error={error}")
    assert answer.status_code == 403
    assert said in text_of(answer)


async def test_people_outside_an_organisation_stay_at_google(
    stranger: Browser, provider_client: httpx2.AsyncClient, sandbox: Sandbox
) -> None:
    sandbox.modes = Modes(project="internal", organisation="elsewhere.example")
    away = await stranger.post("/sign-in/google")
    with pytest.raises(AssertionError):
        await at_google(provider_client, away.headers["location"], ALICE[0])


async def test_without_a_provider_the_page_says_so_and_no_journey_begins(resources: Resources) -> None:
    settings = resources.settings.model_copy(update={"google_client_id": "", "microsoft_client_id": ""})
    without = replace(resources, settings=settings)
    browser = Browser(build(settings, resources=without), without)
    assert "Nobody can sign in here yet" in text_of(await browser.get("/sign-in"))
    assert (await browser.post("/sign-in/google")).status_code == 404
    await browser.close()
    assert await rows(resources, ConsentRequest) == []


async def test_old_journeys_are_forgotten(
    stranger: Browser, resources: Resources, provider_client: httpx2.AsyncClient
) -> None:
    await begun(stranger, provider_client)
    clock.move(timedelta(hours=1))
    await begun(stranger, provider_client)
    assert len(await rows(resources, ConsentRequest)) == 1


async def test_a_step_that_gives_access_asks_for_a_fresh_sign_in_and_comes_back(
    as_alice: Browser, provider_client: httpx2.AsyncClient, mailbox: Mailbox
) -> None:
    clock.move(FRESH)
    path = f"/owner/mailboxes/{mailbox.id}/invitations/new"
    answer = await as_alice.get(path)
    assert answer.status_code == 401
    assert "sign in once more" in text_of(answer)
    form = {"return_to": "invite", "return_id": str(mailbox.id)}
    assert f'value="{mailbox.id}"' in answer.text
    back = await signed_in_by_google(as_alice, provider_client, ALICE[0], **form)
    assert back.headers["location"] == path


async def test_a_form_that_came_too_late_was_not_sent_and_says_so(
    as_alice: Browser, mailbox: Mailbox, resources: Resources
) -> None:
    clock.move(FRESH)
    fields = {"scopes": "mail.list", "until": "2027-01-01", "needs_approval": "always"}
    answer = await as_alice.post(f"/owner/mailboxes/{mailbox.id}/invitations", fields)
    assert answer.status_code == 401
    assert "Nothing has been done yet" in text_of(answer)


@pytest.mark.parametrize("path", ["/grants/{}/pause", "/grants/{}/end"])
async def test_nobody_who_wants_to_stop_something_is_sent_away_first(
    as_alice: Browser, mailbox: Mailbox, resources: Resources, bob: Person, path: str
) -> None:
    grant = await make_grant(resources, mailbox, bob)
    clock.move(FRESH * 2)
    answer = await as_alice.post(f"/owner/mailboxes/{mailbox.id}" + path.format(grant.id))
    assert answer.status_code == 303


async def test_a_login_is_seen_and_ended_from_another_browser(
    as_alice: Browser, app: FastAPI, resources: Resources, alice: Person
) -> None:
    elsewhere = await Browser(app, resources).sign_in(alice)
    page = await as_alice.get("/owner/logins")
    assert "This browser" in text_of(page)
    assert "Another browser" in text_of(page)
    (other,) = [row for row in await rows(resources, Login) if row.secret_sha256 == digest_of(elsewhere.secret)]
    assert (await as_alice.post(f"/owner/logins/{other.id}/end")).status_code == 303
    assert (await elsewhere.get("/owner")).status_code == 401
    assert (await as_alice.get("/owner")).status_code == 200
    await elsewhere.close()


async def test_somebody_elses_login_cannot_be_ended(as_bob: Browser, as_alice: Browser, resources: Resources) -> None:
    (hers,) = [row for row in await rows(resources, Login) if row.secret_sha256 == digest_of(as_alice.secret)]
    await as_bob.post(f"/owner/logins/{hers.id}/end")
    assert (await as_alice.get("/owner")).status_code == 200


async def test_ending_this_browsers_own_login_signs_out(as_alice: Browser, resources: Resources) -> None:
    (login,) = await rows(resources, Login)
    answer = await as_alice.post(f"/owner/logins/{login.id}/end")
    assert answer.headers["location"].startswith("/?")
    assert (await as_alice.get("/owner")).status_code == 401


async def test_people_choose_their_own_zone(as_bob: Browser, resources: Resources, bob: Person) -> None:
    assert (await as_bob.post("/owner/zone", zone="Europe/Paris")).status_code == 303
    async with resources.db.transaction() as session:
        zone = await session.execute(select(col(Person.zone)).where(col(Person.id) == bob.id))
    assert zone.scalar_one() == "Europe/Paris"
    wrong = await as_bob.post("/owner/zone", zone="Middle/Earth")
    assert wrong.status_code == 400
    assert "Middle/Earth" in text_of(wrong)


async def test_when_the_database_is_away_the_front_page_still_stands(as_alice: Browser, resources: Resources) -> None:
    await resources.db.pool.close()
    assert (await as_alice.get("/")).status_code == 200
    assert (await as_alice.get("/healthz")).status_code == 200
