"""Four calls at once are all that one mailbox takes, through the network as in process."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import httpx2
import pytest

from app.sandbox.faults import Fault
from app.sandbox.sandbox import Sandbox
from app.sandbox.server import running
from tests.sandbox.outlook import ALICE, BOB, MAIL, Caller, let_in


@pytest.fixture
async def network(sandbox: Sandbox) -> AsyncIterator[httpx2.AsyncClient]:
    """A client that goes through the network."""
    async with running(sandbox) as origin, httpx2.AsyncClient(base_url=origin, timeout=20) as client:
        yield client


async def statuses(callers: list[Caller]) -> Counter[int]:
    answers = await asyncio.gather(*(caller.ask("GET", "messages") for caller in callers))
    return Counter(answer.status_code for answer in answers)


async def test_a_fifth_call_is_sent_away_with_a_time(caller: Caller, sandbox: Sandbox):
    answers = await asyncio.gather(*(caller.ask("GET", "messages") for _ in range(5)))
    (refused,) = [answer for answer in answers if answer.status_code != 200]
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    error = refused.json()["error"]
    assert error["code"] == "ApplicationThrottled"
    assert "MailboxConcurrency" in error["message"]
    assert [entry.status for entry in sandbox.ledger.entries].count(429) == 1


async def test_afterwards_there_is_room_again(caller: Caller, sandbox: Sandbox):
    await statuses([caller] * 9)
    assert await statuses([caller] * 4) == {200: 4}
    assert sandbox.under_way.total() == 0


async def test_another_mailbox_has_room_of_its_own(caller: Caller, sandbox: Sandbox):
    bob = let_in(caller.client, sandbox, BOB, MAIL)
    assert await statuses([caller] * 4 + [bob] * 4) == {200: 8}


async def test_those_that_hang_count_through_the_network(network: httpx2.AsyncClient, sandbox: Sandbox):
    caller = let_in(network, sandbox, ALICE, MAIL)
    hang = Fault.model_validate({"provider": "graph", "fault": "hang", "times": 4, "seconds": 30})
    sandbox.faults.replace([hang])
    hanging = [asyncio.create_task(caller.ask("GET", "messages")) for _ in range(4)]
    while sandbox.faults.faults[0].times:  # noqa: ASYNC110 - the server tells nobody when a fault strikes
        await asyncio.sleep(0)
    assert (await caller.ask("GET", "messages")).status_code == 429
    for task in hanging:
        task.cancel()
    await asyncio.gather(*hanging, return_exceptions=True)
    while sandbox.under_way[ALICE]:  # noqa: ASYNC110 - nor when a caller has gone
        await asyncio.sleep(0)
    assert (await caller.ask("GET", "messages")).status_code == 200


async def test_a_refused_call_does_nothing(caller: Caller, sandbox: Sandbox):
    body = {"message": {"toRecipients": [{"emailAddress": {"address": "c@x.example"}}]}}
    answers = await asyncio.gather(*(caller.ask("POST", "sendMail", json=body) for _ in range(6)))
    assert Counter(answer.status_code for answer in answers) == {202: 4, 429: 2}
    assert len(sandbox.left) == 4
