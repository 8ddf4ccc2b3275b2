"""What a browser may bring back instead of a consent, at both providers: nothing is connected, a sentence says why."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest
from fastapi import FastAPI
from sqlmodel import select

from app import clock
from app.actions.mailboxes import mailboxes
from app.actions.resources import Resources
from app.models.mailbox import Connection
from app.models.person import ConsentRequest, Person
from app.sandbox.keys import SigningKey
from app.sandbox.modes import Modes
from app.sandbox.sandbox import Sandbox
from app.sandbox.server import make_app
from tests.people import ALICE, ORIGIN
from tests.providers.false_server import tampered, unsigned
from tests.web.browser import Browser, text_of

WAYS = ("google", "microsoft")
OTHER_ISSUER = {"google": f"{ORIGIN}/entra/common/v2.0", "microsoft": f"{ORIGIN}/google"}
Claims = dict[str, Any]
Forge = Callable[[Claims, SigningKey], str]


class Liar(httpx2.AsyncBaseTransport):
    """The practice server, whose id tokens are forged on their way."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.honest, self.key = httpx2.ASGITransport(make_app(sandbox)), sandbox.key
        self.forge: Forge | None = None
        self.changed: Claims = {}

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        answer = await self.honest.handle_async_request(request)
        if not request.url.path.endswith("/token"):
            return answer
        given = json.loads(await answer.aread())
        if self.forge and "id_token" in given:
            body = given["id_token"].split(".")[1]
            claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
            given["id_token"] = self.forge(claims, self.key)
        return httpx2.Response(answer.status_code, json=given | (self.changed if answer.status_code == 200 else {}))


@pytest.fixture
def liar(sandbox: Sandbox) -> Liar:
    return Liar(sandbox)


@pytest.fixture
async def provider_client(liar: Liar) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(transport=liar) as client:
        yield client


async def back_from(browser: Browser, client: httpx2.AsyncClient, way: str, **more: str) -> str:
    """Leave for a provider, say yes there, and return the address that the browser is sent back to."""
    away = await browser.post(f"/connect/{way}", mailbox=ALICE[0])
    query = urlencode({"practice_consent": "yes", **more})
    answer = await client.get(f"{away.headers['location']}&{query}")
    target = urlsplit(answer.headers["location"])
    return f"{target.path}?{target.query}"


def changed(back: str, **values: str) -> str:
    """Return a callback with other values; an empty one is left out."""
    parts = urlsplit(back)
    query = {name: each[0] for name, each in parse_qs(parts.query).items()} | values
    return f"{parts.path}?{urlencode({name: value for name, value in query.items() if value})}"


async def refused(answer: httpx2.Response, resources: Resources, person: Person, *, says: str = "Start again") -> None:
    """Require a sentence, and that nothing was connected or waits to be."""
    assert answer.status_code in (400, 401, 403), answer.text
    assert says in text_of(answer)
    assert await mailboxes(resources, person.id) == []
    async with resources.db.transaction(person=person.id) as session:
        assert not [row for row in (await session.execute(select(ConsentRequest))).scalars() if row.held]
        assert (await session.execute(select(Connection))).all() == []


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "values",
    [
        {"state": ""},
        {"state": "invented"},
        {"iss": "https://evil.example"},
        {"iss": "the other provider's"},
        {"code": "invented"},
        {"code": ""},
        {"error": "server_error"},
        {"error": "access_denied"},
        {"error": "org_internal", "error_description": "AADSTS50020: User account does not exist in tenant"},
        {"admin_consent": "True"},
    ],
    ids=lambda values: "-".join(f"{name}={value[:12]}" for name, value in values.items()),
)
async def test_an_answer_that_was_changed_on_its_way(
    *, as_alice: Browser, alice: Person, provider_client: httpx2.AsyncClient, resources: Resources, way: str,
    values: dict[str, str],
) -> None:  # fmt: skip
    back = await back_from(as_alice, provider_client, way)
    told = {name: OTHER_ISSUER[way] if "other provider" in value else value for name, value in values.items()}
    if way == "google" and "admin_consent" in told:
        assert (await as_alice.get(changed(back, **told))).status_code == 200  # it says nothing at Google's address
        return
    await refused(await as_alice.get(changed(back, **told)), resources, alice)


def _hs256(claims: Claims, key: SigningKey) -> str:
    """Sign by HMAC with the public key as the secret: whoever trusts the header takes it."""
    start = ".".join(unsigned(claims, "HS256").split(".")[:2])
    public = json.dumps(key.public()["keys"][0]).encode()
    return f"{start}.{base64.urlsafe_b64encode(hmac.digest(public, start.encode(), 'sha256')).decode().rstrip('=')}"


def _stranger(claims: Claims, key: SigningKey) -> str:
    another = SigningKey()
    another._made()["kid"]
    head = base64.urlsafe_b64encode(json.dumps({"alg": "RS256", "kid": key.public()["keys"][0]["kid"]}).encode())
    _head, body, signature = another.sign(claims).split(".")
    return f"{head.decode().rstrip('=')}.{body}.{signature}"


