"""Everything Gmail refuses, with its status and its very words."""

# ruff: noqa: E501 - the tables read best a row a line

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from app import clock
from app.sandbox.gmail.discovery import discovery
from app.sandbox.gmail.mailbox import Message
from app.sandbox.sandbox import Sandbox
from tests.sandbox.practice import ALICE, BOB, CHARLIE, GMAIL, ME, Program, consent, letter, path_of, raw, reply

NOWHERE = "00000000deadbeef"
GOOD = raw(reply())


def error_of(answer: httpx2.Response) -> dict[str, Any]:
    """Return the error of an answer, which has the form of all Google's."""
    body = answer.json()
    assert set(body) == {"error"}
    error: dict[str, Any] = body["error"]
    assert set(error) <= {"code", "message", "errors", "status", "details"}
    assert error["code"] == answer.status_code
    assert answer.headers["content-type"] == "application/json; charset=UTF-8"
    return error


# method, path, parameters, body → status, reason, message
WRONG: list[tuple[str, str, dict[str, Any], Any, int, str, str]] = [
    ("GET", "/gmail/v1/nothing", {}, None, 404, "notFound", "Method not found."),
    ("GET", "/gmail/v2/users/me/messages", {}, None, 404, "notFound", "Method not found."),
    ("GET", "/drive/v3/files", {}, None, 404, "notFound", "Method not found."),
    ("GET", "/", {}, None, 404, "notFound", "Method not found."),
    ("PUT", "messages", {}, {}, 404, "notFound", "Method not found."),
    ("GET", "messages/", {}, None, 404, "notFound", "Method not found."),
    ("GET", "messages/a/b", {}, None, 404, "notFound", "Method not found."),
    ("GET", f"messages/{NOWHERE}", {}, None, 404, "notFound", "Requested entity was not found."),
    ("GET", "messages/not-an-id", {}, None, 400, "invalidArgument", "Invalid id value"),
    ("GET", f"threads/{NOWHERE}", {}, None, 404, "notFound", "Requested entity was not found."),
    ("GET", "threads/not-an-id", {}, None, 400, "invalidArgument", "Invalid id value"),
    ("GET", "drafts/r123", {}, None, 404, "notFound", "Requested entity was not found."),
    ("PUT", "drafts/r123", {}, {"message": {"raw": GOOD}}, 404, "notFound", "Requested entity was not found."),
    ("DELETE", "drafts/r123", {}, None, 404, "notFound", "Requested entity was not found."),
    ("POST", "drafts/send", {}, {"id": "r123"}, 404, "notFound", "Requested entity was not found."),
    ("POST", "drafts/send", {}, {}, 400, "invalidArgument", "Missing draft id"),
    ("POST", "drafts", {}, {}, 400, "invalidArgument", "Missing draft message"),
    ("POST", "messages/send", {}, {}, 400, "invalidArgument", "'raw' RFC822 payload message string or uploading message via /upload/* URL required"),
    ("POST", "messages/send", {}, {"raw": ""}, 400, "invalidArgument", "'raw' RFC822 payload message string or uploading message via /upload/* URL required"),
    ("POST", "messages/send", {}, {"raw": raw(b"Subject: x\n\nno recipient")}, 400, "invalidArgument", "Recipient address required"),
    ("POST", "messages/send", {}, {"raw": raw(b"To: \n\nx")}, 400, "invalidArgument", "Recipient address required"),
    ("POST", "messages/send", {}, {"raw": raw(b"To: undisclosed-recipients:;\n\nx")}, 400, "invalidArgument", "Recipient address required"),
    ("POST", "messages/send", {}, {"raw": raw(b"To: human@f\n\nx")}, 400, "invalidArgument", "Invalid To header"),
    ("POST", "messages/send", {}, {"raw": raw(b"To: a@b.cl\nCc: nobody\n\nx")}, 400, "invalidArgument", "Invalid Cc header"),
    ("POST", "messages/send", {}, {"raw": raw(b"To: " + b",".join(b"a%d@b.cl" % n for n in range(501)) + b"\n\nx")}, 400, "invalidArgument", "Too many recipients"),
    ("POST", "drafts", {}, {"message": {"raw": raw(b"no letter at all")}}, 400, "invalidArgument", "Invalid message: the raw content is not an RFC 2822 message"),
    ("POST", "messages/send", {}, {"raw": GOOD, "threadId": NOWHERE}, 404, "notFound", "Requested entity was not found."),
    ("POST", "drafts", {}, {"message": {"raw": GOOD, "threadId": "no thread"}}, 404, "notFound", "Requested entity was not found."),
    ("POST", "messages", {}, {"raw": GOOD, "labelIds": ["Label_99"]}, 400, "invalidArgument", "Invalid label: Label_99"),
    ("POST", "messages", {}, {"raw": GOOD, "labelIds": ["DRAFT"]}, 400, "invalidArgument", "Invalid label: DRAFT"),
    ("POST", "messages/{id}/modify", {}, {}, 400, "invalidArgument", "No label add or removes specified"),
    ("POST", "messages/{id}/modify", {}, {"addLabelIds": [], "removeLabelIds": []}, 400, "invalidArgument", "No label add or removes specified"),
    ("POST", "messages/{id}/modify", {}, {"addLabelIds": ["SENT"]}, 400, "invalidArgument", "Invalid label: SENT"),
    ("POST", "messages/{id}/modify", {}, {"addLabelIds": ["DRAFT"]}, 400, "invalidArgument", "Invalid label: DRAFT"),
    ("POST", "messages/{id}/modify", {}, {"removeLabelIds": "SENT"}, 400, "invalidArgument", "Invalid label: SENT"),
    ("POST", "messages/{id}/modify", {}, {"addLabelIds": ["Label_99"]}, 400, "invalidArgument", "labelId not found"),
    ("POST", "messages/{id}/modify", {}, {"addLabelIds": ["inbox"]}, 400, "invalidArgument", "labelId not found"),
    ("POST", "messages/{id}/modify", {}, {"addLabelIds": ["STARRED"], "removeLabelIds": ["STARRED"]}, 400, "invalidArgument", "Cannot both add and remove the same label"),
    ("POST", "messages/{id}/modify", {}, {"addLabelIds": ["STARRED"] * 101}, 400, "invalidArgument", "Too many labels specified: the limit is 100 to add and 100 to remove"),
    ("POST", f"messages/{NOWHERE}/modify", {}, {"addLabelIds": ["STARRED"]}, 404, "notFound", "Requested entity was not found."),
    ("POST", f"threads/{NOWHERE}/modify", {}, {"addLabelIds": ["STARRED"]}, 404, "notFound", "Requested entity was not found."),
    ("POST", f"messages/{NOWHERE}/trash", {}, None, 404, "notFound", "Requested entity was not found."),
    ("POST", f"threads/{NOWHERE}/trash", {}, None, 404, "notFound", "Requested entity was not found."),
    ("POST", "messages/batchModify", {}, {"addLabelIds": ["STARRED"]}, 400, "invalidArgument", "Invalid ids: between 1 and 1000 ids are taken"),
    ("POST", "messages/batchModify", {}, {"ids": ["a"] * 1001, "addLabelIds": ["STARRED"]}, 400, "invalidArgument", "Invalid ids: between 1 and 1000 ids are taken"),
    ("GET", "labels/Label_99", {}, None, 404, "notFound", "Requested entity was not found."),
    ("DELETE", "labels/Label_99", {}, None, 404, "notFound", "Requested entity was not found."),
    ("DELETE", "labels/INBOX", {}, None, 400, "invalidArgument", "Invalid delete request"),
    ("PATCH", "labels/INBOX", {}, {"name": "Mine"}, 400, "invalidArgument", "Invalid update to a system label"),
    ("PUT", "labels/SENT", {}, {"name": "Mine"}, 400, "invalidArgument", "Invalid update to a system label"),
    ("POST", "labels", {}, {}, 400, "invalidArgument", "Invalid label name"),
    ("POST", "labels", {}, {"name": " "}, 400, "invalidArgument", "Invalid label name"),
    ("POST", "labels", {}, {"name": "Inbox"}, 400, "invalidArgument", "Invalid label name"),
    ("POST", "labels", {}, {"name": "a//b"}, 400, "invalidArgument", "Invalid label name"),
    ("POST", "labels", {}, {"name": "a\nb"}, 400, "invalidArgument", "Invalid label name"),
    ("POST", "labels", {}, {"name": "x" * 226}, 400, "invalidArgument", "Invalid label name"),
    ("POST", "labels", {}, {"name": "x", "type": "system"}, 400, "invalidArgument", "Invalid label type"),
    ("POST", "labels", {}, {"name": "x", "color": {"backgroundColor": "#123456", "textColor": "#ffffff"}}, 400, "invalidArgument", "Label color #123456 is not on the allowed color palette"),
    ("POST", "labels", {}, {"name": "x", "color": {"backgroundColor": "#ffffff"}}, 400, "invalidArgument", "Label color (none) is not on the allowed color palette"),
    ("GET", "messages", {"labelIds": "Label_99"}, None, 400, "invalidArgument", "labelId not found"),
    ("GET", "messages", {"pageToken": "nonsense"}, None, 400, "invalidArgument", "Invalid pageToken"),
    ("GET", "messages", {"pageToken": "é"}, None, 400, "invalidArgument", "Invalid pageToken"),
    ("GET", "messages", {"alt": "media"}, None, 400, "invalidArgument", "Unsupported Output Format."),
    ("GET", "history", {}, None, 400, "invalidArgument", "Missing start history id"),
    ("GET", "history", {"startHistoryId": "1"}, None, 404, "notFound", "Requested entity was not found."),
    ("GET", "history", {"startHistoryId": "2000", "pageToken": "x"}, None, 400, "invalidArgument", "Invalid pageToken"),
    ("GET", "messages/{id}/attachments/ANGjdJnonsense", {}, None, 400, "invalidArgument", "Invalid attachment token"),
    ("GET", "messages/{id}/attachments/x", {}, None, 400, "invalidArgument", "Invalid attachment token"),
    ("GET", "settings/sendAs/bob@practice.example", {}, None, 404, "notFound", "Requested entity was not found."),
    ("POST", "watch", {}, {"topicName": "mine"}, 400, "invalidArgument", "Invalid topicName does not match projects/*/topics/*"),
    ("POST", "watch", {}, {"topicName": "projects/p/topics/t", "labelIds": ["Label_99"]}, 400, "invalidArgument", "labelId not found"),
    ("GET", "settings/vacation", {}, None, 501, "notImplemented", "Operation is not implemented, or supported, or enabled. (gmail.users.settings.getVacation)"),
]  # fmt: skip
STATUSES = {400: "INVALID_ARGUMENT", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 501: "UNIMPLEMENTED"}


