"""The authorization endpoint: who is let in where, what comes back, and what ends on a page."""

from __future__ import annotations

import html
import re

import httpx2
import pytest

from app.sandbox.clients import Client
from app.sandbox.entra.accounts import CONSUMERS, tenant_of_domain
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
    entra,
)

AUTHORIZE = "oauth2/v2.0/authorize"
CONTOSO = tenant_of_domain("contoso.example")


def stopped(answer: httpx2.Response) -> int:
    """Return the number on the page that nobody comes back from."""
    assert "location" not in answer.headers
    found = re.search(r"AADSTS(\d+)", answer.text)
    assert found, answer.text
    return int(found[1])


async def test_a_yes_comes_back_with_a_code_and_the_state(client: httpx2.AsyncClient):
    answer = await authorize(client)
    assert answer.headers["location"].startswith(f"{BACK}?")
    assert set(came_back(answer)) == {"code", "state", "session_state"}  # and no iss: Entra sends none
    assert came_back(answer)["state"] == "a state"


async def test_a_cancel_comes_back_as_one(client: httpx2.AsyncClient):
    back = came_back(await authorize(client, practice_consent="no"))
    assert (back["error"], back["error_subcode"], back["state"]) == ("access_denied", "cancel", "a state")
    assert back["error_description"].startswith("AADSTS65004: ")


@pytest.mark.parametrize(
    ("email", "tenants"),
    [
        (ALICE, {"common", "organizations", CONTOSO, "contoso.example"}),
        (CHARLIE, {"common", "consumers", CONSUMERS}),
    ],
)
async def test_each_address_lets_its_own_people_in(client: httpx2.AsyncClient, email: str, tenants: set[str]):
    named = ["common", "organizations", "consumers", CONSUMERS, CONTOSO, "contoso.example", "fabrikam.example"]
    seen = {tenant: await authorize(client, tenant, email=email) for tenant in named}
    assert {tenant for tenant, answer in seen.items() if answer.status_code == 302} == tenants
    assert {stopped(answer) for tenant, answer in seen.items() if tenant not in tenants} == {50020}


async def test_a_tenant_that_is_nobodys_is_not_found(client: httpx2.AsyncClient):
    assert stopped(await authorize(client, "nowhere.example")) == 90002
    answer = await client.get(entra("v2.0/.well-known/openid-configuration", "nowhere.example"))
    assert answer.json()["error_codes"] == [90002]


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ({"client_id": ""}, 900144),
        ({"client_id": "unknown"}, 700016),
        ({"redirect_uri": ""}, 50011),
        ({"redirect_uri": "javascript:alert(1)"}, 50011),
        ({"email": "nobody@contoso.example"}, 50034),
    ],
)
async def test_what_nobody_may_be_sent_back_for_ends_on_a_page(
    client: httpx2.AsyncClient, query: dict[str, str], number: int
):
    answer = await authorize(client, **query)
    assert answer.status_code == 400
    assert stopped(answer) == number


async def test_a_registered_address_counts_letter_by_letter(client: httpx2.AsyncClient, sandbox: Sandbox):
    sandbox.add_client(Client("strict", "secret", (BACK,)))
    assert (await authorize(client, client_id="strict")).status_code == 302
    assert stopped(await authorize(client, client_id="strict", redirect_uri=f"{BACK}/")) == 50011


@pytest.mark.parametrize(
    ("query", "error", "number"),
    [
        ({"response_type": ""}, "invalid_request", 900144),
        ({"response_type": "token"}, "unsupported_response_type", 700051),
        ({"response_mode": "web_message"}, "invalid_request", 900235),
        ({"scope": ""}, "invalid_request", 900144),
        ({"scope": "openid Mail.Everything"}, "invalid_client", 650053),
        ({"code_challenge_method": "plain"}, "invalid_request", 501481),
    ],
)
async def test_what_is_wrong_with_the_rest_comes_back(
    client: httpx2.AsyncClient, query: dict[str, str], error: str, number: int
):
    back = came_back(await authorize(client, **query))
    assert (back["error"], back["state"]) == (error, "a state")
    assert back["error_description"].startswith(f"AADSTS{number}: ")


