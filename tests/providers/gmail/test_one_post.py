"""Whatever becomes of the answer to a letter: one POST arrives, and nobody is told that it was sent when nobody knows.

A real server on a real socket, because a library that repeats a POST by itself does so below every fake.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest

from app.child import Child
from app.errors import MailboxDisconnected, MessageGone, NoAnswer, ProviderBusy, ProviderError
from app.providers import reading
from app.providers.allowed import gmail
from app.providers.gmail.mailbox import Gmail
from app.providers.transport import Transport, new_client
from tests.providers import wires
from tests.providers.wires import Breaking, BreakingServer, breaking_server

GONE = '{"error": {"code": 404, "message": "Requested entity was not found.", "status": "NOT_FOUND"}}'
QUOTA = '{"error": {"code": 403, "message": "Quota", "errors": [{"reason": "rateLimitExceeded"}]}}'


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    """The client of a running Deskhand."""
    async with new_client() as made:
        yield made


def mailbox_at(server: BreakingServer, client: httpx2.AsyncClient) -> Gmail:
    """Open Alice's mailbox at a server that breaks things."""
    api_url = f"{server.origin}/"

    async def tokens(refused: str) -> str:
        return f"{refused}x"

    transport = Transport(client, tuple(gmail(api_url)), read_seconds=0.3)
    return Gmail(transport, tokens, mailbox="alice", api_url=api_url, reader=Child(reading.work))


async def sends_once(then: Breaking, client: httpx2.AsyncClient, error: type[ProviderError]) -> BreakingServer:
    """Send a draft to a server that does this, see it fail so, and see one POST."""
    async with breaking_server(then) as server:
        with pytest.raises(ProviderError) as failure:
            await mailbox_at(server, client).send_draft("r-1")
        assert type(failure.value) is error
        assert server.posts() == ["POST /gmail/v1/users/me/drafts/send?alt=json HTTP/1.1"]
        assert server.arrived[0].body == b'{"id": "r-1"}'
    return server


@pytest.mark.parametrize(
    "then",
    [
        wires.close_without_answer,
        wires.reset,
        wires.hang,
        wires.truncate,
        wires.half_a_head,
        wires.no_http,
        wires.saying("503 Service Unavailable"),
        wires.saying("503 Service Unavailable", retry_after="0"),
        wires.saying("500 Internal Server Error", '{"error": {"code": 500}}'),
        wires.saying("504 Gateway Timeout", "<html>"),
        wires.saying("200 OK", "<html>Please sign in to this network</html>"),
        wires.saying("200 OK", ""),
        wires.saying("302 Found", location="https://elsewhere.test/"),
        wires.saying("404 Not Found", "<html>no such page</html>"),
    ],
    ids=[
        *("closed", "reset", "hangs", "truncated", "half a head", "no http", "503", "503 at once", "500", "504"),
        *("portal", "empty", "redirect", "foreign 404"),
    ],
)
async def test_V50_a_letter_whose_answer_is_lost_is_asked_once_and_nobody_knows(
    then: Breaking, client: httpx2.AsyncClient
) -> None:
    await sends_once(then, client, NoAnswer)


@pytest.mark.parametrize(
    ("then", "error"),
    [
        (wires.saying("404 Not Found", GONE), MessageGone),
        (wires.saying("429 Too Many Requests", retry_after="0"), ProviderBusy),
        (wires.saying("403 Forbidden", QUOTA), ProviderBusy),
    ],
    ids=["gone", "429", "quota"],
)
async def test_a_letter_that_gmail_refuses_is_asked_once_too(
    then: Breaking, error: type[ProviderError], client: httpx2.AsyncClient
) -> None:
    await sends_once(then, client, error)


async def test_a_letter_goes_out_over_a_connection_that_served_before(client: httpx2.AsyncClient) -> None:
    """A kept connection may have died unseen: that a POST on it fails is no reason to try another."""
    calls = 0

    async def once_then_close(request: wires.Arrived, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        calls += 1
        answer = wires.written({"labels": []}) if calls == 1 else wires.close_without_answer
        await answer(request, writer)

    async with breaking_server(once_then_close) as server:
        mailbox = mailbox_at(server, client)
        assert await mailbox.labels() == ()
        with pytest.raises(NoAnswer):
            await mailbox.send_draft("r-1")
        assert len(server.posts()) == 1


async def test_a_refused_token_is_replaced_once_and_the_letter_leaves_once(client: httpx2.AsyncClient) -> None:
    tokens_seen: list[str] = []

    async def first_refused(request: wires.Arrived, writer: asyncio.StreamWriter) -> None:
        tokens_seen.append(request.headers.lower().partition("authorization: bearer ")[2].partition("\r\n")[0])
        refused = wires.saying("401 Unauthorized", '{"error": {"code": 401}}')
        sent = wires.written({"id": "18", "threadId": "17", "labelIds": ["SENT"]})
        await (refused if len(tokens_seen) == 1 else sent)(request, writer)

    async with breaking_server(first_refused) as server:
        sent = await mailbox_at(server, client).send_draft("r-1")
    assert (sent.id, sent.thread_id) == ("18", "17")
    assert tokens_seen == ["x", "xx"]


async def test_a_token_refused_twice_means_that_the_owner_has_to_connect_again(client: httpx2.AsyncClient) -> None:
    async with breaking_server(wires.saying("401 Unauthorized", "{}")) as server:
        with pytest.raises(MailboxDisconnected):
            await mailbox_at(server, client).send_draft("r-1")
        assert len(server.posts()) == 2


async def test_a_draft_whose_making_went_unanswered_is_not_made_twice(client: httpx2.AsyncClient) -> None:
    """Two drafts would be two letters, if both were sent."""
    mail = {
        "id": "17",
        "threadId": "17",
        "payload": {
            "mimeType": "text/plain",
            "headers": [{"name": "From", "value": "clara@customer.example"}, {"name": "Subject", "value": "Hi"}],
            "body": {"size": 2, "data": "aGk"},
        },
    }

    async def all_but_drafts(request: wires.Arrived, writer: asyncio.StreamWriter) -> None:
        if "/sendAs" in request.line:
            address = {"sendAsEmail": "alice@practice.example", "isDefault": True}
            await wires.written({"sendAs": [address]})(request, writer)
        elif request.line.startswith("GET"):
            await wires.written(mail)(request, writer)
        else:
            await wires.close_without_answer(request, writer)

    async with breaking_server(all_but_drafts) as server:
        with pytest.raises(NoAnswer):
            await mailbox_at(server, client).create_reply(
                wires.reply_to_clara("17", private_id="only-once"),
            )
        assert len(server.posts()) == 1


async def test_reading_is_tried_again_until_it_is_answered(client: httpx2.AsyncClient) -> None:
    calls = 0

    async def third_time_lucky(request: wires.Arrived, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        calls += 1
        failures = {1: wires.reset, 2: wires.truncate}
        await failures.get(calls, wires.written({"emailAddress": "alice@practice.example"}))(request, writer)

    async with breaking_server(third_time_lucky) as server:
        assert await mailbox_at(server, client).address() == "alice@practice.example"
        assert len(server.arrived) == 3


async def test_nobody_at_home_is_known_to_be_so(client: httpx2.AsyncClient) -> None:
    async with breaking_server(wires.hang) as server:
        pass
    with pytest.raises(ProviderBusy):
        await mailbox_at(server, client).send_draft("r-1")
