"""Alice and Bob have Outlook mailboxes, Charlie a personal account without one."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx2
import pytest

from app.sandbox.graph.item import Item
from app.sandbox.graph.mailbox import GraphMailbox
from app.sandbox.sandbox import Sandbox
from tests.sandbox.outlook import ALICE, BOB, CHARLIE, MAIL, Caller, let_in
from tests.sandbox.practice import letter


@pytest.fixture
def sandbox(sandbox: Sandbox) -> Sandbox:
    """The practice server with three Microsoft accounts besides."""
    sandbox.add_graph_mailbox(sandbox.add_graph_person(ALICE, "Alice Amsel", "es"), ["team@contoso.example"])
    sandbox.add_graph_mailbox(sandbox.add_graph_person(BOB, "Bob Brun", "fr"))
    sandbox.add_graph_person(CHARLIE, "Charlie Chat")
    return sandbox


@pytest.fixture
def mailbox(sandbox: Sandbox) -> GraphMailbox:
    """Alice's mailbox, empty."""
    return sandbox.graph_mailbox(ALICE)


@pytest.fixture
def from_clara(mailbox: GraphMailbox) -> Item:
    """The letter from her client that waits in Alice's inbox."""
    written = letter(to=ALICE, message_id="<march@customer.example>")
    return mailbox.add(written, unread=True, internal_date=datetime(2026, 11, 2, 10, tzinfo=UTC))


@pytest.fixture
def caller(client: httpx2.AsyncClient, sandbox: Sandbox) -> Caller:
    """A program that Alice let read, write and send her mail."""
    return let_in(client, sandbox, ALICE, f"User.Read {MAIL}")