@pytest.mark.parametrize("row", WRONG)
async def test_what_gmail_itself_refuses(program: Program, from_clara: Message, row: tuple[Any, ...]):
    method, path, params, body, status, reason, message = row
    answer = await program.ask(method, path.replace("{id}", from_clara.id), params=params, json=body)
    error = error_of(answer)
    assert (answer.status_code, error["message"]) == (status, message)
    assert error["errors"] == [{"message": message, "domain": "global", "reason": reason}]
    assert error["status"] == STATUSES[status]


def unknown(name: str, at: str = "") -> str:
    place = f" at '{at}'" if at else ""
    return f'Invalid JSON payload received. Unknown name "{name}"{place}: Cannot find field.'


def unbound(name: str) -> str:
    tail = f"Field '{name}' could not be found in request message."
    return f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter. {tail}'


# method, path, parameters, body → field, message
MISFITS: list[tuple[str, str, dict[str, Any], Any, str, str]] = [
    ("GET", "messages", {"foo": "1"}, None, "", unbound("foo")),
    ("GET", "profile", {"q": "x"}, None, "", unbound("q")),
    ("POST", "messages/{id}/trash", {"id": "x"}, None, "", unbound("id")),
    ("GET", "messages", {"maxResults": "many"}, None, "max_results", "Invalid value at 'max_results' (TYPE_UINT32), \"many\""),
    ("GET", "messages", {"maxResults": "-1"}, None, "max_results", "Invalid value at 'max_results' (TYPE_UINT32), \"-1\""),
    ("GET", "messages", {"maxResults": "4294967296"}, None, "max_results", "Invalid value at 'max_results' (TYPE_UINT32), \"4294967296\""),
    ("GET", "messages", {"includeSpamTrash": "yes"}, None, "include_spam_trash", "Invalid value at 'include_spam_trash' (TYPE_BOOL), \"yes\""),
    ("GET", "messages", {"maxResults": ["1", "2"]}, None, "max_results", "Invalid value at 'max_results': Proto field is not repeating, cannot start list."),
    ("GET", "messages/{id}", {"format": "everything"}, None, "format", "Invalid value at 'format' (type.googleapis.com/google.gmail.v1.Format), \"everything\""),
    ("GET", "history", {"startHistoryId": "x"}, None, "start_history_id", "Invalid value at 'start_history_id' (TYPE_UINT64), \"x\""),
    ("GET", "history", {"startHistoryId": "2000", "historyTypes": "all"}, None, "history_types", "Invalid value at 'history_types' (type.googleapis.com/google.gmail.v1.HistoryTypes), \"all\""),
    ("POST", "messages/{id}/modify", {}, {"addLabels": ["X"]}, "", unknown("addLabels")),
    ("POST", "messages/{id}/modify", {}, {"addLabelIds": [1]}, "add_label_ids", "Invalid value at 'add_label_ids' (TYPE_STRING), 1"),
    ("POST", "messages/send", {}, {"body": "x"}, "message", unknown("body", "message")),
    ("POST", "drafts", {}, {"raw": GOOD}, "draft", unknown("raw", "draft")),
    ("POST", "drafts", {}, {"message": {"Raw": GOOD}}, "draft.message", unknown("Raw", "draft.message")),
    ("POST", "drafts", {}, {"message": "x"}, "draft.message", "Invalid value at 'draft.message' (type.googleapis.com/google.gmail.v1.Message), \"x\""),
    ("POST", "drafts", {}, {"message": {"raw": 5}}, "draft.message.raw", "Invalid value at 'draft.message.raw' (TYPE_BYTES), 5"),
    ("POST", "drafts", {}, {"message": {"raw": "%%%"}}, "draft.message.raw", "Invalid value at 'draft.message.raw' (TYPE_BYTES), \"%%%\"\nBase64 decoding failed for \"%%%\""),
    ("POST", "drafts", {}, {"message": {"raw": "AAAAA"}}, "draft.message.raw", "Invalid value at 'draft.message.raw' (TYPE_BYTES), \"AAAAA\"\nBase64 decoding failed for \"AAAAA\""),
    ("POST", "labels", {}, {"title": "x"}, "label", unknown("title", "label")),
    ("POST", "labels", {}, {"name": "x", "labelListVisibility": "show"}, "label.label_list_visibility", "Invalid value at 'label.label_list_visibility' (type.googleapis.com/google.gmail.v1.Label.LabelListVisibility), \"show\""),
    ("POST", "labels", {}, {"name": "x", "messagesTotal": "many"}, "label.messages_total", "Invalid value at 'label.messages_total' (TYPE_INT32), \"many\""),
    ("POST", "labels", {}, ["x"], "", 'Invalid JSON payload received. Unknown name "": Root element must be a message.'),
    ("POST", "messages/{id}/trash", {}, {"id": "x"}, "", unknown("id")),
    ("POST", "watch", {}, {"topicName": "projects/p/topics/t", "labelFilterBehavior": "some"}, "label_filter_behavior", "Invalid value at 'label_filter_behavior' (type.googleapis.com/google.gmail.v1.LabelFilterBehavior), \"some\""),
]  # fmt: skip


