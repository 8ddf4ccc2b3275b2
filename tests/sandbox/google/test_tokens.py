"""Codes, refreshes and revocations, and Google's words for each refusal."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from app import clock
from app.sandbox.clients import Client
from app.sandbox.modes import Modes
from app.sandbox.sandbox import Sandbox
from tests.sandbox.practice import (
    ALICE,
    BACK,
    BOB,
    GMAIL,
    MODIFY,
    SIGN_IN,
    Program,
    authorize_query,
    came_back,
    code_form,
    consent,
    refresh_form,
)


async def a_code(client: httpx2.AsyncClient, **query: str) -> str:
    return came_back(await client.get("/google/authorize", params=authorize_query(**query)))["code"]


async def exchange(client: httpx2.AsyncClient, form: dict[str, str], **more: Any) -> httpx2.Response:
    return await client.post("/google/token", data=form, **more)


async def test_a_code_becomes_tokens(client: httpx2.AsyncClient):
    answer = await exchange(client, code_form(await a_code(client)))
    tokens = answer.json()
    assert answer.status_code == 200
    assert "no-store" in answer.headers["cache-control"]
    assert set(tokens) == {"access_token", "expires_in", "refresh_token", "scope", "token_type", "id_token"}
    assert tokens["expires_in"] == 3599
    assert tokens["token_type"] == "Bearer"
    assert tokens["access_token"].startswith("ya29.")
    assert tokens["refresh_token"].startswith("1//0")
    assert MODIFY in tokens["scope"].split()


async def test_the_client_may_say_who_it_is_by_basic(client: httpx2.AsyncClient):
    form = code_form(await a_code(client))
    del form["client_id"], form["client_secret"]
    answer = await exchange(client, form, auth=("practice", "practice"))
    assert answer.status_code == 200


async def test_online_access_brings_no_refresh_token(client: httpx2.AsyncClient):
    tokens = (await exchange(client, code_form(await a_code(client, access_type="online")))).json()
    assert "refresh_token" not in tokens


async def test_a_second_refresh_token_comes_only_with_a_new_consent(client: httpx2.AsyncClient):
    first = (await exchange(client, code_form(await a_code(client, prompt="")))).json()
    second = (await exchange(client, code_form(await a_code(client, prompt="")))).json()
    third = (await exchange(client, code_form(await a_code(client, prompt="consent")))).json()
    assert ["refresh_token" in tokens for tokens in (first, second, third)] == [True, False, True]


async def test_without_openid_there_is_no_id_token(client: httpx2.AsyncClient):
    tokens = (await exchange(client, code_form(await a_code(client, scope=MODIFY)))).json()
    assert "id_token" not in tokens


WRONG_CODES = [
    ({"code": ""}, 400, "invalid_request", "Missing required parameter: code"),
    ({"code": "4/0Awrong"}, 400, "invalid_grant", "Malformed auth code."),
    ({"redirect_uri": BACK + "/"}, 400, "redirect_uri_mismatch", "Bad Request"),
    ({"code_verifier": ""}, 400, "invalid_grant", "Missing code verifier."),
    ({"code_verifier": "x" * 50}, 400, "invalid_grant", "Invalid code verifier."),
    ({"client_secret": "wrong"}, 401, "invalid_client", "Unauthorized"),
    ({"client_secret": ""}, 400, "invalid_request", "client_secret is missing."),
    ({"client_id": "stranger"}, 401, "invalid_client", "The OAuth client was not found."),
    ({"client_id": ""}, 400, "invalid_request", "Could not determine client ID from request."),
    ({"grant_type": ""}, 400, "unsupported_grant_type", "Invalid grant_type: "),
    ({"grant_type": "password"}, 400, "unsupported_grant_type", "Invalid grant_type: password"),
]


@pytest.mark.parametrize(("change", "status", "error", "description"), WRONG_CODES)
async def test_a_wrong_exchange_is_refused_and_the_code_stays_good(
    client: httpx2.AsyncClient, change: dict[str, str], status: int, error: str, description: str
):
    code = await a_code(client)
    answer = await exchange(client, code_form(code) | change)
    assert (answer.status_code, answer.json()) == (status, {"error": error, "error_description": description})
    assert (await exchange(client, code_form(code))).status_code == 200


@pytest.mark.parametrize("header", ["Basic !!!", "Basic " + base64.b64encode(b"\xff\xfe").decode(), "Basic"])
async def test_a_broken_basic_header_is_no_client(client: httpx2.AsyncClient, header: str):
    answer = await exchange(client, code_form("4/0Ax"), headers={"authorization": header})
    assert answer.json()["error"] == "invalid_request"


async def test_a_code_works_once(client: httpx2.AsyncClient):
    code = await a_code(client)
    await exchange(client, code_form(code))
    answer = await exchange(client, code_form(code))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


async def test_a_code_lasts_ten_minutes(client: httpx2.AsyncClient):
    code = await a_code(client)
    clock.move(timedelta(minutes=10, seconds=1))
    assert (await exchange(client, code_form(code))).json()["error"] == "invalid_grant"


async def test_a_code_is_of_the_client_it_was_given_to(client: httpx2.AsyncClient, sandbox: Sandbox):
    sandbox.add_client(Client("other", "other"))
    answer = await exchange(client, code_form(await a_code(client), client_id="other", client_secret="other"))
    assert answer.json()["error"] == "invalid_grant"


async def test_a_refresh_brings_an_access_token_and_no_new_refresh_token(client: httpx2.AsyncClient, program: Program):
    tokens = (await exchange(client, refresh_form(program.tokens["refresh_token"]))).json()
    assert set(tokens) == {"access_token", "expires_in", "scope", "token_type", "id_token"}
    assert tokens["scope"] == program.tokens["scope"]
    assert tokens["access_token"] != program.tokens["access_token"]


async def test_a_refresh_may_ask_for_less_not_for_more(client: httpx2.AsyncClient, program: Program):
    token = program.tokens["refresh_token"]
    less = await exchange(client, refresh_form(token, scope=MODIFY))
    assert less.json()["scope"] == MODIFY
    more = await exchange(client, refresh_form(token, scope=f"{GMAIL}settings.basic"))
    assert (more.status_code, more.json()["error"]) == (400, "invalid_scope")


async def test_a_refresh_without_a_token_says_what_is_missing(client: httpx2.AsyncClient):
    answer = await exchange(client, refresh_form(""))
    assert answer.json()["error_description"] == "Missing required parameter: refresh_token"


DEAD = {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}


async def test_a_dead_refresh_token_is_named_as_google_names_it(client: httpx2.AsyncClient):
    answer = await exchange(client, refresh_form("1//0unknown"))
    assert (answer.status_code, answer.json()) == (400, DEAD)


async def test_a_refresh_token_is_of_one_client(client: httpx2.AsyncClient, sandbox: Sandbox, program: Program):
    sandbox.add_client(Client("other", "other"))
    form = refresh_form(program.tokens["refresh_token"], client_id="other", client_secret="other")
    assert (await exchange(client, form)).json() == DEAD


async def test_in_testing_a_consent_ends_after_seven_days(client: httpx2.AsyncClient, sandbox: Sandbox):
    sandbox.modes = Modes(project="testing")
    program = await consent(client)
    assert program.tokens["refresh_token_expires_in"] == 604_799
    clock.move(timedelta(days=6, hours=23))
    token = program.tokens["refresh_token"]
    assert 0 < (await exchange(client, refresh_form(token))).json()["refresh_token_expires_in"] <= 3_600
    clock.move(timedelta(hours=2))
    assert (await exchange(client, refresh_form(token))).json() == DEAD


async def test_in_testing_a_sign_in_alone_does_not_end(client: httpx2.AsyncClient, sandbox: Sandbox):
    sandbox.modes = Modes(project="testing")
    tokens = (await exchange(client, code_form(await a_code(client, scope=SIGN_IN)))).json()
    assert "refresh_token_expires_in" not in tokens
    clock.move(timedelta(days=8))
    assert (await exchange(client, refresh_form(tokens["refresh_token"]))).status_code == 200


async def test_a_consent_that_is_used_lasts_and_an_idle_one_dies_after_half_a_year(
    client: httpx2.AsyncClient, program: Program
):
    form = refresh_form(program.tokens["refresh_token"])
    clock.move(timedelta(days=170))
    assert (await exchange(client, form)).status_code == 200
    clock.move(timedelta(days=170))
    assert (await exchange(client, form)).status_code == 200
    clock.move(timedelta(days=183))
    assert (await exchange(client, form)).json() == DEAD


async def test_the_oldest_of_more_than_a_hundred_refresh_tokens_dies_silently(client: httpx2.AsyncClient):
    tokens = [(await consent(client)).tokens["refresh_token"] for _ in range(101)]
    assert (await exchange(client, refresh_form(tokens[0]))).json() == DEAD
    assert (await exchange(client, refresh_form(tokens[1]))).status_code == 200


async def test_an_access_token_lives_for_an_hour(client: httpx2.AsyncClient, program: Program):
    assert (await program.ask("GET", "profile")).status_code == 200
    clock.move(timedelta(seconds=3_600))
    answer = await program.ask("GET", "profile")
    assert (answer.status_code, answer.json()["error"]["errors"][0]["reason"]) == (401, "authError")


@pytest.mark.parametrize("kind", ["refresh_token", "access_token"])
@pytest.mark.parametrize("in_query", [True, False])
async def test_revoking_one_token_ends_the_whole_grant(
    client: httpx2.AsyncClient, program: Program, kind: str, in_query: bool
):
    named = {"token": program.tokens[kind]}
    answer = await client.post("/google/revoke", **({"params": named} if in_query else {"data": named}))
    assert answer.status_code == 200
    assert (await program.ask("GET", "profile")).status_code == 401
    assert (await exchange(client, refresh_form(program.tokens["refresh_token"]))).json() == DEAD


async def test_revoking_leaves_others_alone(client: httpx2.AsyncClient, sandbox: Sandbox, program: Program):
    sandbox.add_client(Client("other", "other"))
    bobs = await consent(client, BOB)
    code = await a_code(client, client_id="other")
    others = (await exchange(client, code_form(code, client_id="other", client_secret="other"))).json()
    await client.post("/google/revoke", data={"token": program.tokens["refresh_token"]})
    assert (await bobs.ask("GET", "profile")).status_code == 200
    assert (await Program(client, others).ask("GET", "profile")).status_code == 200


async def test_revoking_a_dead_token_is_an_error(client: httpx2.AsyncClient, program: Program):
    named = {"token": program.tokens["refresh_token"]}
    await client.post("/google/revoke", data=named)
    again = await client.post("/google/revoke", data=named)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_token")
    nothing = await client.post("/google/revoke")
    assert (nothing.status_code, nothing.json()["error"]) == (400, "invalid_request")


async def test_after_revoking_a_consent_is_a_first_one_again(client: httpx2.AsyncClient, program: Program):
    await client.post("/google/revoke", data={"token": program.tokens["refresh_token"]})
    tokens = (await exchange(client, code_form(await a_code(client, prompt="")))).json()
    assert "refresh_token" in tokens


async def test_a_new_password_ends_every_grant_of_a_person(
    client: httpx2.AsyncClient, sandbox: Sandbox, program: Program
):
    bobs = await consent(client, BOB)
    sandbox.grants.end_all(ALICE)
    assert (await exchange(client, refresh_form(program.tokens["refresh_token"]))).json() == DEAD
    assert (await program.ask("GET", "profile")).status_code == 401
    assert (await bobs.ask("GET", "profile")).status_code == 200


async def test_expired_access_tokens_are_forgotten(client: httpx2.AsyncClient, sandbox: Sandbox):
    await consent(client)
    clock.move(timedelta(hours=2))
    await consent(client)
    assert len(sandbox.grants.accesses) == 1


async def test_no_secret_stands_in_an_error(client: httpx2.AsyncClient):
    answer = await exchange(client, code_form("4/0Asecret", client_secret="hush-hush"))
    assert "hush" not in answer.text
    assert "4/0Asecret" not in answer.text
