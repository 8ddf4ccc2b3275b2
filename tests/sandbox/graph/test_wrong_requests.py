"""What Graph refuses before it looks at any mail: tokens, scopes, paths, methods, bodies."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from app.sandbox.graph.routes import ROUTES, Route
from app.sandbox.sandbox import Sandbox
from tests.sandbox.outlook import ALICE, BOB, CHARLIE, MAIL, SETTINGS, V1, Caller, let_in, quoted, to
from tests.sandbox.practice import Program, consent

SOME_ID = f"AAMkAD{'x' * 70}="


def address(route: Route) -> str:
    return f"{V1}/me/{'/'.join(SOME_ID if part == '{}' else part for part in route.path)}"


@pytest.mark.parametrize(
    ("authorization", "message"),
    [
        ("", "Access token is empty."),
        ("Basic YWxpY2U6eA==", "Access token is empty."),
        ("Bearer ", "Access token is empty."),
        ("Bearer made-up", "CompactToken parsing failed with error code: 80049217"),
    ],
)
async def test_without_a_living_token_nothing_is_said(client: httpx2.AsyncClient, authorization: str, message: str):
    for path in ("/v1.0/me", "/v1.0/me/messages", "/v1.0/nothing"):
        answer = await client.get(path, headers={"authorization": authorization} if authorization else {})
        error = answer.json()["error"]
        assert (answer.status_code, error["code"], error["message"]) == (401, "InvalidAuthenticationToken", message)
        assert answer.headers["www-authenticate"].startswith('Bearer realm=""')


async def test_googles_token_is_none_of_graphs(client: httpx2.AsyncClient, sandbox: Sandbox):
    google: Program = await consent(client)
    answer = await client.get("/v1.0/me", headers=google.headers)
    assert answer.status_code == 401


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
async def test_every_call_wants_its_scope(client: httpx2.AsyncClient, sandbox: Sandbox, route: Route):
    others = {
        "User.Read",
        *MAIL.split(),
        SETTINGS,
        "Mail.Read",
        "Mail.ReadBasic",
        "MailboxSettings.Read",
    } - route.scopes
    without = let_in(client, sandbox, ALICE, " ".join(others))
    assert await without.refused(route.method, address(route), json={}) == (403, "ErrorAccessDenied")
    for scope in route.scopes:
        answer = await let_in(client, sandbox, ALICE, scope).ask(route.method, address(route), json={})
        assert answer.status_code != 403
        assert answer.status_code < 500


async def test_who_may_not_even_see_who_it_is(client: httpx2.AsyncClient, sandbox: Sandbox):
    caller = let_in(client, sandbox, ALICE, "Mail.Read")
    assert await caller.refused("GET", "/v1.0/me") == (403, "Authorization_RequestDenied")


@pytest.mark.parametrize(
    ("path", "segment"),
    [
        ("/v1.0/nothing", "nothing"),
        ("/v1.0/users", "users"),
        ("/v1.0/me/mail", "mail"),
        (f"/v1.0/me/messages/{SOME_ID}/sendNow", "sendNow"),
        ("/v1.0/me/messages/a/b/c", "b"),
        ("/v1.0/me/outlook", "outlook"),
        ("/v1.0/me/events", "events"),
    ],
)
async def test_a_path_that_goes_nowhere_says_where_it_ends(caller: Caller, path: str, segment: str):
    answer = await caller.ask("GET", path)
    assert answer.status_code in {400, 405}
    if answer.status_code == 400:
        assert answer.json()["error"]["message"] == f"Resource not found for the segment '{segment}'."


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "messages"),
        ("POST", "mailFolders/inbox"),
        ("GET", "sendMail"),
        ("POST", "/v1.0/me"),
        ("PUT", "messages/x"),
    ],
)
async def test_a_method_that_is_none(caller: Caller, method: str, path: str):
    assert await caller.refused(method, path, json={}) == (405, "BadRequest")


@pytest.mark.parametrize("item_id", ["x", "AAMkAD", "AAMkAD" + "!" * 70, "../inbox", "AQAA" + "x" * 70, " "])
async def test_an_id_that_is_none(caller: Caller, item_id: str):
    assert await caller.refused("GET", f"messages/{quoted(item_id)}") == (400, "ErrorInvalidIdMalformed")


async def test_an_id_of_another_mailbox_is_not_here(caller: Caller, sandbox: Sandbox):
    bob = let_in(caller.client, sandbox, BOB, MAIL)
    made = await bob.post("messages", {"subject": "Bob's"})
    assert await caller.refused("GET", f"messages/{quoted(made['id'])}") == (404, "ErrorItemNotFound")


async def test_ones_own_name_is_as_good_as_me_and_anothers_is_refused(caller: Caller, sandbox: Sandbox):
    oid = sandbox.entra.accounts[ALICE].oid
    for name in (ALICE, ALICE.upper(), oid):
        assert (await caller.ask("GET", f"/v1.0/users/{quoted(name)}/messages")).status_code == 200
    assert await caller.refused("GET", f"/v1.0/users/{quoted(BOB)}/messages") == (403, "ErrorAccessDenied")


async def test_an_account_without_a_mailbox(client: httpx2.AsyncClient, sandbox: Sandbox):
    charlie = let_in(client, sandbox, CHARLIE, f"User.Read {MAIL}")
    assert await charlie.refused("GET", "messages") == (404, "MailboxNotEnabledForRESTAPI")
    me = await charlie.get("/v1.0/me")
    assert (me["mail"], me["userPrincipalName"], len(me["id"])) == (None, CHARLIE, 16)


async def test_who_somebody_is(caller: Caller, sandbox: Sandbox):
    me = await caller.get("/v1.0/me")
    assert (me["id"], me["mail"], me["displayName"]) == (sandbox.entra.accounts[ALICE].oid, ALICE, "Alice Amsel")
    assert "proxyAddresses" not in me
    more = await caller.get("/v1.0/me", **{"$select": "Mail,proxyAddresses"})
    assert set(more) == {"@odata.context", "mail", "proxyAddresses"}
    assert more["proxyAddresses"] == [f"SMTP:{ALICE}", "smtp:team@contoso.example"]
    wrong = {"params": {"$select": "password"}}
    assert await caller.refused("GET", "/v1.0/me", **wrong) == (400, "RequestBroker--ParseUri")


BODIES: list[tuple[Any, str]] = [
    ({"colour": "red"}, "RequestBodyRead"),
    ({"categories": "VIP"}, "RequestBodyRead"),
    ({"categories": [7]}, "RequestBodyRead"),
    ({"isRead": "true"}, "RequestBodyRead"),
    ({"subject": 7}, "RequestBodyRead"),
    ({"importance": "urgent"}, "RequestBodyRead"),
    ({"flag": "flagged"}, "RequestBodyRead"),
    ({"flag": {"flagStatus": "waving"}}, "RequestBodyRead"),
    ({"body": "words"}, "RequestBodyRead"),
    ({"body": {"contentType": "markdown", "content": "x"}}, "RequestBodyRead"),
    ({"toRecipients": {"emailAddress": {}}}, "RequestBodyRead"),
    ({"toRecipients": [{"address": "x@y.example"}]}, "RequestBodyRead"),
    ({"toRecipients": [{"emailAddress": {"mail": "x@y.example"}}]}, "RequestBodyRead"),
    ({"isDraft": False}, "ErrorInvalidPropertySet"),
    ({"conversationId": "x"}, "ErrorInvalidPropertySet"),
    ({"internetMessageHeaders": [{"name": "In-Reply-To", "value": "<x@y>"}]}, "InvalidInternetMessageHeader"),
    ({"internetMessageHeaders": [{"name": "x-a\r\nBcc", "value": "x"}]}, "InvalidInternetMessageHeader"),
    ({"singleValueExtendedProperties": [{"id": "Deskhand", "value": "x"}]}, "ErrorInvalidProperty"),
    ([], "RequestBodyRead"),
]


@pytest.mark.parametrize(("body", "code"), BODIES)
async def test_a_body_that_does_not_fit(caller: Caller, body: Any, code: str):
    assert await caller.refused("POST", "messages", json=body) == (400, code)


async def test_a_body_has_to_be_json_and_say_so(caller: Caller):
    untyped = {"content": b'{"subject": "x"}'}
    assert await caller.refused("POST", "messages", **untyped) == (400, "RequestBodyRead")
    broken = {"content": b'{"subject": ', "headers": {"content-type": "application/json"}}
    assert await caller.refused("POST", "messages", **broken) == (400, "BadRequest")


async def test_headers_are_for_new_drafts_alone(caller: Caller):
    made = await caller.post("messages", {"internetMessageHeaders": [{"name": "X-Ours", "value": "7"}]})
    change = {"json": {"internetMessageHeaders": [{"name": "x-more", "value": "8"}]}}
    refused = await caller.refused("PATCH", f"messages/{quoted(made['id'])}", **change)
    assert refused == (400, "ErrorInvalidPropertySet")


async def test_annotations_and_nulls_are_taken(caller: Caller):
    body = {"@odata.type": "#microsoft.graph.message", "subject": None, "Subject@odata.x": 1, "toRecipients": None}
    made = await caller.post("messages", body | {"replyTo": to(BOB)})
    assert (made["subject"], made["toRecipients"]) == ("", [])
    assert made["replyTo"][0]["emailAddress"]["address"] == BOB


async def test_a_callers_own_request_id_comes_back(caller: Caller):
    answer = await caller.ask("GET", "nothing", headers={"client-request-id": "mine"})
    assert answer.json()["error"]["innerError"]["client-request-id"] == "mine"
    date = answer.json()["error"]["innerError"]["date"]
    assert "Z" not in date
    assert "+" not in date


async def test_graph_never_answers_as_we_do(caller: Caller):
    for path in ("nothing", "messages/x", "messages?$top=x"):
        assert "detail" not in (await caller.ask("GET", path)).json()


@pytest.mark.parametrize(("fault", "status", "code"), [
    ("status_429", 429, "ApplicationThrottled"), ("status_503", 503, "ErrorServerBusy"),
])  # fmt: skip
async def test_a_busy_graph_speaks_for_itself(caller: Caller, fault: str, status: int, code: str):
    await caller.client.put("/_faults", json=[{"provider": "graph", "path": "/v1.0/*", "fault": fault, "seconds": 9}])
    answer = await caller.ask("GET", "messages")
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.headers.get("retry-after") == ("9" if status == 429 else None)


async def test_a_failure_of_ours_looks_like_graphs(caller: Caller, monkeypatch: pytest.MonkeyPatch):
    def fails(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("app.sandbox.graph.mailbox.GraphMailbox.newest_first", fails)
    answer = await caller.ask("GET", "messages")
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "ErrorInternalServerError")