@pytest.mark.parametrize("row", MISFITS)
async def test_what_does_not_fit_the_discovery_document(program: Program, from_clara: Message, row: tuple[Any, ...]):
    method, path, params, body, field, message = row
    answer = await program.ask(method, path.replace("{id}", from_clara.id), params=params, json=body)
    error = error_of(answer)
    assert (answer.status_code, error["message"]) == (400, message)
    assert error["errors"] == [{"message": message, "reason": "invalid"}]
    assert error["status"] == "INVALID_ARGUMENT"
    (detail,) = error["details"]
    assert detail["@type"] == "type.googleapis.com/google.rpc.BadRequest"
    violation = {"field": field, "description": message} if field else {"description": message}
    assert detail["fieldViolations"] == [violation]


async def test_every_misfit_is_named(program: Program):
    error = error_of(await program.ask("GET", "messages", params={"foo": "1", "maxResults": "x"}))
    assert len(error["details"][0]["fieldViolations"]) == 2
    assert error["message"].count("\n") == 1


@pytest.mark.parametrize("body", [b"{", b"no json", b"\xff", b'{"raw": }', b"[" * 5_000, b'{"name": "\xed\xa0\x80"}'])
async def test_a_body_that_is_no_json(program: Program, body: bytes):
    error = error_of(await program.ask("POST", "labels", content=body))
    assert error["code"] == 400
    assert error["message"].startswith("Invalid JSON payload received. Unexpected token.")


