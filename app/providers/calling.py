"""Calls with an access token, and calls side by side: what every adapter does in the same way."""

from __future__ import annotations

from asyncio import TaskGroup
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import replace
from hashlib import sha256
from typing import Any, TypeVar

from app.errors import MailboxDisconnected
from app.providers.transport import Answer, BusyReader, Call, Transport, busy_by_status

# Asked with the token that the provider refused just now, empty at first: then it has to be another one.
TokenSource = Callable[[str], Awaitable[str]]
Given = TypeVar("Given")


def token_digest(token: str) -> str:
    """Return by what a token can be known again and not be used."""
    return sha256(token.encode()).hexdigest()


async def authorised(
    transport: Transport, tokens: TokenSource, call: Call, *, mailbox: str, busy: BusyReader = busy_by_status
) -> Answer:
    """Make a call with the mailbox's access token; one that is refused is replaced once.

    Raises MailboxDisconnected if the fresh token is refused too (`refused` is its digest, so that whoever hears of it
    can tell whether that was the newest one), and whatever `tokens` and the transport raise.
    """
    token = ""
    for _ in range(2):
        token = await tokens(token)
        answer = await transport.send(replace(call, token=token), mailbox=mailbox, busy=busy)
        if answer.status != 401:  # a refused token is a sure sign that nothing was done, so this is no repeat
            return answer
    raise MailboxDisconnected(refused=token_digest(token))


async def together(calls: Iterable[Coroutine[Any, Any, Given]]) -> list[Given]:
    """Await calls side by side, in order; the first failure ends the others and is raised."""
    failure: BaseException | None = None
    try:
        async with TaskGroup() as group:
            tasks = [group.create_task(call) for call in calls]
    except BaseExceptionGroup as failures:
        failure = failures.exceptions[0]
    if failure:
        raise failure
    return [task.result() for task in tasks]
