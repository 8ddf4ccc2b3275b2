"""The practice Graph over a real port, where connections hang and break after the letter has gone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from app.child import Child
from app.errors import NoAnswer
from app.providers import reading
from app.providers.allowed import allowed
from app.providers.graph.mailbox import Graph
from app.providers.transport import Transport, new_client
from app.sandbox.faults import Fault, Kind
from app.sandbox.sandbox import Sandbox
from app.sandbox.server import running
from app.settings import Settings
from tests.contract.practice import letter, reply_to
from tests.people import ALICE, practice_settings

SCOPES = ("User.Read", "Mail.ReadWrite", "Mail.Send")


@pytest.fixture
async def graph(sandbox: Sandbox, settings: Settings) -> AsyncIterator[Graph]:
    """Alice's mailbox at a practice Graph with a port of its own."""
    sandbox.add_graph_mailbox(sandbox.add_graph_person(*ALICE))
    async with running(sandbox) as origin, new_client() as client, Child(reading.work) as reader:
        here = practice_settings(settings.data_dir, origin)
        token = sandbox.entra.grants.new_access("practice", ALICE[0], SCOPES)

        async def tokens(_: str) -> str:
            return token

        transport = Transport(client, allowed(here), read_seconds=0.6, chance=lambda: 0.0)
        yield Graph(transport, tokens, mailbox="alice", api_url=here.graph_api_url, reader=reader)


@pytest.mark.parametrize("fault", [Kind.HANG, Kind.RESET, Kind.AFTER_EFFECT])
async def test_V50_a_letter_that_left_behind_a_broken_connection_left_once(
    graph: Graph, sandbox: Sandbox, fault: Kind
) -> None:
    mailbox = sandbox.graph_mailbox(ALICE[0])
    draft = await graph.create_reply(reply_to(mailbox.add(letter().as_bytes()).immutable))
    sandbox.faults.replace([Fault(method="POST", path="*/send", fault=fault, times=9, seconds=5)])
    with pytest.raises(NoAnswer):
        await graph.send_draft(draft.id)
    assert sum(entry.path.endswith("/send") for entry in sandbox.ledger.since(0)) == 1
    assert len(sandbox.left) == 1
    assert await graph.find_sent("a1b2c3", draft.message.thread_id) is not None


async def test_however_many_ask_no_more_than_four_are_under_way(graph: Graph, sandbox: Sandbox) -> None:
    """The fifth at once would be refused: an application's limit at one mailbox is four."""
    found = sandbox.graph_mailbox(ALICE[0]).add(letter().as_bytes())
    sandbox.modes.graph_seconds = 0.01
    messages = await asyncio.gather(*(graph.message(found.immutable) for _ in range(30)))
    assert len(messages) == 30
    assert all(entry.status == 200 for entry in sandbox.ledger.since(0) if entry.provider == "graph")