async def test_a_body_that_goes_on_and_on_inwards(program: Program):
    part: dict[str, Any] = {}
    for _ in range(400):
        part = {"parts": [part]}
    error = error_of(await program.ask("POST", "messages/send", json={"raw": GOOD, "payload": part}))
    assert error["code"] == 400


NO_TOKEN = ["", "Basic cHJhY3RpY2U6cHJhY3RpY2U=", "Bearer", "Bearer ", "Bearer ya29.unknown", "ya29.unknown"]


@pytest.mark.parametrize("header", NO_TOKEN)
async def test_a_call_without_a_living_token(client: httpx2.AsyncClient, header: str):
    answer = await client.get(f"{ME}/messages", headers={"authorization": header} if header else {})
    error = error_of(answer)
    assert (answer.status_code, error["status"]) == (401, "UNAUTHENTICATED")
    assert error["errors"][0]["reason"] == ("authError" if header else "required")
    assert error["errors"][0]["message"] == ("Invalid Credentials" if header else "Login Required.")
    assert error["errors"][0]["location"] == "Authorization"
    assert answer.headers["www-authenticate"].startswith("Bearer realm=")


async def test_a_token_in_the_address_is_none(client: httpx2.AsyncClient, program: Program):
    answer = await client.get(f"{ME}/messages", params={"access_token": program.tokens["access_token"]})
    assert answer.status_code == 401


