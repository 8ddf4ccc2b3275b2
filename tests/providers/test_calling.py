"""Calls with an access token, and calls side by side."""

from __future__ import annotations

import asyncio

import httpx2
import pytest

from app.errors import MailboxDisconnected, MessageGone, ProviderBusy
from app.providers.calling import authorised, together
from app.providers.transport import Call
from tests.providers.wires import GMAIL, answering, refusal, way_to

CALL = Call(method="GET", url=f"{GMAIL}gmail/v1/users/me/labels", repeatable=True)


class Tokens:
    """Gives a new token each time, and remembers which were refused."""

    def __init__(self) -> None:
        self.refused: list[str] = []

    async def __call__(self, refused: str) -> str:
        self.refused.append(refused)
        return f"token-{len(self.refused)}"


def bearers(requests: list[httpx2.Request]) -> list[str]:
    """Return the tokens that calls came with."""
    return [request.headers["authorization"].removeprefix("Bearer ") for request in requests]


async def test_a_token_that_is_taken_is_asked_for_once() -> None:
    handler, requests = answering({"labels": []})
    tokens = Tokens()
    answer = await authorised(way_to(handler).transport, tokens, CALL, mailbox="alice")
    assert (answer.status, tokens.refused, bearers(requests)) == (200, [""], ["token-1"])


async def test_a_refused_token_is_replaced_once() -> None:
    handler, requests = answering(refusal(401), {"labels": []})
    tokens = Tokens()
    answer = await authorised(way_to(handler).transport, tokens, CALL, mailbox="alice")
    assert (answer.status, tokens.refused) == (200, ["", "token-1"])
    assert bearers(requests) == ["token-1", "token-2"]


async def test_a_token_refused_twice_ends_it() -> None:
    handler, requests = answering(refusal(401))
    with pytest.raises(MailboxDisconnected):
        await authorised(way_to(handler).transport, Tokens(), CALL, mailbox="alice")
    assert len(requests) == 2


async def test_a_refusal_of_another_kind_costs_no_token() -> None:
    handler, _ = answering(refusal(403))
    tokens = Tokens()
    assert (await authorised(way_to(handler).transport, tokens, CALL, mailbox="alice")).status == 403
    assert tokens.refused == [""]


async def test_what_is_asked_side_by_side_comes_in_order() -> None:
    async def after(turns: int) -> int:
        for _ in range(turns):
            await asyncio.sleep(0)
        return turns

    assert await together(after(turns) for turns in (3, 1, 2)) == [3, 1, 2]
    assert await together([]) == []


async def test_the_first_failure_is_raised_as_itself_and_ends_the_others() -> None:
    ended = asyncio.Event()

    async def waits() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async def fails() -> None:
        raise ProviderBusy(retry_after=7)

    with pytest.raises(ProviderBusy) as busy:
        await together([waits(), fails()])
    assert busy.value.retry_after == 7
    assert ended.is_set()


async def test_of_several_failures_one_is_told() -> None:
    async def gone() -> None:
        raise MessageGone()

    with pytest.raises(MessageGone):
        await together([gone(), gone()])
