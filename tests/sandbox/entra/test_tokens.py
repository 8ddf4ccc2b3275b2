"""Codes and refreshes at Entra, how a consent ends, and the number of each refusal."""

from __future__ import annotations

from datetime import timedelta

import httpx2
import pytest

from app import clock
from app.sandbox.clients import Client
from app.sandbox.entra.grants import ACCESS_LIFE, IDLE_LIFE, Cause
from app.sandbox.modes import Modes
from app.sandbox.sandbox import Sandbox
from tests.sandbox.outlook import (
    ALICE,
    BOB,
    MAIL,
    SIGN_IN,
    aadsts,
    authorize,
    came_back,
    code_form,
    exchange,
    let_in,
    tokens_of,
)
from tests.sandbox.practice import refresh_form


async def a_code(client: httpx2.AsyncClient, **query: str) -> str:
    return came_back(await authorize(client, **query))["code"]


async def refreshed(client: httpx2.AsyncClient, token: str, **more: str) -> httpx2.Response:
    return await exchange(client, refresh_form(token, **more))


async def test_a_code_becomes_tokens(client: httpx2.AsyncClient):
    tokens = await tokens_of(client)
    assert set(tokens) == {
        "token_type", "scope", "expires_in", "ext_expires_in", "access_token", "refresh_token", "id_token",
    }  # fmt: skip
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", int(ACCESS_LIFE.total_seconds()))
    assert tokens["scope"] == "email Mail.ReadWrite Mail.Send openid profile User.Read"


async def test_what_is_not_asked_for_does_not_come(client: httpx2.AsyncClient):
    tokens = await tokens_of(client, scope="Mail.Read")
    assert {"refresh_token", "id_token"}.isdisjoint(tokens)
    assert tokens["scope"] == "Mail.Read"


async def test_the_token_is_for_all_that_the_program_has(client: httpx2.AsyncClient):
    await tokens_of(client)
    assert "Mail.Send" in (await tokens_of(client, scope="openid User.Read"))["scope"].split()


@pytest.mark.parametrize(
    ("change", "error", "number"),
    [
        ({"grant_type": ""}, "invalid_request", 900144),
        ({"grant_type": "password"}, "unsupported_grant_type", 70003),
        ({"client_id": ""}, "invalid_request", 900144),
        ({"client_id": "unknown"}, "unauthorized_client", 700016),
        ({"client_secret": ""}, "invalid_client", 7000218),
        ({"client_secret": "wrong"}, "invalid_client", 7000215),
        ({"code": ""}, "invalid_request", 900144),
        ({"code": "made up"}, "invalid_grant", 9002313),
        ({"redirect_uri": "http://localhost:8025/other"}, "invalid_client", 500112),
        ({"code_verifier": ""}, "invalid_grant", 501481),
        ({"code_verifier": "x" * 50}, "invalid_grant", 501481),
    ],
)
async def test_a_wrong_exchange_is_refused_and_leaves_the_code_good(
    client: httpx2.AsyncClient, change: dict[str, str], error: str, number: int
):
    code = await a_code(client)
    answer = await exchange(client, code_form(code) | change)
    assert aadsts(answer) == (error, number)
    assert answer.status_code == (401 if number in {7000215, 7000218} else 400)
    assert (await exchange(client, code_form(code))).status_code == 200


async def test_a_code_is_good_once_and_for_ten_minutes(client: httpx2.AsyncClient):
    code, late = await a_code(client), await a_code(client)
    await exchange(client, code_form(code))
    assert aadsts(await exchange(client, code_form(code))) == ("invalid_grant", 54005)
    clock.move(timedelta(minutes=11))
    assert aadsts(await exchange(client, code_form(late))) == ("invalid_grant", 70008)


async def test_a_code_belongs_to_its_program_and_its_tenant(client: httpx2.AsyncClient, sandbox: Sandbox):
    sandbox.add_client(Client("other", "secret"))
    code = await a_code(client)
    stolen = code_form(code, client_id="other", client_secret="secret")
    assert aadsts(await exchange(client, stolen)) == ("invalid_grant", 9002313)
    assert aadsts(await exchange(client, code_form(code), "consumers")) == ("invalid_grant", 9002313)
    assert (await exchange(client, code_form(code), "contoso.example")).status_code == 200


async def test_a_refresh_brings_another_token_and_the_old_one_stays_good(client: httpx2.AsyncClient):
    old = (await tokens_of(client))["refresh_token"]
    new = (await refreshed(client, old)).json()["refresh_token"]
    assert new != old
    assert [(await refreshed(client, token)).status_code for token in (old, new, old)] == [200, 200, 200]


async def test_a_refresh_may_ask_for_less_and_not_for_more(client: httpx2.AsyncClient):
    token = (await tokens_of(client))["refresh_token"]
    assert (await refreshed(client, token, scope="Mail.Send")).status_code == 200
    answer = await refreshed(client, token, scope="MailboxSettings.ReadWrite")
    assert aadsts(answer) == ("invalid_grant", 65001)
    assert answer.json()["suberror"] == "consent_required"
    assert aadsts(await refreshed(client, token, scope="Mail.Everything")) == ("invalid_client", 650053)


@pytest.mark.parametrize("token", ["", "made up"])
async def test_a_refresh_token_that_is_none(client: httpx2.AsyncClient, token: str):
    wanted = ("invalid_grant", 9002313) if token else ("invalid_request", 900144)
    assert aadsts(await refreshed(client, token)) == wanted