FORGERIES: dict[str, Forge] = {
    "not signed": lambda claims, _key: unsigned(claims),
    "signed with the public key": _hs256,
    "signed by a stranger": _stranger,
    "changed under its signature": lambda claims, key: tampered(key.sign(claims), sub="9", oid="9"),
    "of another sign-in": lambda claims, key: key.sign(claims | {"nonce": "another"}),
    "for another program": lambda claims, key: key.sign(claims | {"aud": "another"}),
    "of another issuer": lambda claims, key: key.sign(claims | {"iss": "https://evil.example"}),
    "of another tenant than its issuer": lambda claims, key: key.sign(
        claims
        | {"tid": "99999999-2222-4333-8444-555555555555", "iss": claims["iss"] + ("" if "tid" in claims else "x")}
    ),
    "expired": lambda claims, key: key.sign(claims | {"exp": int(clock.now().timestamp()) - 120}),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("forgery", FORGERIES)
async def test_a_token_that_lies(
    *, as_alice: Browser, alice: Person, liar: Liar, provider_client: httpx2.AsyncClient, resources: Resources,
    way: str, forgery: str,
) -> None:  # fmt: skip
    back = await back_from(as_alice, provider_client, way)
    liar.forge = FORGERIES[forgery]
    await refused(await as_alice.get(back), resources, alice)


@pytest.mark.parametrize("way", WAYS)
async def test_an_answer_in_the_wrong_hands_or_at_the_wrong_door(
    *, as_alice: Browser, as_bob: Browser, alice: Person, app: FastAPI, provider_client: httpx2.AsyncClient,
    resources: Resources, way: str,
) -> None:  # fmt: skip
    other = "microsoft" if way == "google" else "google"
    back = await back_from(as_alice, provider_client, way)
    await refused(await as_bob.get(back), resources, alice)  # another person
    back = await back_from(as_alice, provider_client, way)
    elsewhere = await Browser(app, resources).sign_in(alice)
    await refused(await elsewhere.get(back), resources, alice)  # her own login, in a browser that did not leave
    await elsewhere.close()
    nobody = Browser(app, resources)
    back = await back_from(as_alice, provider_client, way)
    await refused(await nobody.get(back), resources, alice, says="Sign in")
    await nobody.close()
    for wrong in (f"/connect/callback/{other}", f"/sign-in/callback/{way}", f"/sign-in/callback/{other}"):
        back = await back_from(as_alice, provider_client, way)
        await refused(await as_alice.get(f"{wrong}?{back.partition('?')[2]}"), resources, alice)
        await refused(await as_alice.get(back), resources, alice)  # and it is used up


@pytest.mark.parametrize("way", WAYS)
async def test_an_answer_twice_connects_once(
    *, as_alice: Browser, alice: Person, provider_client: httpx2.AsyncClient, resources: Resources, way: str
) -> None:
    back = await back_from(as_alice, provider_client, way)
    assert "Is this the mailbox?" in text_of(await as_alice.get(back))
    assert (await as_alice.get(back)).status_code == 400
    assert await mailboxes(resources, alice.id) == []


LACK = {
    "google": ("openid email", "Nothing could be read, labelled, drafted or sent."),
    "microsoft": ("openid profile email offline_access User.Read Mail.ReadWrite", "No reply could be sent"),
}


@pytest.mark.parametrize("way", WAYS)
async def test_an_empty_tick_is_told_by_what_would_not_work_with_one_button_to_add_it(
    *, as_alice: Browser, alice: Person, provider_client: httpx2.AsyncClient, resources: Resources, way: str
) -> None:
    ticked, lack = LACK[way]
    page = await as_alice.get(await back_from(as_alice, provider_client, way, practice_scopes=ticked))
    await refused(page, resources, alice, says=lack)
    assert "Add what is missing" in page.text
    assert f'action="/connect/{way}"' in page.text
    back = await back_from(as_alice, provider_client, way)
    assert "Is this the mailbox?" in text_of(await as_alice.get(back))


@pytest.mark.parametrize("way", WAYS)
async def test_without_a_lasting_token_nothing_is_connected(
    *, as_alice: Browser, alice: Person, liar: Liar, provider_client: httpx2.AsyncClient, resources: Resources, way: str
) -> None:
    back = await back_from(as_alice, provider_client, way)
    liar.changed = {"refresh_token": ""}
    await refused(await as_alice.get(back), resources, alice, says="while you are away")


@pytest.mark.parametrize("way", WAYS)
async def test_a_client_for_one_organisation_lets_no_outsider_come_back(
    *, as_alice: Browser, alice: Person, provider_client: httpx2.AsyncClient, resources: Resources, sandbox: Sandbox,
    way: str,
) -> None:  # fmt: skip
    sandbox.modes = Modes(project="internal", organisation="elsewhere.example")
    away = await as_alice.post(f"/connect/{way}", mailbox=ALICE[0])
    answer = await provider_client.get(f"{away.headers['location']}&practice_consent=yes")
    assert "location" not in answer.headers
    assert await mailboxes(resources, alice.id) == []


async def test_a_project_in_testing_says_on_which_day_it_ends_and_why(
    *, as_alice: Browser, provider_client: httpx2.AsyncClient, sandbox: Sandbox
) -> None:
    sandbox.modes = Modes(project="testing")
    page = await as_alice.get(await back_from(as_alice, provider_client, "google"))
    held_as = page.text.partition('name="held_as" value="')[2].partition('"')[0]
    there = await as_alice.follow(
        await as_alice.post("/connect/confirm", held_as=held_as, zone="UTC", answer="connect")
    )
    assert "is still in testing: Google ends such consents after a week" in text_of(there)
    (listed,) = (await as_alice.api("GET", "/mailboxes")).json()["mailboxes"]
    assert listed["consent_limit"] == "testing"
    assert listed["consent_until"][:10] == f"{clock.now().date().fromordinal(clock.now().date().toordinal() + 7)}"
