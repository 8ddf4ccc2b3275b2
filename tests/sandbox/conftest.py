"""A practice server with Alice's mailbox in it, and programs that she let in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest

from app import clock
from app.sandbox.gmail.mailbox import Mailbox, Message
from app.sandbox.sandbox import Sandbox
from tests.people import KEY
from tests.sandbox.practice import ALICE, BOB, CHARLIE, FULL, MODIFY, ORIGIN, Program, consent, in_process, letter


@pytest.fixture
def moving_clock(tmp_path: Path) -> Iterator[None]:
    """A clock that the tests may move."""
    clock.practise(offset_file=tmp_path / "practice-clock")
    yield
    clock.practise()


@pytest.fixture
def sandbox(moving_clock: None) -> Iterator[Sandbox]:
    """Alice and Bob have accounts with mailboxes; Charlie has an account alone."""
    made = Sandbox(ORIGIN, key=KEY)
    made.add_mailbox(made.add_person(ALICE, "Alice Amsel", "es"))
    made.add_mailbox(made.add_person(BOB, "Bob Brun", "fr"))
    made.add_person(CHARLIE, "Charlie Chat")
    yield made
    made.close()


@pytest.fixture
def mailbox(sandbox: Sandbox) -> Mailbox:
    """Alice's mailbox, empty."""
    return sandbox.mailbox(ALICE)


@pytest.fixture
def from_clara(mailbox: Mailbox) -> Message:
    """The letter from her client that waits in Alice's inbox."""
    written = letter(message_id="<march@customer.example>")
    return mailbox.add(written, unread=True, internal_date=datetime(2026, 11, 2, 10, tzinfo=UTC))


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[httpx2.AsyncClient]:
    """A client without any token."""
    async with in_process(sandbox) as made:
        yield made


@pytest.fixture
async def program(client: httpx2.AsyncClient) -> Program:
    """A program that Alice gave gmail.modify."""
    return await consent(client, ALICE, MODIFY)


@pytest.fixture
async def mighty(client: httpx2.AsyncClient) -> Program:
    """A program that Alice gave everything."""
    return await consent(client, ALICE, FULL)
