"""A tenant that wants its administrator's consent: who waits, what comes back, and who passes afterwards."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from app.sandbox.entra.accounts import tenant_of_domain
from app.sandbox.entra.grants import Cause
from app.sandbox.modes import Modes
from app.sandbox.sandbox import Sandbox
from tests.sandbox.outlook import (
    ALICE,
    BACK,
    BOB,
    CHARLIE,
    MAIL,
    SIGN_IN,
    authorize,
    authorize_query,
    came_back,
    code_form,
    entra,
    exchange,
)

ADMIN = "admin@contoso.example"
WANTED = "https://graph.microsoft.com/Mail.ReadWrite https://graph.microsoft.com/Mail.Send"
CONTOSO = tenant_of_domain("contoso.example")


@pytest.fixture
def sandbox(sandbox: Sandbox) -> Sandbox:
    """Contoso lets only its administrator consent to mail."""
    sandbox.add_graph_person(ADMIN, "Ada Admin")
    sandbox.modes = Modes(admin_consent=["contoso.example"], administrators=[ADMIN])
    return sandbox


def admin_query(email: str = ADMIN, **more: str) -> dict[str, str]:
    fixed = {"client_id": "practice", "redirect_uri": BACK, "scope": WANTED, "state": "hers", "login_hint": email}
    return fixed | {"practice_consent": "yes"} | more


async def admin_says(client: httpx2.AsyncClient, tenant: str = "organizations", **query: str) -> httpx2.Response:
    return await client.get(entra("v2.0/adminconsent", tenant), params=admin_query(**query))


async def test_somebody_of_the_tenant_cannot_consent_to_mail(client: httpx2.AsyncClient):
    back = came_back(await authorize(client))
    assert (back["error"], back["state"]) == ("access_denied", "a state")
    assert back["error_description"].startswith("AADSTS90094: ")
    assert "code" not in back


async def test_the_page_stays_and_its_link_tells_no_reason(client: httpx2.AsyncClient):
    page = await authorize(client, practice_consent="")
    fields = {
        name: html.unescape(value) for name, value in re.findall(r'hidden" name="(\w+)" value="([^"]*)"', page.text)
    }
    answer = await client.post(page.url, data=fields | {"account": ALICE, "answer": "allow"})
    assert "Need admin approval" in answer.text
    link = html.unescape(re.findall(r'<a href="([^"]*)"', answer.text)[0])
    assert parse_qs(urlsplit(link).query) == {
        "error": ["access_denied"],
        "error_subcode": ["cancel"],
        "state": ["a state"],
    }


async def test_signing_in_needs_no_administrator(client: httpx2.AsyncClient):
    assert "code" in came_back(await authorize(client, scope=SIGN_IN))


@pytest.mark.parametrize("email", [BOB, CHARLIE])
async def test_others_are_not_concerned(client: httpx2.AsyncClient, email: str):
    assert "code" in came_back(await authorize(client, email=email))


async def test_after_the_administrators_yes_everybody_of_the_tenant_passes(client: httpx2.AsyncClient):
    answer = await admin_says(client)
    assert came_back(answer) == {"admin_consent": "True", "tenant": CONTOSO, "scope": WANTED, "state": "hers"}
    for email in (ALICE, ADMIN):
        back = came_back(await authorize(client, email=email))
        tokens = (await exchange(client, code_form(back["code"]))).json()
        assert set(MAIL.split()) <= set(tokens["scope"].split())


async def test_asking_anew_brings_her_before_the_same_page(client: httpx2.AsyncClient):
    await admin_says(client)
    assert "code" in came_back(await authorize(client))
    assert came_back(await authorize(client, prompt="consent"))["error"] == "access_denied"


async def test_a_yes_to_less_is_not_enough(client: httpx2.AsyncClient):
    await admin_says(client, scope="https://graph.microsoft.com/Mail.ReadWrite")
    assert came_back(await authorize(client))["error"] == "access_denied"
    assert "code" in came_back(await authorize(client, scope="openid Mail.ReadWrite"))


async def test_what_was_agreed_before_the_rule_lives_on(client: httpx2.AsyncClient, sandbox: Sandbox):
    sandbox.modes = Modes()
    await authorize(client)
    sandbox.modes = Modes(admin_consent=["contoso.example"])
    assert "code" in came_back(await authorize(client))
    sandbox.entra.grants.end_all(ALICE, cause=Cause.CONSENT)
    assert came_back(await authorize(client))["error"] == "access_denied"


async def test_the_administrators_no_is_no_yes(client: httpx2.AsyncClient):
    back = came_back(await admin_says(client, practice_consent="no"))
    assert (back["error"], back["error_subcode"], back["admin_consent"]) == ("access_denied", "cancel", "True")
    assert back["error_description"].startswith("AADSTS65004: ")
    assert came_back(await authorize(client))["error"] == "access_denied"


async def test_somebody_who_is_no_administrator_gets_nowhere(client: httpx2.AsyncClient, sandbox: Sandbox):
    answer = await admin_says(client, email=ALICE)
    assert "Need admin approval" in answer.text
    assert sandbox.entra.grants.admin_agreed == {}


@pytest.mark.parametrize(("tenant", "email"), [("organizations", CHARLIE), ("fabrikam.example", ADMIN)])
async def test_an_administrator_of_nothing_or_of_elsewhere(client: httpx2.AsyncClient, tenant: str, email: str):
    answer = await admin_says(client, tenant, email=email)
    assert answer.status_code == 400
    assert "location" not in answer.headers


async def test_what_is_missing_comes_back_or_ends_on_a_page(client: httpx2.AsyncClient):
    assert came_back(await admin_says(client, scope=""))["error"] == "invalid_request"
    assert came_back(await admin_says(client, scope="Mail.Everything"))["error_description"].startswith("AADSTS650053")
    assert (await admin_says(client, client_id="unknown")).status_code == 400


async def test_the_administrators_page_can_be_clicked(client: httpx2.AsyncClient, sandbox: Sandbox):
    page = await client.get(entra("v2.0/adminconsent", CONTOSO), params=admin_query(practice_consent=""))
    assert "review for your organization" in page.text
    assert CHARLIE not in page.text
    fields = {
        name: html.unescape(value) for name, value in re.findall(r'hidden" name="(\w+)" value="([^"]*)"', page.text)
    }
    answer = await client.post(page.url, data=fields | {"account": ADMIN, "answer": "allow"})
    assert came_back(answer)["admin_consent"] == "True"
    assert sandbox.entra.grants.admin_agreed == {(CONTOSO, "practice"): frozenset(MAIL.split())}


async def test_the_ledger_names_the_steps(client: httpx2.AsyncClient, sandbox: Sandbox):
    await admin_says(client)
    code = came_back(await client.get(entra("oauth2/v2.0/authorize"), params=authorize_query()))["code"]
    await exchange(client, code_form(code))
    seen = [(entry.provider, entry.operation, entry.mailbox) for entry in sandbox.ledger.entries]
    assert seen == [
        ("graph", "entra.adminconsent", None),
        ("graph", "entra.authorize", None),
        ("graph", "entra.token.authorization_code", ALICE),
    ]