async def test_scopes_are_known_by_their_long_names_and_in_any_case(client: httpx2.AsyncClient):
    written = "OpenID https://graph.microsoft.com/mail.readwrite https://graph.microsoft.com/.default"
    assert "code" in came_back(await authorize(client, scope=written))


async def test_an_answer_may_stand_behind_a_hash_or_in_a_form(client: httpx2.AsyncClient):
    behind = (await authorize(client, response_mode="fragment")).headers["location"]
    assert behind.startswith(f"{BACK}#code=")
    page = await authorize(client, response_mode="form_post")
    assert page.status_code == 200
    assert f'action="{BACK}"' in page.text
    assert set(re.findall(r'hidden" name="(\w+)"', page.text)) == {"code", "state", "session_state"}


async def test_the_page_shows_who_may_come_in_and_what_is_asked(client: httpx2.AsyncClient):
    query = authorize_query(practice_consent="", scope=f"{SIGN_IN} {MAIL}")
    page = await client.get(entra(AUTHORIZE, "organizations"), params=query)
    assert ALICE in page.text
    assert BOB in page.text
    assert CHARLIE not in page.text
    assert "Send mail as you" in page.text
    fields = {
        name: html.unescape(value) for name, value in re.findall(r'hidden" name="(\w+)" value="([^"]*)"', page.text)
    }
    answer = await client.post(page.url, data=fields | {"account": ALICE, "answer": "allow"})
    assert "code" in came_back(answer)


async def test_silence_works_only_where_everything_was_agreed(client: httpx2.AsyncClient):
    back = came_back(await authorize(client, prompt="none"))
    assert (back["error"], back["error_description"][:11]) == ("interaction_required", "AADSTS65001")
    assert came_back(await authorize(client, prompt="none", email=""))["error"] == "login_required"
    await authorize(client)
    assert "code" in came_back(await authorize(client, prompt="none"))
    wider = came_back(await authorize(client, prompt="none", scope="openid MailboxSettings.ReadWrite"))
    assert wider["error"] == "interaction_required"


async def test_a_program_of_one_organisation_refuses_outsiders(client: httpx2.AsyncClient, sandbox: Sandbox):
    sandbox.modes = Modes(project="internal", organisation="contoso.example")
    assert stopped(await authorize(client)) == 50194  # even for its own people: it has no business at /common
    assert "code" in came_back(await authorize(client, CONTOSO))
    assert stopped(await authorize(client, CONTOSO, email=BOB)) == 50020
    assert stopped(await authorize(client, tenant_of_domain("fabrikam.example"), email=BOB)) == 50020


async def test_a_second_program_signs_outsiders_in(client: httpx2.AsyncClient, sandbox: Sandbox):
    sandbox.modes = Modes(project="internal", organisation="contoso.example")
    sandbox.add_client(Client("sign-in", "secret", project="production"))
    assert "code" in came_back(await authorize(client, client_id="sign-in", email=BOB, scope=SIGN_IN))


async def test_fewer_permissions_than_asked_for(client: httpx2.AsyncClient, sandbox: Sandbox):
    back = came_back(await authorize(client, practice_scopes="Mail.ReadWrite"))
    assert sandbox.entra.grants.codes[back["code"]].scopes == (
        "openid",
        "profile",
        "email",
        "offline_access",
        "Mail.ReadWrite",
    )


async def test_no_other_method_and_no_other_address(client: httpx2.AsyncClient):
    assert (await client.get(entra("oauth2/v2.0/token"))).json()["error_codes"] == [900561]
    assert (await client.post(entra("oauth2/v2.0/revoke"))).status_code == 404  # there is no such thing at Microsoft
