"""The same tests for every provider: each gets Alice's practice mailbox of the provider in turn."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from app.providers.protocol import Provider
from tests.contract.gmail_practice import gmail_practice
from tests.contract.graph_practice import graph_practice
from tests.contract.practice import Practice, letter

PRACTICES: dict[str, Callable[[Path], AbstractAsyncContextManager[Practice]]] = {
    "gmail": gmail_practice,
    "graph": graph_practice,
}


@pytest.fixture(params=PRACTICES)
async def practice(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Practice]:
    """Alice's empty mailbox at one provider."""
    async with PRACTICES[request.param](tmp_path) as made:
        yield made


@pytest.fixture
def mailbox(practice: Practice) -> Provider:
    """The mailbox as Deskhand holds it."""
    return practice.mailbox


@pytest.fixture
def question(practice: Practice) -> str:
    """Clara's letter, which waits in the inbox: its id."""
    return practice.deliver(letter(), unread=True)
