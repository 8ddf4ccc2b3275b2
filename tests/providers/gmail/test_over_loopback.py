"""The practice Gmail over a real port, where connections hang and break after the letter has gone."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.child import Child
from app.errors import NoAnswer
from app.providers import reading
from app.providers.allowed import allowed
from app.providers.gmail.mailbox import Gmail
from app.providers.transport import Transport, new_client
from app.sandbox.faults import Fault, Kind
from app.sandbox.sandbox import Sandbox
from app.sandbox.server import running
from app.settings import Settings
from tests.contract.practice import letter, reply_to
from tests.people import ALICE, practice_settings

MODIFY = "https://www.googleapis.com/auth/gmail.modify"


@pytest.fixture
async def gmail(sandbox: Sandbox, settings: Settings) -> AsyncIterator[Gmail]:
    """Alice's mailbox at a practice Gmail with a port of its own."""
    async with running(sandbox) as origin, new_client() as client, Child(reading.work) as reader:
        here = practice_settings(settings.data_dir, origin)
        token = sandbox.grants.new_access("practice", ALICE[0], (MODIFY,))

        async def tokens(_: str) -> str:
            return token

        transport = Transport(client, allowed(here), read_seconds=0.4, chance=lambda: 0.0)
        yield Gmail(transport, tokens, mailbox="alice", api_url=here.gmail_api_url, reader=reader)


@pytest.mark.parametrize("fault", [Kind.HANG, Kind.RESET, Kind.TRUNCATE, Kind.AFTER_EFFECT])
async def test_V50_a_letter_that_left_behind_a_broken_connection_left_once(
    gmail: Gmail, sandbox: Sandbox, fault: Kind
) -> None:
    mailbox = sandbox.mailbox(ALICE[0])
    draft = await gmail.create_reply(reply_to(mailbox.add(letter().as_bytes()).id))
    sandbox.faults.replace([Fault(path="*/drafts/send", fault=fault, times=9, seconds=5)])
    with pytest.raises(NoAnswer):
        await gmail.send_draft(draft.id)
    sends = [entry for entry in sandbox.ledger.since(0) if entry.path.endswith("/drafts/send")]
    assert len(sends) == 1
    assert len(sandbox.left) == 1
    assert await gmail.find_sent("a1b2c3", draft.message.thread_id) is not None


@pytest.mark.parametrize("fault", [Kind.HANG, Kind.RESET, Kind.TRUNCATE, Kind.BEFORE])
async def test_reading_goes_on_over_a_new_connection(gmail: Gmail, sandbox: Sandbox, fault: Kind) -> None:
    sandbox.faults.replace([Fault(method="GET", fault=fault, times=2, seconds=5)])
    assert await gmail.address() == ALICE[0]
