"""Who somebody is by Entra: id tokens, keys, the description, and ids that last."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from app.sandbox.clients import Client
from app.sandbox.entra.accounts import CONSUMERS, Account, tenant_of_domain
from app.sandbox.sandbox import Sandbox
from tests.sandbox.outlook import (
    ALICE,
    BOB,
    CHARLIE,
    SIGN_IN,
    authorize,
    came_back,
    code_form,
    entra,
    exchange,
    tokens_of,
)

CONTOSO = tenant_of_domain("contoso.example")


async def claims(client: httpx2.AsyncClient, token: str) -> dict[str, Any]:
    keys = (await client.get(entra("discovery/v2.0/keys"))).json()
    return dict(jwt.decode(token, KeySet.import_key_set(keys), algorithms=["RS256"]).claims)


async def test_an_id_token_says_who_signed_in(client: httpx2.AsyncClient, sandbox: Sandbox):
    told = await claims(client, (await tokens_of(client))["id_token"])
    alice = sandbox.entra.accounts[ALICE]
    assert told["iss"] == f"{sandbox.origin}/entra/{CONTOSO}/v2.0"
    assert (told["tid"], told["oid"], told["ver"], told["aud"]) == (CONTOSO, alice.oid, "2.0", "practice")
    assert (told["nonce"], told["preferred_username"], told["email"]) == ("a nonce", ALICE, ALICE)
    assert told["name"] == "Alice Amsel"
    assert told["exp"] == told["iat"] + 3600 == told["nbf"] + 3600


async def test_a_personal_account_belongs_to_the_one_tenant_of_all(client: httpx2.AsyncClient, sandbox: Sandbox):
    told = await claims(client, (await tokens_of(client, email=CHARLIE))["id_token"])
    assert told["iss"] == f"{sandbox.origin}/entra/{CONSUMERS}/v2.0"
    assert told["oid"].startswith("00000000-0000-0000-")
    assert "email" not in told  # no mailbox, no address


@pytest.mark.parametrize(
    ("scope", "missing"),
    [("openid", {"tid", "oid", "name", "preferred_username", "email"}), ("openid profile", {"email"})],
)
async def test_each_scope_brings_its_claims(client: httpx2.AsyncClient, scope: str, missing: set[str]):
    told = await claims(client, (await tokens_of(client, scope=scope))["id_token"])
    assert missing.isdisjoint(told)
    assert {"sub", "iss", "aud"} <= told.keys()


async def test_the_subject_is_another_one_for_each_program(client: httpx2.AsyncClient, sandbox: Sandbox):
    sandbox.add_client(Client("sign-in", "secret"))
    first = await claims(client, (await tokens_of(client))["id_token"])
    again = await claims(client, (await tokens_of(client))["id_token"])
    code = came_back(await authorize(client, client_id="sign-in", scope=SIGN_IN))["code"]
    form = code_form(code, client_id="sign-in", client_secret="secret")
    other = await claims(client, (await exchange(client, form)).json()["id_token"])
    assert first["sub"] == again["sub"] != other["sub"]
    assert first["oid"] == other["oid"]


async def test_a_refresh_brings_an_id_token_without_a_nonce(client: httpx2.AsyncClient):
    tokens = await tokens_of(client)
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    answer = await exchange(client, form | {"client_id": "practice", "client_secret": "practice"})
    assert "nonce" not in await claims(client, answer.json()["id_token"])


@pytest.mark.parametrize(
    ("tenant", "signer"),
    [
        ("common", "{tenantid}"),
        ("organizations", "{tenantid}"),
        ("consumers", CONSUMERS),
        ("contoso.example", CONTOSO),
        (CONTOSO, CONTOSO),
    ],
)
async def test_the_description_and_the_keys_name_the_issuer(
    client: httpx2.AsyncClient, sandbox: Sandbox, tenant: str, signer: str
):
    described = (await client.get(entra("v2.0/.well-known/openid-configuration", tenant))).json()
    issuer = f"{sandbox.origin}/entra/{signer}/v2.0"
    assert described["issuer"] == issuer
    keys = (await client.get(described["jwks_uri"])).json()["keys"]
    assert {key["issuer"] for key in keys} == {issuer}
    assert {"d", "p", "q"}.isdisjoint(keys[0])
    assert described["token_endpoint"].endswith("/oauth2/v2.0/token")
    assert "authorization_response_iss_parameter_supported" not in described
    assert "revocation_endpoint" not in described


def test_ids_last_and_differ():
    alice, bob, charlie = (Account(email, "") for email in (ALICE, BOB, CHARLIE))
    assert Account(ALICE.upper(), "").oid == alice.oid
    assert Account(ALICE.upper(), "").tid == alice.tid == tenant_of_domain("CONTOSO.example")
    assert len({one.oid for one in (alice, bob, charlie)}) == 3
    assert len({one.tid for one in (alice, bob, charlie)}) == 3
    assert alice.oid != Account("anna@contoso.example", "").oid
    assert (alice.graph_id, len(charlie.graph_id), charlie.personal) == (alice.oid, 16, True)
    assert len(alice.oid) == len(charlie.oid) == 36
