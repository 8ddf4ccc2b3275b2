"""Alice and Bob work for two organisations, Charlie has a personal account; only Charlie has no mailbox."""

from __future__ import annotations

import pytest

from app.sandbox.sandbox import Sandbox
from tests.sandbox.outlook import ALICE, BOB, CHARLIE


@pytest.fixture
def sandbox(sandbox: Sandbox) -> Sandbox:
    """The practice server with three Microsoft accounts besides."""
    sandbox.add_graph_mailbox(sandbox.add_graph_person(ALICE, "Alice Amsel", "es"))
    sandbox.add_graph_mailbox(sandbox.add_graph_person(BOB, "Bob Brun", "fr"))
    sandbox.add_graph_person(CHARLIE, "Charlie Chat")
    return sandbox
