"""Requests as Google's own client library builds them, and answers as it reads them."""

from __future__ import annotations

import base64
from typing import Any

import httplib2
import httpx2
import pytest
from googleapiclient.discovery import build_from_document
from googleapiclient.http import HttpRequest, MediaInMemoryUpload

from app.sandbox.gmail.checks import names_in
from app.sandbox.gmail.discovery import discovery, document
from app.sandbox.gmail.handlers import HANDLERS
from app.sandbox.gmail.mailbox import Message
from app.sandbox.sandbox import Sandbox
from tests.sandbox.practice import ORIGIN, Program, letter, raw, reply, unraw


class NoNetwork:
    """What the library gets in place of httplib2: it may build, never send."""

    def request(self, *_: Any, **__: Any) -> None:
        raise AssertionError("the library sent something by itself")


@pytest.fixture(scope="module")
def users() -> Any:
    """The library's `users()` resource, at the practice server's address."""
    doc = dict(document()) | {"rootUrl": f"{ORIGIN}/"}
    doc.pop("mtlsRootUrl", None)
    return build_from_document(doc, http=NoNetwork()).users()


class Library:
    """Sends what the library builds and gives the answer back through it."""

    def __init__(self, program: Program) -> None:
        self.program = program

    async def __call__(self, request: HttpRequest) -> Any:
        headers = {name: value for name, value in request.headers.items() if name != "accept-encoding"}
        answer = await self.program.client.request(
            request.method, request.uri, content=request.body, headers=headers | self.program.headers
        )
        assert answer.is_success, answer.text
        checked(request.methodId, answer)
        return request.postproc(httplib2.Response({"status": str(answer.status_code)}), answer.content)


def checked(method_id: str, answer: httpx2.Response) -> None:
    """Check an answer against the schema that the discovery document promises."""
    operation = next(one for one in discovery().operations if one.id == method_id)
    if not operation.answer:
        assert (answer.status_code, answer.content) == (204, b"")
        return
    fits(answer.json(), {"$ref": operation.answer}, method_id)


def fits(value: Any, spec: dict[str, Any], place: str) -> None:
    if "$ref" in spec:
        assert isinstance(value, dict), place
        assert set(value) <= set(names_in(spec["$ref"])), place
        for name, inner in value.items():
            fits(inner, discovery().schemas[spec["$ref"]]["properties"][name], f"{place}.{name}")
    elif spec["type"] == "array":
        for inner in value:
            fits(inner, spec["items"], place)
    else:
        kinds = {"string": str, "integer": int, "boolean": bool}
        assert isinstance(value, kinds[spec["type"]]), place
        assert "enum" not in spec or value in spec["enum"], place
        if spec.get("format") == "byte":
            base64.urlsafe_b64decode(value)


@pytest.fixture
def library(mighty: Program) -> Library:
    """The library with a token that may do everything."""
    return Library(mighty)


ME = {"userId": "me"}


async def test_the_whole_way_of_a_reply(library: Library, users: Any, from_clara: Message, sandbox: Sandbox):
    listed = await library(users.messages().list(**ME, labelIds=["INBOX"], q="is:unread"))
    message = await library(users.messages().get(**ME, id=listed["messages"][0]["id"], format="full"))
    label = await library(users.labels().create(**ME, body={"name": "Clients"}))
    await library(users.messages().modify(**ME, id=message["id"], body={"addLabelIds": [label["id"]]}))
    body = {"message": {"raw": raw(reply()), "threadId": message["threadId"]}}
    draft = await library(users.drafts().create(**ME, body=body))
    await library(users.drafts().update(**ME, id=draft["id"], body=body))
    sent = await library(users.drafts().send(**ME, body={"id": draft["id"]}))
    thread = await library(users.threads().get(**ME, id=message["threadId"]))
    assert [one["id"] for one in thread["messages"]] == [message["id"], sent["id"]]
    kinds = [entry.effect.kind for entry in sandbox.ledger.entries if entry.effect]
    assert kinds == ["label", "draft", "draft_update", "send"]


