"""What Gmail may answer and a practice server does not: silent changes, huge mailboxes, things gone between calls."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest

from app.child import Child
from app.errors import (
    InvalidMessage,
    MailboxDisconnected,
    MessageGone,
    NoAnswer,
    ProviderError,
    ProviderRefused,
    UnreadableDraft,
)
from app.providers import reading
from app.providers.base import Listing
from app.providers.calling import together
from app.providers.gmail.calls import known_id
from app.providers.gmail.convert import message_of
from app.providers.gmail.mailbox import Gmail
from app.providers.quoting import attribution
from tests.providers.wires import GMAIL, refusal, reply_to_clara, way_to

ROOT = "/gmail/v1/users/me"
Said = dict[str, Any] | httpx2.Response | Callable[[httpx2.Request], Any]
LETTER = {
    "id": "17",
    "threadId": "17",
    "labelIds": ["INBOX"],
    "internalDate": "1795309025340",
    "payload": {
        "mimeType": "text/plain",
        "headers": [
            {"name": "From", "value": "Clara <clara@customer.example>"},
            {"name": "Subject", "value": "Terrace"},
            {"name": "Message-ID", "value": "<march@customer.example>"},
        ],
        "body": {"size": 10, "data": base64.urlsafe_b64encode(b"In March?").decode()},
    },
}
ALICE = {"sendAsEmail": "alice@practice.example", "displayName": "Alice", "isPrimary": True, "isDefault": True}


@dataclass
class OddGmail:
    """A Gmail that answers what a test says, and notes what it was asked."""

    says: dict[str, Said]
    asked: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        call = f"{request.method} {request.url.path.removeprefix(ROOT)}"
        self.asked.append(call)
        self.bodies.append(request.content)
        said = self.says.get(call, refusal(404, "Requested entity was not found.", "notFound"))
        said = said(request) if callable(said) else said
        return said if isinstance(said, httpx2.Response) else httpx2.Response(200, json=said)


@pytest.fixture
async def reader() -> AsyncIterator[Child]:
    """The process that reads."""
    async with Child(reading.work) as made:
        yield made


def opened(odd: OddGmail, reader: Child, tokens: list[str] | None = None) -> Gmail:
    """Open a mailbox there; `tokens` notes which token was refused before each."""

    async def source(refused: str) -> str:
        if tokens is not None:
            tokens.append(refused)
        return f"{refused}t"

    return Gmail(way_to(odd).transport, source, mailbox="alice", api_url=GMAIL, reader=reader)


def held(sender: str = "alice@practice.example", thread: str = "17") -> dict[str, Any]:
    """Return a draft as Gmail holds it."""
    headers = [{"name": "From", "value": sender}, {"name": "X-Deskhand-Id", "value": "p1"}]
    payload = {"mimeType": "text/plain", "headers": headers, "body": {"size": 2, "data": "SGk"}}
    return {"id": "r-1", "message": {"id": "18", "threadId": thread, "labelIds": ["DRAFT"], "payload": payload}}


def writing() -> OddGmail:
    """Return a Gmail where a reply can be written."""
    says: dict[str, Said] = {
        "GET /settings/sendAs": {"sendAs": [ALICE]},
        "GET /messages/17": LETTER,
        "POST /drafts": {"id": "r-1", "message": {"id": "18", "threadId": "17"}},
        "GET /drafts/r-1": held(),
        "PUT /drafts/r-1": {"id": "r-1", "message": {"id": "19", "threadId": "17"}},
        "DELETE /drafts/r-1": httpx2.Response(204),
    }
    return OddGmail(says)


REPLY = reply_to_clara("17", private_id="p1")


async def test_a_reply_that_gmail_puts_into_a_conversation_of_its_own_is_thrown_away(reader: Child) -> None:
    odd = writing()
    odd.says["GET /drafts/r-1"] = held(thread="18")
    with pytest.raises(ProviderRefused, match="conversation"):
        await opened(odd, reader).create_reply(REPLY)
    assert odd.asked[-1] == "DELETE /drafts/r-1"


async def test_a_reply_whose_sender_gmail_changed_in_silence_is_thrown_away(reader: Child) -> None:
    odd = writing()
    odd.says["GET /drafts/r-1"] = held(sender="other@practice.example")
    with pytest.raises(InvalidMessage, match="address"):
        await opened(odd, reader).create_reply(REPLY)
    assert odd.asked[-1] == "DELETE /drafts/r-1"


async def test_a_draft_without_an_id_is_one_that_nobody_knows_of(reader: Child) -> None:
    odd = writing()
    odd.says["POST /drafts"] = {}
    with pytest.raises(NoAnswer):
        await opened(odd, reader).create_reply(REPLY)


async def test_a_draft_is_written_as_json_with_its_conversation(reader: Child) -> None:
    odd = writing()
    await opened(odd, reader).create_reply(REPLY)
    sent = json.loads(odd.bodies[odd.asked.index("POST /drafts")])
    assert sent.keys() == {"message"}
    assert sent["message"].keys() == {"raw", "threadId"}
    assert sent["message"]["threadId"] == "17"
    raw = base64.urlsafe_b64decode(sent["message"]["raw"])
    assert b"X-Deskhand-Id: p1\r\n" in raw
    assert b"\r\n> In March?\r\n" in raw


async def test_a_very_large_draft_takes_the_upload_route(reader: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.providers.gmail.drafts.LARGE", 100)
    odd = writing()
    odd.says["POST /upload/gmail/v1/users/me/drafts"] = odd.says["POST /drafts"]
    await opened(odd, reader).create_reply(REPLY)
    body = odd.bodies[odd.asked.index("POST /upload/gmail/v1/users/me/drafts")]
    assert b'{"message": {"threadId": "17"}}' in body
    assert b"Content-Type: message/rfc822" in body
    assert b"X-Deskhand-Id: p1\r\n" in body


async def test_the_default_address_sends_unless_another_is_named(reader: Child) -> None:
    other = {"sendAsEmail": "other@practice.example", "verificationStatus": "accepted"}
    odd = writing()
    odd.says["GET /settings/sendAs"] = {"sendAs": [other, ALICE]}
    assert (await opened(odd, reader).create_reply(REPLY)).message.authors[0].email == "alice@practice.example"


async def test_a_mailbox_without_any_address_writes_nothing(reader: Child) -> None:
    for nothing in ({}, {"sendAs": []}, {"sendAs": "x"}, {"sendAs": [{}, None]}):
        odd = writing()
        odd.says["GET /settings/sendAs"] = nothing
        with pytest.raises(InvalidMessage):
            await opened(odd, reader).create_reply(REPLY)
        assert "POST /drafts" not in odd.asked


async def test_an_update_looks_right_before_it_writes(reader: Child) -> None:
    odd = writing()
    await opened(odd, reader).update_draft("r-1", REPLY, revision="18")
    put = odd.asked.index("PUT /drafts/r-1")
    assert odd.asked[put - 1] == "GET /drafts/r-1"


async def test_a_draft_that_cannot_be_read_is_not_judged_by_half(reader: Child) -> None:
    odd = writing()
    long = {"mimeType": "text/plain", "body": {"size": 3 * 2**20, "attachmentId": "ANG"}}
    odd.says["GET /drafts/r-1"] = {"id": "r-1", "message": {"id": "18", "threadId": "17", "payload": long}}
    with pytest.raises(UnreadableDraft):
        await opened(odd, reader).draft("r-1")


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ({"mimeType": "application/pdf", "body": {"size": 3, "attachmentId": "ANG"}}, {"size": 0}),
        ({"mimeType": "application/pdf", "body": {"size": 3}}, {}),
        ({"mimeType": "message/rfc822", "body": {"size": 0}, "parts": [{"mimeType": "text/plain"}]}, {}),
    ],
    ids=["its bytes are kept back", "nothing names its bytes", "a letter that hangs on it comes without any"],
)
async def test_a_draft_with_a_file_that_gmail_does_not_give_is_nothing_to_say_yes_to(
    reader: Child, file: dict[str, Any], said: dict[str, Any]
) -> None:
    odd, draft = writing(), held()
    words = draft["message"]["payload"]
    file["filename"] = "offer"
    draft["message"]["payload"] = words | {"mimeType": "multipart/mixed", "parts": [words | {"headers": []}, file]}
    odd.says |= {"GET /drafts/r-1": draft, "GET /messages/18/attachments/ANG": said}
    with pytest.raises(UnreadableDraft):
        await opened(odd, reader).draft("r-1")


async def test_a_draft_without_bytes_is_not_copied(reader: Child) -> None:
    for raw in ("", "ñ"):
        odd = writing()
        odd.says["GET /drafts/r-1"] = {"id": "r-1", "message": {"id": "18", "threadId": "17", "raw": raw}}
        with pytest.raises(InvalidMessage):
            await opened(odd, reader).copy_draft("r-1")
        assert "POST /drafts" not in odd.asked


async def test_an_unreadable_draft_is_nobodys(reader: Child) -> None:
    odd = writing()
    odd.says["GET /drafts"] = {"drafts": [{"id": "r-9", "message": {"threadId": "17"}}, {"id": "r-1", "message": {}}]}
    odd.says["GET /drafts/r-9"] = refusal(404, "gone", "notFound")
    assert await opened(odd, reader).find_draft("p1", "17") is None


async def test_a_draft_is_looked_for_on_every_page(reader: Child) -> None:
    odd = writing()
    pages = {
        "": {"drafts": [{"id": "r-0", "message": {"threadId": "16"}}], "nextPageToken": "2"},
        "2": {"drafts": [{"id": "r-1", "message": {"threadId": "17"}}]},
    }
    odd.says["GET /drafts"] = lambda request: pages[request.url.params.get("pageToken", "")]
    found = await opened(odd, reader).find_draft("p1", "17")
    assert found is not None
    assert found.id == "r-1"


async def test_endless_pages_come_to_an_end(reader: Child) -> None:
    odd = writing()
    odd.says["GET /drafts"] = {"drafts": [], "nextPageToken": "again"}
    assert await opened(odd, reader).find_draft("p1", "17") is None
    assert len(odd.asked) == 20


async def test_a_message_that_went_between_the_list_and_the_look_is_left_out(reader: Child) -> None:
    odd = OddGmail(
        {"GET /messages": {"messages": [{"id": "17"}, {"id": "gone"}, {}, None]}, "GET /messages/17": LETTER}
    )
    page = await opened(odd, reader).list_messages(Listing())
    assert [message.id for message in page.messages] == ["17"]


async def test_a_message_that_has_left_its_conversation_is_listed_with_the_one_it_is_in_now(reader: Child) -> None:
    listed = [("17", "gone"), ("18", "left"), ("19", "torn"), ("20", "20"), ("", ""), ("21", "left")]
    letters = {name: LETTER | {"id": name, "threadId": where} for name, where in (("17", "now"), ("18", "lost"))}
    odd = OddGmail(
        {
            "GET /messages": {"messages": [{"id": name, "threadId": thread} for name, thread in listed] + [{}, None]},
            "GET /messages/17": letters["17"],
            "GET /messages/18": letters["18"],
            "GET /messages/19": LETTER | {"id": "19", "threadId": "torn"},
            "GET /threads/left": {"messages": [LETTER | {"id": "22", "threadId": "left"}]},
            "GET /threads/now": {"messages": [letters["17"], LETTER | {"id": "23", "threadId": "now"}]},
            "GET /threads/torn": {"messages": [LETTER | {"id": "24", "threadId": "torn"}]},
        }
    )
    page = await opened(odd, reader).list_conversations(Listing())
    assert [(message.id, message.thread_id) for message in page.messages] == [
        ("17", "now"),
        ("18", "lost"),
        ("19", "torn"),
    ]
    judged_by = [{message.id for message in thread.messages} for thread in page.threads]
    assert {"17", "23"} in judged_by  # with all that stands beside it now
    assert {"18"} in judged_by
    assert {"19", "24"} in judged_by


async def test_one_failure_ends_a_whole_page(reader: Child) -> None:
    odd = OddGmail({"GET /messages": {"messages": [{"id": str(n)} for n in range(30)]}})
    odd.says |= {f"GET /messages/{n}": LETTER for n in range(30)}
    odd.says["GET /messages/3"] = refusal(403, "no", "domainPolicy")
    with pytest.raises(ProviderRefused):
        await opened(odd, reader).list_messages(Listing())


async def test_a_huge_mailbox_is_counted_to_five_thousand_and_then_believed(reader: Child) -> None:
    full = {"messages": [{"id": str(n)} for n in range(500)], "nextPageToken": "x", "resultSizeEstimate": 81_234}
    odd = OddGmail({"GET /messages": full})
    assert await opened(odd, reader).count_messages(Listing()) == 81_234
    assert len(odd.asked) == 10


async def test_an_estimate_below_what_was_counted_is_not_believed(reader: Child) -> None:
    full = {"messages": [{"id": str(n)} for n in range(500)], "nextPageToken": "x", "resultSizeEstimate": 201}
    assert await opened(OddGmail({"GET /messages": full}), reader).count_messages(Listing()) == 5_000


async def test_a_body_that_gmail_keeps_apart_is_fetched(reader: Child) -> None:
    apart = {"mimeType": "text/plain", "body": {"size": 9, "attachmentId": "ANG-1"}}
    odd = OddGmail({"GET /messages/17": {**LETTER, "payload": apart}})
    odd.says["GET /messages/17/attachments/ANG-1"] = {"size": 9, "data": base64.b64encode(b"from afar").decode()}
    assert (await opened(odd, reader).read("17")).text == "from afar"


@pytest.mark.parametrize("padding", ["", "=", "=="])
async def test_a_file_is_decoded_padded_or_not(reader: Child, padding: str) -> None:
    raw = b"\xfb\xff\xfe" + b"x" * len(padding)
    data = base64.urlsafe_b64encode(raw).decode().rstrip("=") + padding
    part = {"mimeType": "image/png", "filename": "a.png", "body": {"size": 3, "attachmentId": "ANG-1"}}
    odd = OddGmail({"GET /messages/17": {**LETTER, "payload": {"mimeType": "multipart/mixed", "parts": [part]}}})
    odd.says["GET /messages/17/attachments/ANG-1"] = {"data": data}
    assert (await opened(odd, reader).attachment("17", "0"))[:3] == b"\xfb\xff\xfe"


async def test_a_file_that_cannot_be_decoded_is_an_error_and_no_empty_file(reader: Child) -> None:
    part = {"mimeType": "image/png", "filename": "a.png", "body": {"size": 3, "attachmentId": "ANG-1"}}
    odd = OddGmail({"GET /messages/17": {**LETTER, "payload": part}})
    odd.says["GET /messages/17/attachments/ANG-1"] = {"data": "ñ"}
    with pytest.raises(ProviderError):
        await opened(odd, reader).attachment("17", "0")


async def test_a_file_within_the_message_needs_no_second_call(reader: Child) -> None:
    part = {"mimeType": "image/png", "filename": "a.png", "body": {"size": 2, "data": "SGk"}}
    odd = OddGmail({"GET /messages/17": {**LETTER, "payload": part}})
    assert await opened(odd, reader).attachment("17", "0") == b"Hi"
    assert odd.asked == ["GET /messages/17"]


async def test_json_nested_beyond_measure_leaves_a_letter_unreadable(reader: Child) -> None:
    deep = httpx2.Response(200, content=b'{"payload":' + b'{"parts":[' * 50_000 + b"]}" * 50_000 + b"}")

    def by_format(request: httpx2.Request) -> Any:
        return deep if request.url.params["format"] == "full" else LETTER

    content = await opened(OddGmail({"GET /messages/17": by_format}), reader).read("17")
    assert (content.readable, content.message.id) == (False, "17")


async def test_an_unknown_label_is_looked_up_once_and_left_out(reader: Child) -> None:
    odd = OddGmail({"GET /messages/17": {**LETTER, "labelIds": ["INBOX", "YELLOW_STAR", "Label_9", "Label_1"]}})
    labels = [{"id": "YELLOW_STAR", "name": "YELLOW_STAR", "type": "system"}, {"id": "Label_1", "name": "Garden"}]
    odd.says["GET /labels"] = {"labels": [*labels, {"name": "no id"}, None]}
    message = await opened(odd, reader).message("17")
    assert message.labels == {"Garden"}
    assert odd.asked.count("GET /labels") == 1


async def test_a_label_that_gmail_took_for_another_program_is_adopted(reader: Child) -> None:
    """Between our list and our call another program made it: 409 at Gmail, 400 at its imitations."""
    for status in (409, 400):
        names: list[dict[str, str]] = []

        def taken(_: httpx2.Request, names: list[dict[str, str]] = names, status: int = status) -> httpx2.Response:
            names.append({"id": "Label_4", "name": "GARDEN"})
            return refusal(status, "Label name exists or conflicts", "aborted")

        odd = OddGmail({"GET /messages/17": LETTER, "POST /messages/17/modify": {"id": "17"}, "POST /labels": taken})
        odd.says["GET /labels"] = lambda _, names=names: {"labels": names}
        await opened(odd, reader).relabel("17", add=frozenset({"Garden"}), remove=frozenset())
        change = json.loads(odd.bodies[odd.asked.index("POST /messages/17/modify")])
        assert change == {"addLabelIds": ["Label_4"], "removeLabelIds": []}


async def test_a_profile_without_an_address_is_none(reader: Child) -> None:
    with pytest.raises(ProviderError):
        await opened(OddGmail({"GET /profile": {}}), reader).address()


async def test_one_refused_token_is_told_to_whoever_gives_tokens(reader: Child) -> None:
    answers = iter([httpx2.Response(401), {"emailAddress": "alice@practice.example"}])
    tokens: list[str] = []
    odd = OddGmail({"GET /profile": lambda _: next(answers)})
    assert await opened(odd, reader, tokens).address() == "alice@practice.example"
    assert tokens == ["", "t"]


async def test_two_refused_tokens_end_it(reader: Child) -> None:
    tokens: list[str] = []
    with pytest.raises(MailboxDisconnected):
        await opened(OddGmail({"GET /profile": httpx2.Response(401)}), reader, tokens).address()
    assert tokens == ["", "t"]


@pytest.mark.parametrize("given_id", ["18c0", "r-123", "ANGjdJ-_x=", "msg_Ab.c~d+e:f@g"])
def test_ids_that_can_be_are_taken(given_id: str) -> None:
    assert known_id(given_id) == given_id


@pytest.mark.parametrize("given_id", ["", ".", "..", "a/b", "a?b", "a#b", "a%2fb", "a b", "a\nb", "ñ", "x" * 2000])
def test_ids_that_cannot_be_name_nothing(given_id: str) -> None:
    with pytest.raises(MessageGone):
        known_id(given_id)


async def test_calls_side_by_side_keep_their_order_and_fail_as_one() -> None:
    ended: list[str] = []

    async def give(value: int) -> int:
        await asyncio.sleep(0)
        return value

    async def fail() -> int:
        raise MessageGone()

    async def wait() -> int:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("waited")
        return 0

    assert await together([give(3), give(1), give(2)]) == [3, 1, 2]
    assert await together([]) == []
    with pytest.raises(MessageGone):
        await together([wait(), fail()])
    assert ended == ["waited"]


def test_the_line_above_a_quotation_is_in_no_language() -> None:

    assert attribution(message_of(LETTER, frozenset())) == "2026-11-22 00:57 UTC, Clara <clara@customer.example>:"