async def test_a_refresh_token_belongs_to_its_program(client: httpx2.AsyncClient, sandbox: Sandbox):
    sandbox.add_client(Client("other", "secret"))
    token = (await tokens_of(client))["refresh_token"]
    answer = await refreshed(client, token, client_id="other", client_secret="secret")
    assert aadsts(answer) == ("invalid_grant", 9002313)


@pytest.mark.parametrize(
    ("cause", "number", "suberror"),
    [
        (Cause.REVOKED, 50173, "bad_token"),
        (Cause.CONSENT, 65001, "consent_required"),
        (Cause.IDLE, 700082, "bad_token"),
        (Cause.DISABLED, 50057, "bad_token"),
    ],
)
async def test_an_ended_consent_says_why(
    client: httpx2.AsyncClient, sandbox: Sandbox, cause: Cause, number: int, suberror: str
):
    alices, bobs = await tokens_of(client), await tokens_of(client, email=BOB)
    ended = await client.post("/_consents", params={"mailbox": ALICE, "cause": cause.value})
    assert ended.json() == {"mailbox": ALICE, "cause": cause.value}
    answer = await refreshed(client, alices["refresh_token"])
    assert (aadsts(answer), answer.json()["suberror"]) == (("invalid_grant", number), suberror)
    assert (await refreshed(client, bobs["refresh_token"])).status_code == 200


async def test_ninety_idle_days_end_a_token_and_use_keeps_it(client: httpx2.AsyncClient):
    used, idle = [(await tokens_of(client))["refresh_token"] for _ in range(2)]
    clock.move(IDLE_LIFE / 2)
    assert (await refreshed(client, used)).status_code == 200
    clock.move(IDLE_LIFE / 2 + timedelta(hours=1))
    assert (await refreshed(client, used)).status_code == 200
    assert aadsts(await refreshed(client, idle)) == ("invalid_grant", 700082)


async def test_an_access_token_lives_on_when_the_consent_ends(client: httpx2.AsyncClient, sandbox: Sandbox):
    tokens = await tokens_of(client)
    bearer = {"authorization": f"Bearer {tokens['access_token']}"}
    sandbox.entra.grants.end_all(ALICE)
    assert (await client.get("/v1.0/me", headers=bearer)).status_code == 200
    sandbox.modes = Modes(continuous_access=True)
    answer = await client.get("/v1.0/me", headers=bearer)
    assert answer.status_code == 401
    assert 'error="insufficient_claims", claims="' in answer.headers["www-authenticate"]
    clock.move(timedelta(seconds=1))
    assert (await client.get("/v1.0/me", headers=let_in(client, sandbox, ALICE, "User.Read").headers)).is_success


async def test_an_access_token_ends_by_itself(client: httpx2.AsyncClient):
    bearer = {"authorization": f"Bearer {(await tokens_of(client))['access_token']}"}
    clock.move(ACCESS_LIFE - timedelta(minutes=1))
    assert (await client.get("/v1.0/me", headers=bearer)).status_code == 200
    clock.move(timedelta(minutes=2))
    answer = await client.get("/v1.0/me", headers=bearer)
    assert answer.json()["error"]["message"] == "Lifetime validation failed, the token is expired."
    clock.move(timedelta(days=2))
    await tokens_of(client)
    answer = await client.get("/v1.0/me", headers=bearer)
    assert answer.json()["error"]["message"].startswith("CompactToken parsing failed")


async def test_more_than_a_password_is_asked_for(client: httpx2.AsyncClient, sandbox: Sandbox):
    token = (await tokens_of(client))["refresh_token"]
    sandbox.modes = Modes(mfa=["contoso.example"])
    answer = await refreshed(client, token)
    assert aadsts(answer) == ("interaction_required", 50076)
    assert (answer.json()["suberror"], "capolids" in answer.json()["claims"]) == ("basic_action", True)
    stronger = (await tokens_of(client))["refresh_token"]
    assert (await refreshed(client, stronger)).status_code == 200


async def test_the_consent_taken_back_is_asked_for_again(client: httpx2.AsyncClient, sandbox: Sandbox):
    await tokens_of(client)
    sandbox.entra.grants.end_all(ALICE, "elsewhere", cause=Cause.CONSENT)
    assert set(MAIL.split()) <= sandbox.entra.grants.covered(ALICE, "", "practice")
    sandbox.entra.grants.end_all(ALICE, "practice", cause=Cause.CONSENT)
    assert sandbox.entra.grants.covered(ALICE, "", "practice") == frozenset()
    assert (await refreshed(client, (await tokens_of(client, scope=SIGN_IN))["refresh_token"])).status_code == 200


@pytest.mark.parametrize(("fault", "status", "error"), [
    ("status_429", 429, "too_many_requests"), ("status_503", 503, "temporarily_unavailable"),
])  # fmt: skip
async def test_a_busy_entra_speaks_for_itself(client: httpx2.AsyncClient, fault: str, status: int, error: str):
    await client.put("/_faults", json=[{"provider": "graph", "path": "*/token", "fault": fault, "seconds": 7}])
    answer = await refreshed(client, "any")
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.headers.get("retry-after") == ("7" if status == 429 else None)