async def test_an_expired_token(program: Program):
    clock.move(timedelta(hours=1))
    error = error_of(await program.ask("GET", "messages"))
    assert error["errors"][0]["reason"] == "authError"
    assert error["message"].startswith("Request had invalid authentication credentials.")


async def test_the_token_is_asked_for_before_anything_else(client: httpx2.AsyncClient):
    answer = await client.get(f"{ME}/messages", params={"foo": "1"})
    assert answer.status_code == 401


# scope → calls that it does not cover
NARROW: list[tuple[str, str, str, Any, str]] = [
    (f"{GMAIL}labels", "GET", "messages", None, "ListMessages"),
    (f"{GMAIL}labels", "POST", "messages/{id}/modify", {"addLabelIds": ["STARRED"]}, "ModifyMessage"),
    (f"{GMAIL}readonly", "POST", "messages/{id}/modify", {"addLabelIds": ["STARRED"]}, "ModifyMessage"),
    (f"{GMAIL}readonly", "POST", "drafts", {"message": {"raw": GOOD}}, "CreateDraft"),
    (f"{GMAIL}compose", "GET", "messages/{id}", None, "GetMessage"),
    (f"{GMAIL}send", "POST", "drafts", {"message": {"raw": GOOD}}, "CreateDraft"),
    (f"{GMAIL}modify", "DELETE", "messages/{id}", None, "DeleteMessage"),
    (f"{GMAIL}modify", "POST", "messages/batchDelete", {"ids": []}, "BatchDeleteMessages"),
    (f"{GMAIL}modify", "DELETE", "threads/{id}", None, "DeleteThread"),
    (f"{GMAIL}metadata", "POST", "messages/send", {"raw": GOOD}, "SendMessage"),
    (f"{GMAIL}send", "GET", "profile", None, "GetProfile"),
]


