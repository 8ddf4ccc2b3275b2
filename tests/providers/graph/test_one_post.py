"""Whatever becomes of the answer to a letter: one POST arrives, and nobody is told that it was sent when nobody knows.

A real server on a real socket, because a library that repeats a POST by itself does so below every fake.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import httpx2
import pytest

from app.child import Child
from app.errors import InvalidMessage, MailboxDisconnected, MessageGone, NoAnswer, ProviderBusy, ProviderError
from app.providers import reading
from app.providers.allowed import graph
from app.providers.graph.mailbox import Graph
from app.providers.transport import Transport, new_client
from tests.providers import wires
from tests.providers.graph.wires import FOLDERS, ID, QUOTED, resource
from tests.providers.wires import Arrived, Breaking, BreakingServer, breaking_server

GONE = '{"error": {"code": "ErrorItemNotFound", "message": "The specified object was not found in the store."}}'
NOBODY = '{"error": {"code": "ErrorInvalidRecipients", "message": "At least one recipient is needed."}}'
SEND = f"POST /v1.0/me/messages/{QUOTED}/send HTTP/1.1"
DRAFT = resource(isDraft=True, parentFolderId=FOLDERS["drafts"], mail="alice@practice.example")


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    """The client of a running Deskhand."""
    async with new_client() as made:
        yield made


def mailbox_at(server: BreakingServer, client: httpx2.AsyncClient) -> Graph:
    """Open Alice's mailbox at a server that breaks things."""
    api_url = f"{server.origin}/v1.0"

    async def tokens(refused: str) -> str:
        return f"{refused}x"

    transport = Transport(client, tuple(graph(api_url)), read_seconds=0.3)
    return Graph(transport, tokens, mailbox="alice", api_url=api_url, reader=Child(reading.work))


def reading_goes_well(then: Breaking) -> Breaking:
    """Answer what is looked at, and do this with what is posted."""

    async def answer(request: Arrived, writer: asyncio.StreamWriter) -> None:
        if request.line.startswith("POST"):
            await then(request, writer)
            return
        path = request.line.split()[1].partition("?")[0]
        name = path.rpartition("/")[2]
        await wires.written({"id": FOLDERS[name]} if name in FOLDERS else DRAFT)(request, writer)

    return answer


@pytest.mark.parametrize(
    ("then", "error"),
    [
        (wires.close_without_answer, NoAnswer),
        (wires.reset, NoAnswer),
        (wires.hang, NoAnswer),
        (wires.half_a_head, NoAnswer),
        (wires.saying("503 Service Unavailable", retry_after="0"), NoAnswer),
        (wires.saying("504 Gateway Timeout", "<html>"), NoAnswer),
        (wires.saying("200 OK", "<html>Please sign in to this network</html>"), NoAnswer),
        (wires.saying("302 Found", location="https://elsewhere.test/"), NoAnswer),
        (wires.saying("404 Not Found", "<html>no such page</html>"), NoAnswer),
        (wires.saying("404 Not Found", GONE), MessageGone),
        (wires.saying("400 Bad Request", NOBODY), InvalidMessage),
        (wires.saying("429 Too Many Requests", retry_after="0"), ProviderBusy),
    ],
    ids=[
        *("closed", "reset", "hangs", "half a head", "503", "504", "portal", "redirect", "foreign 404"),
        *("gone", "nobody to send to", "429"),
    ],
)
async def test_a_letter_is_asked_for_once_whatever_is_answered(
    then: Breaking, error: type[ProviderError], client: httpx2.AsyncClient
) -> None:
    async with breaking_server(reading_goes_well(then)) as server:
        with pytest.raises(ProviderError) as failure:
            await mailbox_at(server, client).send_draft(ID)
        assert type(failure.value) is error
        assert server.posts() == [SEND]


async def test_a_letter_that_is_taken_leaves_with_an_empty_post(client: httpx2.AsyncClient) -> None:
    async with breaking_server(reading_goes_well(wires.saying("202 Accepted"))) as server:
        sent = await mailbox_at(server, client).send_draft(ID)
        (post,) = [each for each in server.arrived if each.line.startswith("POST")]
    assert (sent.id, sent.thread_id) == ("", "")
    assert post.body == b""
    assert "content-length: 0" in post.headers.lower()
    assert 'prefer: idtype="immutableid"' in post.headers.lower()


async def test_a_draft_in_the_trash_is_not_sent_from_there(client: httpx2.AsyncClient) -> None:
    """By its immutable id Graph might: nobody has said that it does not."""

    async def trashed(request: Arrived, writer: asyncio.StreamWriter) -> None:
        name = request.line.split()[1].partition("?")[0].rpartition("/")[2]
        body = {"id": FOLDERS[name]} if name in FOLDERS else {**DRAFT, "parentFolderId": FOLDERS["deleteditems"]}
        await wires.written(body)(request, writer)

    async with breaking_server(trashed) as server:
        with pytest.raises(MessageGone):
            await mailbox_at(server, client).send_draft(ID)
        assert server.posts() == []


async def test_a_token_refused_twice_means_that_the_owner_has_to_connect_again(client: httpx2.AsyncClient) -> None:
    body = json.dumps({"error": {"code": "InvalidAuthenticationToken", "message": "expired"}})
    async with breaking_server(reading_goes_well(wires.saying("401 Unauthorized", body))) as server:
        with pytest.raises(MailboxDisconnected):
            await mailbox_at(server, client).send_draft(ID)
        assert server.posts() == [SEND, SEND]


async def test_a_reply_or_a_copy_whose_making_went_unanswered_is_not_made_twice(client: httpx2.AsyncClient) -> None:
    """Two drafts would be two letters, if both were sent."""
    reply = wires.reply_to_clara(ID, private_id="only-once")
    for path in ("createReply", "copy"):
        async with breaking_server(reading_goes_well(wires.close_without_answer)) as server:
            mailbox = mailbox_at(server, client)
            with pytest.raises(NoAnswer):
                await (mailbox.create_reply(reply) if path == "createReply" else mailbox.copy_draft(ID))
            assert server.posts() == [f"POST /v1.0/me/messages/{QUOTED}/{path} HTTP/1.1"]