async def test_every_practised_call_can_be_built_and_answered(library: Library, users: Any, from_clara: Message):
    messages, threads, drafts, labels = users.messages(), users.threads(), users.drafts(), users.labels()
    first = {**ME, "id": from_clara.id}
    star = {"addLabelIds": ["STARRED"]}
    label = await library(labels.create(**ME, body={"name": "A"}))
    draft = await library(drafts.create(**ME, body={"message": {"raw": raw(letter())}}))
    kept = await library(messages.insert(**ME, body={"raw": raw(letter())}, internalDateSource="dateHeader"))
    imported = await library(messages.import_(**ME, body={"raw": raw(letter())}, neverMarkSpam=True))
    start = (await library(users.getProfile(**ME)))["historyId"]
    calls: list[HttpRequest] = [
        users.watch(**ME, body={"topicName": "projects/p/topics/t"}),
        users.stop(**ME),
        users.settings().sendAs().list(**ME),
        users.settings().sendAs().get(**ME, sendAsEmail="alice@practice.example"),
        messages.list(**ME, maxResults=2, includeSpamTrash=True),
        messages.get(**first, format="metadata", metadataHeaders=["From", "To"]),
        messages.modify(**first, body=star),
        messages.batchModify(**ME, body={"ids": [from_clara.id]} | star),
        messages.trash(**first),
        messages.untrash(**first),
        messages.send(**ME, body={"raw": raw(reply())}),
        messages.batchDelete(**ME, body={"ids": [kept["id"]]}),
        messages.delete(**ME, id=imported["id"]),
        threads.list(**ME, q="terrace"),
        threads.get(**first, format="minimal"),
        threads.modify(**first, body=star),
        threads.trash(**first),
        threads.untrash(**first),
        labels.list(**ME),
        labels.get(**ME, id="INBOX"),
        labels.update(**ME, id=label["id"], body={"name": "B"}),
        labels.patch(**ME, id=label["id"], body={"labelListVisibility": "labelHide"}),
        labels.delete(**ME, id=label["id"]),
        drafts.list(**ME),
        drafts.get(**ME, id=draft["id"], format="raw"),
        drafts.delete(**ME, id=draft["id"]),
        users.history().list(**ME, startHistoryId=start, historyTypes=["labelAdded"]),
        threads.delete(**first),
    ]
    for call in calls:
        await library(call)
    called = {call.methodId.removeprefix("gmail.users.") for call in calls}
    apart = {"getProfile", "messages.insert", "messages.import", "labels.create", "drafts.create"}
    elsewhere = {"drafts.update", "drafts.send", "messages.attachments.get"}
    assert HANDLERS.keys() - called == apart | elsewhere


async def test_a_letter_by_upload(library: Library, users: Any, from_clara: Message):
    media = MediaInMemoryUpload(reply(), mimetype="message/rfc822")
    body = {"message": {"threadId": from_clara.thread_id}}
    draft = await library(users.drafts().create(**ME, body=body, media_body=media))
    assert draft["message"]["threadId"] == from_clara.thread_id
    shown = await library(users.drafts().get(**ME, id=draft["id"], format="raw"))
    assert unraw(shown["message"]["raw"]) == reply()


async def test_a_letter_by_upload_alone(library: Library, users: Any):
    media = MediaInMemoryUpload(reply(), mimetype="message/rfc822")
    sent = await library(users.messages().send(**ME, media_body=media))
    assert sent["labelIds"] == ["SENT"]


async def test_an_upload_in_pieces_begins_as_the_library_begins_it(mighty: Program, users: Any):
    media = MediaInMemoryUpload(letter(), mimetype="message/rfc822", resumable=True)
    begin = users.drafts().create(**ME, body={}, media_body=media)
    headers = {name: value for name, value in begin.headers.items() if name != "accept-encoding"}
    headers |= {"X-Upload-Content-Type": "message/rfc822", "X-Upload-Content-Length": str(len(letter()))}
    begun = await mighty.ask(begin.method, begin.uri, content=begin.body, headers=headers)
    done = await mighty.ask("PUT", begun.headers["location"], content=letter())
    assert done.json()["message"]["labelIds"] == ["DRAFT"]


async def test_pages_as_the_library_asks_for_them(library: Library, users: Any, mighty: Program, mailbox: Any):
    for n in range(5):
        mailbox.add(letter(f"letter {n}"))
    request = users.messages().list(**ME, maxResults=2)
    seen: list[str] = []
    while request is not None:
        page = await library(request)
        seen += [message["id"] for message in page["messages"]]
        request = users.messages().list_next(request, page)
    assert len(seen) == len(set(seen)) == 5


async def test_an_attachment(library: Library, users: Any, mailbox: Any):
    written = b"Subject: x\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename=a.png\r\n\r\n\x89PNG"
    message = await library(users.messages().get(**ME, id=mailbox.add(written).id))
    found = message["payload"]["body"]["attachmentId"]
    body = await library(users.messages().attachments().get(**ME, messageId=message["id"], id=found))
    assert unraw(body["data"]) == b"\x89PNG"


async def test_fields_through_the_library(library: Library, users: Any, from_clara: Message):
    shown = await library(users.messages().get(**ME, id=from_clara.id, fields="id,labelIds"))
    assert set(shown) == {"id", "labelIds"}