@pytest.mark.parametrize("row", NARROW)
async def test_a_scope_that_does_not_cover_the_call(
    client: httpx2.AsyncClient, sandbox: Sandbox, from_clara: Message, row: tuple[Any, ...]
):
    scope, method, path, body, inner = row
    narrow = await consent(client, scope=scope)
    answer = await narrow.ask(method, path.replace("{id}", from_clara.id), json=body)
    error = error_of(answer)
    assert (answer.status_code, error["status"]) == (403, "PERMISSION_DENIED")
    assert error["message"] == "Request had insufficient authentication scopes."
    assert error["errors"] == [
        {"message": "Insufficient Permission", "domain": "global", "reason": "insufficientPermissions"}
    ]
    assert error["details"][0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"
    assert error["details"][0]["metadata"]["method"].endswith(f".{inner}")
    assert sandbox.ledger.entries[-1].effect is None


async def test_a_token_with_no_gmail_scope_opens_nothing(client: httpx2.AsyncClient):
    stranger = await consent(client, scope="openid")
    for operation in discovery().operations:
        answer = await stranger.ask(operation.method, path_of(operation))
        assert answer.status_code == 403, operation.id
        assert answer.json()["error"]["errors"][0]["reason"] == "insufficientPermissions"


@pytest.mark.parametrize("user", [BOB, CHARLIE, "nobody@nowhere.example", "0"])
async def test_another_persons_mailbox_is_not_opened_however_it_was_delegated(program: Program, user: str):
    error = error_of(await program.ask("GET", f"/gmail/v1/users/{user}/messages"))
    assert error["code"] == 403
    assert error["message"] == f"Delegation denied for {ALICE}"
    assert error["errors"][0]["reason"] == "forbidden"


@pytest.mark.parametrize("user", ["me", ALICE, ALICE.upper(), "alice%40practice.example"])
async def test_ones_own_address_is_me(program: Program, user: str):
    assert (await program.ask("GET", f"/gmail/v1/users/{user}/profile")).json()["emailAddress"] == ALICE


async def test_an_account_without_mail(client: httpx2.AsyncClient):
    charlies = await consent(client, CHARLIE)
    error = error_of(await charlies.ask("GET", "messages"))
    assert (error["code"], error["message"], error["status"]) == (
        400,
        "Mail service not enabled",
        "FAILED_PRECONDITION",
    )


METADATA = [
    ("GET", "messages", {"q": "x"}, "Metadata scope does not support 'q' parameter"),
    ("GET", "messages", {"q": ""}, "Metadata scope does not support 'q' parameter"),
    ("GET", "threads", {"q": "x"}, "Metadata scope does not support 'q' parameter"),
    ("GET", "messages/{id}", {}, "Metadata scope doesn't allow format FULL"),
    ("GET", "messages/{id}", {"format": "raw"}, "Metadata scope doesn't allow format RAW"),
    ("GET", "threads/{id}", {"format": "full"}, "Metadata scope doesn't allow format FULL"),
]


@pytest.mark.parametrize("beside", ["", f" {GMAIL}readonly"])
@pytest.mark.parametrize("row", METADATA)
async def test_the_metadata_scope_forbids_even_beside_a_wider_one(
    client: httpx2.AsyncClient, from_clara: Message, beside: str, row: tuple[Any, ...]
):
    method, path, params, message = row
    narrow = await consent(client, scope=f"{GMAIL}metadata{beside}")
    error = error_of(await narrow.ask(method, path.replace("{id}", from_clara.id), params=params))
    assert (error["code"], error["message"], error["errors"][0]["reason"]) == (403, message, "forbidden")


async def test_the_metadata_scope_sees_headers(client: httpx2.AsyncClient, from_clara: Message):
    narrow = await consent(client, scope=f"{GMAIL}metadata")
    shown = await narrow.get(f"messages/{from_clara.id}", format="metadata")
    assert shown["payload"]["headers"][0]["name"] == "From"
    assert (await narrow.get("messages", labelIds="INBOX"))["messages"]


async def test_a_refused_call_leaves_the_mailbox_as_it_was(program: Program, sandbox: Sandbox, from_clara: Message):
    before = await program.get("profile")
    await program.ask("POST", f"messages/{from_clara.id}/modify", json={"addLabelIds": ["STARRED", "SENT"]})
    await program.ask("POST", "drafts", json={"message": {"raw": GOOD, "threadId": NOWHERE}})
    await program.ask("POST", "messages/send", json={"raw": raw(letter(to="")), "threadId": from_clara.id})
    assert await program.get("profile") == before
    assert all(entry.effect is None for entry in sandbox.ledger.entries)


async def test_both_spellings_of_base64_are_taken_with_and_without_padding(program: Program):
    written = b"To: a@b.cl\r\nSubject: x\r\n\r\n" + bytes(range(250, 256)) * 4 + b"\xfb\xff"
    for text in (base64.urlsafe_b64encode(written), base64.b64encode(written), base64.encodebytes(written)):
        for spelled in (text.decode(), text.decode().rstrip("=\n")):
            made = await program.post("drafts", {"message": {"raw": spelled}})
            back = await program.get(f"drafts/{made['id']}", format="raw")
            assert base64.urlsafe_b64decode(back["message"]["raw"]) == written


async def test_too_large_a_body_is_refused(program: Program, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("app.sandbox.gmail.router.MOST_JSON_BYTES", 100)
    error = error_of(await program.ask("POST", "labels", json={"name": "x" * 200}))
    assert error["code"] == 413
