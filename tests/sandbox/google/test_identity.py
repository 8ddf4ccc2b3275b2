"""Id tokens, keys, user info and the description of the endpoints."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import httpx2
import pytest
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError
from joserfc.jwk import KeySet

from app import clock
from app.sandbox.modes import Modes
from app.sandbox.people import Person
from app.sandbox.sandbox import Sandbox
from tests.sandbox.practice import ALICE, CHARLIE, MODIFY, Program, authorize_query, came_back, code_form, refresh_form


async def tokens_for(client: httpx2.AsyncClient, **query: str) -> Any:
    back = came_back(await client.get("/google/authorize", params=authorize_query(**query)))
    return (await client.post("/google/token", data=code_form(back["code"]))).json()


async def claims_in(client: httpx2.AsyncClient, id_token: str) -> dict[str, Any]:
    """Check the signature against the published keys and return the claims."""
    keys = KeySet.import_key_set((await client.get("/google/certs")).json())
    return jwt.decode(id_token, keys, algorithms=["RS256"]).claims


async def test_an_id_token_says_who_and_for_whom(client: httpx2.AsyncClient, sandbox: Sandbox):
    tokens = await tokens_for(client)
    claims = await claims_in(client, tokens["id_token"])
    now = clock.now().timestamp()
    assert claims["iss"] == f"{sandbox.origin}/google"
    assert claims["aud"] == claims["azp"] == "practice"
    assert claims["nonce"] == "a nonce"
    assert (claims["email"], claims["email_verified"], claims["name"]) == (ALICE, True, "Alice Amsel")
    assert claims["iat"] <= now < claims["exp"] <= now + 3_600
    half = hashlib.sha256(tokens["access_token"].encode()).digest()[:16]
    assert claims["at_hash"] == base64.urlsafe_b64encode(half).rstrip(b"=").decode()


async def test_a_refreshed_id_token_has_no_nonce(client: httpx2.AsyncClient, program: Program):
    answer = await client.post("/google/token", data=refresh_form(program.tokens["refresh_token"]))
    claims = await claims_in(client, answer.json()["id_token"])
    assert "nonce" not in claims
    assert claims["sub"] == Person(ALICE, "").sub


async def test_scopes_decide_what_is_told(client: httpx2.AsyncClient):
    tokens = await tokens_for(client, scope="openid")
    claims = await claims_in(client, tokens["id_token"])
    assert not {"email", "name", "email_verified"} & set(claims)
    told = await client.get("/google/userinfo", headers={"authorization": f"Bearer {tokens['access_token']}"})
    assert told.json() == {"sub": claims["sub"]}


async def test_members_of_the_organisation_have_its_domain(client: httpx2.AsyncClient, sandbox: Sandbox):
    sandbox.modes = Modes(organisation="practice.example")
    assert (await claims_in(client, (await tokens_for(client))["id_token"]))["hd"] == "practice.example"
    assert "hd" not in await claims_in(client, (await tokens_for(client, email=CHARLIE))["id_token"])


def test_an_account_keeps_its_id_and_no_two_share_one():
    assert Person("Alice@Practice.example", "x").sub == Person(ALICE, "y").sub
    assert Person(ALICE, "").sub != Person(CHARLIE, "").sub
    assert len(Person(ALICE, "").sub) == 21
    assert Person(ALICE, "").sub.isdecimal()


async def test_another_servers_key_does_not_fit(client: httpx2.AsyncClient):
    other = Sandbox("http://other.example")
    forged = other.key.sign({"iss": "http://practice.example/google", "sub": "1"})
    with pytest.raises(InvalidKeyIdError):
        await claims_in(client, forged)
    other.close()


async def test_only_the_public_half_of_the_key_is_published(client: httpx2.AsyncClient):
    (key,) = (await client.get("/google/certs")).json()["keys"]
    assert set(key) == {"kty", "n", "e", "kid", "use", "alg"}


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ya29.unknown", "Basic cHJhY3RpY2U6cHJhY3RpY2U="])
async def test_nothing_is_told_without_a_token(client: httpx2.AsyncClient, header: str):
    answer = await client.get("/google/userinfo", headers={"authorization": header} if header else {})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_request")


async def test_the_description_names_addresses_that_answer(client: httpx2.AsyncClient, sandbox: Sandbox):
    described = (await client.get("/google/.well-known/openid-configuration")).json()
    assert described["issuer"] == sandbox.issuer
    assert described["code_challenge_methods_supported"] == ["S256"]
    for name in ("authorization_endpoint", "token_endpoint", "revocation_endpoint", "userinfo_endpoint", "jwks_uri"):
        method = "POST" if name in {"token_endpoint", "revocation_endpoint"} else "GET"
        assert (await client.request(method, described[name])).status_code != 404


async def test_what_is_not_there_is_404(client: httpx2.AsyncClient):
    for method, path in (("GET", "/google/token"), ("GET", "/google/nothing"), ("DELETE", "/google/certs")):
        assert (await client.request(method, path)).status_code == 404


async def test_the_ledger_names_the_calls_and_whose_they_are(client: httpx2.AsyncClient, sandbox: Sandbox):
    tokens = await tokens_for(client, scope=f"openid {MODIFY}")
    await client.post("/google/token", data=refresh_form(tokens["refresh_token"]))
    await client.post("/google/revoke", data={"token": tokens["refresh_token"]})
    named = [(entry.operation, entry.mailbox, entry.status) for entry in sandbox.ledger.entries]
    assert named == [
        ("google.authorize", None, 302),
        ("google.token.authorization_code", ALICE, 200),
        ("google.token.refresh_token", ALICE, 200),
        ("google.revoke", ALICE, 200),
    ]
