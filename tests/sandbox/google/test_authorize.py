"""Consent: the page, what may be ticked, and who is turned away."""

from __future__ import annotations

import re
from html import unescape

import httpx2
import pytest

from app.sandbox.clients import Client
from app.sandbox.modes import Modes
from app.sandbox.sandbox import Sandbox
from tests.sandbox.practice import ALICE, BACK, CHARLIE, GMAIL, MODIFY, SIGN_IN, authorize_query, came_back, consent

LABELS = f"{GMAIL}labels"
LONG_SIGN_IN = [
    "openid",
    "https://www.googleapis.com/auth/userinfo.email",
    "https://www.googleapis.com/auth/userinfo.profile",
]


async def visit(client: httpx2.AsyncClient, **query: str) -> httpx2.Response:
    return await client.get("/google/authorize", params=authorize_query(**query))


async def test_a_yes_brings_back_code_state_and_issuer(client: httpx2.AsyncClient, sandbox: Sandbox):
    answer = await visit(client)
    back = came_back(answer)
    assert answer.headers["location"].startswith(f"{BACK}?")
    assert back["code"].startswith("4/0A")
    assert back["state"] == "a state"
    assert back["iss"] == sandbox.issuer
    assert back["scope"].split() == [*LONG_SIGN_IN, MODIFY]


async def test_what_the_redirect_address_already_says_is_kept(client: httpx2.AsyncClient):
    answer = await visit(client, redirect_uri=f"{BACK}?kept=1")
    assert came_back(answer)["kept"] == "1"


async def test_without_a_state_none_comes_back(client: httpx2.AsyncClient):
    query = {name: value for name, value in authorize_query().items() if name != "state"}
    assert "state" not in came_back(await client.get("/google/authorize", params=query))


async def test_only_what_was_ticked_comes_back(client: httpx2.AsyncClient):
    back = came_back(await visit(client, scope=f"{SIGN_IN} {MODIFY} {LABELS}", practice_scopes=LABELS))
    assert back["scope"].split() == [*LONG_SIGN_IN, LABELS]


async def test_with_nothing_ticked_only_who_one_is_comes_back(client: httpx2.AsyncClient):
    assert came_back(await visit(client, practice_scopes=""))["scope"].split() == LONG_SIGN_IN


async def test_with_nothing_at_all_ticked_it_is_a_no(client: httpx2.AsyncClient):
    assert came_back(await visit(client, scope=MODIFY, practice_scopes=""))["error"] == "access_denied"


async def test_what_was_not_asked_for_cannot_be_ticked(client: httpx2.AsyncClient):
    back = came_back(await visit(client, scope=f"openid {LABELS}", practice_scopes=f"{LABELS} {MODIFY}"))
    assert back["scope"].split() == ["openid", LABELS]


async def test_a_no_comes_back_as_access_denied(client: httpx2.AsyncClient, sandbox: Sandbox):
    back = came_back(await visit(client, practice_consent="no"))
    assert (back["error"], back["state"], back["iss"]) == ("access_denied", "a state", sandbox.issuer)
    assert "code" not in back


async def test_earlier_scopes_are_included_if_asked_for(client: httpx2.AsyncClient):
    await consent(client, scope=LABELS)
    again = came_back(await visit(client, scope=MODIFY, include_granted_scopes="true"))
    assert set(again["scope"].split()) == {MODIFY, LABELS, *LONG_SIGN_IN}
    alone = came_back(await visit(client, scope=MODIFY))
    assert alone["scope"].split() == [MODIFY]


async def test_without_interaction_nothing_can_be_asked(client: httpx2.AsyncClient):
    query = authorize_query(prompt="none")
    del query["practice_consent"]
    assert came_back(await client.get("/google/authorize", params=query))["error"] == "interaction_required"


WRONG = [
    ({"client_id": ""}, 401, "invalid_client"),
    ({"client_id": "stranger"}, 401, "invalid_client"),
    ({"redirect_uri": ""}, 400, "invalid_request"),
    ({"redirect_uri": "javascript:alert(1)"}, 400, "redirect_uri_mismatch"),
    ({"redirect_uri": "http://x.cl/#fragment"}, 400, "redirect_uri_mismatch"),
    ({"response_type": ""}, 400, "invalid_request"),
    ({"response_type": "token"}, 400, "unsupported_response_type"),
    ({"scope": ""}, 400, "invalid_request"),
    ({"scope": f"{GMAIL}everything"}, 400, "invalid_scope"),
    ({"code_challenge_method": "plain"}, 400, "invalid_request"),
    ({"code_challenge": "short"}, 400, "invalid_request"),
    ({"login_hint": "nobody@practice.example"}, 400, "invalid_request"),
]


@pytest.mark.parametrize(("change", "status", "code"), WRONG)
async def test_a_wrong_request_ends_on_a_page_and_sends_nobody_on(
    client: httpx2.AsyncClient, change: dict[str, str], status: int, code: str
):
    answer = await client.get("/google/authorize", params=authorize_query() | change)
    assert answer.status_code == status
    assert f"<code>{code}</code>" in answer.text
    assert "location" not in answer.headers


async def test_a_registered_client_comes_back_to_its_addresses_only(client: httpx2.AsyncClient, sandbox: Sandbox):
    sandbox.add_client(Client("sign-in", "another secret", redirect_uris=(BACK,)))
    good = await visit(client, client_id="sign-in")
    assert came_back(good)["code"]
    bad = await visit(client, client_id="sign-in", redirect_uri=f"{BACK}/")
    assert bad.status_code == 400
    assert "redirect_uri_mismatch" in bad.text


async def test_an_internal_project_turns_outsiders_away(client: httpx2.AsyncClient, sandbox: Sandbox):
    sandbox.modes = Modes(project="internal", organisation="practice.example")
    assert came_back(await visit(client))["hd"] == "practice.example"
    outsider = await visit(client, email=CHARLIE)
    assert outsider.status_code == 403
    assert "org_internal" in outsider.text


async def test_a_sign_in_client_may_be_external_beside_an_internal_one(client: httpx2.AsyncClient, sandbox: Sandbox):
    sandbox.modes = Modes(project="internal", organisation="practice.example")
    sandbox.add_client(Client("sign-in", "another secret", project="production"))
    assert came_back(await visit(client, email=CHARLIE, client_id="sign-in", scope=SIGN_IN))["code"]


async def test_in_testing_only_the_testers_get_in(client: httpx2.AsyncClient, sandbox: Sandbox):
    sandbox.modes = Modes(project="testing", test_users=[ALICE.upper()])
    assert came_back(await visit(client))["code"]
    refused = await visit(client, email=CHARLIE)
    assert refused.status_code == 403
    assert "access_denied" in refused.text


@pytest.mark.parametrize("entry", ["practice.example", ALICE])
async def test_an_administrator_who_blocks_the_app_is_named_the_client_to_trust(
    client: httpx2.AsyncClient, sandbox: Sandbox, entry: str
):
    sandbox.modes = Modes(admin_blocks=[entry])
    refused = await visit(client)
    assert refused.status_code == 400
    assert "admin_policy_enforced" in refused.text
    assert "client id practice" in refused.text
    assert came_back(await visit(client, scope=SIGN_IN))["code"]  # who one is may still be said
    assert came_back(await visit(client, email=CHARLIE))["code"]


async def page(client: httpx2.AsyncClient, **query: str) -> str:
    asked = authorize_query(**query)
    del asked["practice_consent"]
    answer = await client.get("/google/authorize", params=asked)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    return answer.text


async def test_the_page_lists_accounts_and_a_tick_for_each_scope(client: httpx2.AsyncClient):
    shown = await page(client, scope=f"{SIGN_IN} {MODIFY} {LABELS}")
    assert re.findall(r'name="account" value="([^"]+)" required( checked)?', shown) == [
        (ALICE, " checked"),
        ("bob@practice.example", ""),
        (CHARLIE, ""),
    ]
    assert re.findall(r'name="allow" value="([^"]+)" checked', shown) == [MODIFY, LABELS]
    assert "See and edit your email labels" in shown


def filled(shown: str) -> dict[str, str]:
    hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', shown)
    return {unescape(name): unescape(value) for name, value in hidden}


async def test_the_page_sends_on_what_was_chosen(client: httpx2.AsyncClient, sandbox: Sandbox):
    form = filled(await page(client, scope=f"openid {MODIFY} {LABELS}"))
    chosen = form | {"account": CHARLIE, "answer": "allow", "allow": LABELS}
    back = came_back(await client.post("/google/authorize", data=chosen))
    assert back["scope"].split() == ["openid", LABELS]
    assert sandbox.grants.codes[back["code"]].email == CHARLIE


async def test_the_page_can_say_no(client: httpx2.AsyncClient):
    form = filled(await page(client))
    assert came_back(await client.post("/google/authorize", data=form | {"answer": "deny"}))["error"] == "access_denied"


async def test_a_form_without_an_account_sends_nobody_on(client: httpx2.AsyncClient):
    form = filled(await page(client))
    answer = await client.post("/google/authorize", data=form | {"answer": "allow", "allow": MODIFY})
    assert answer.status_code == 400


async def test_what_a_stranger_writes_into_the_request_stays_text(client: httpx2.AsyncClient, sandbox: Sandbox):
    sandbox.add_person("m@practice.example", "<script>alert(1)</script>")
    shown = await page(client, state='"><script>x</script>', nonce="<b>")
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown


async def test_an_empty_server_says_so(client: httpx2.AsyncClient, sandbox: Sandbox):
    sandbox.people.clear()
    assert "There is no account here" in await page(client)
