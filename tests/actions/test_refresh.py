"""One refresh for all who wait, in one process and in several, at both providers; an end is final and told once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlmodel import col, select

from app import clock
from app.actions import tokens
from app.actions.resources import AccessTokens, Resources
from app.actions.tokens import access_token
from app.db.sealed import Vault
from app.errors import MailboxDisconnected, NoAnswer
from app.models.audit import AuditEntry
from app.models.mailbox import Connection, Mailbox, MailboxState
from app.models.person import Person
from app.sandbox.entra.grants import Cause
from app.sandbox.faults import Fault, Kind
from app.sandbox.modes import Modes
from app.sandbox.sandbox import Sandbox
from tests.people import ALICE, connected_mailbox

TOKEN_PATH = {"google": "/google/token", "microsoft": "/entra/common/oauth2/v2.0/token"}


@dataclass(frozen=True)
class Box:
    """Alice's mailbox at one provider."""

    resources: Resources
    sandbox: Sandbox
    mailbox: Mailbox
    way: str

    def refreshes(self) -> int:
        """Return how often the provider was asked for fresh tokens."""
        return sum(str(entry.operation).endswith("refresh_token") for entry in self.sandbox.ledger.entries)

    async def state(self) -> MailboxState:
        async with self.resources.db.transaction(mailbox=self.mailbox.id) as session:
            return (await session.get_one(Mailbox, self.mailbox.id)).state

    async def told(self) -> int:
        """Return how often its owner was told that it has to be connected again."""
        async with self.resources.db.transaction(mailbox=self.mailbox.id) as session:
            rows = await session.execute(select(AuditEntry).where(col(AuditEntry.action) == "connection_lost"))
            return len(rows.scalars().all())


@pytest.fixture(params=["google", "microsoft"])
async def box(request: pytest.FixtureRequest, resources: Resources, sandbox: Sandbox, alice: Person) -> Box:
    mailbox = await connected_mailbox(resources, alice, ALICE[0], way=request.param)
    return Box(resources, sandbox, mailbox, request.param)


def another(resources: Resources) -> Resources:
    """Return the resources of another process: the same database, nothing in memory."""
    return replace(resources, tokens=AccessTokens())


async def test_two_hundred_calls_on_an_expired_token_are_one_refresh_in_one_process_and_in_two(box: Box) -> None:
    for processes in ([box.resources], [another(box.resources), another(box.resources)]):
        clock.move(timedelta(hours=2))
        before = box.refreshes()
        calls = (access_token(processes[n % len(processes)], box.mailbox.id, "") for n in range(200))
        assert len(set(await asyncio.gather(*calls))) == 1
        assert box.refreshes() == before + 1


async def test_a_token_that_was_refused_is_refreshed_once_for_all_processes(box: Box) -> None:
    refused = await access_token(box.resources, box.mailbox.id, "")
    processes = [box.resources, another(box.resources)]
    given = await asyncio.gather(*(access_token(processes[n % 2], box.mailbox.id, refused) for n in range(50)))
    assert len(set(given)) == 1
    assert set(given) != {refused}
    assert box.refreshes() == 1


async def test_what_a_refresh_has_brought_is_kept_sealed_before_it_is_used(box: Box) -> None:
    clock.move(timedelta(hours=2))
    given = await access_token(box.resources, box.mailbox.id, "")
    async with box.resources.db.transaction(mailbox=box.mailbox.id) as session:
        kept = await tokens.live_connection(session, box.mailbox.id)
        vault = await tokens.vault_of(session, box.resources, box.mailbox.id)
    refresh_token = vault.unseal(tokens.COLUMN, kept.id, kept.refresh_token)
    assert vault.unseal(tokens.ACCESS_COLUMN, kept.id, kept.access_token) == given
    assert given.encode() not in kept.access_token
    assert refresh_token.encode() not in kept.refresh_token
    if box.way == "microsoft":  # Entra rotates: the newest it has handed out is the one that is kept
        assert refresh_token == list(box.sandbox.entra.grants.refreshes)[-1]
        assert len(box.sandbox.entra.grants.refreshes) == 2


async def test_killed_between_answer_and_commit_the_next_refresh_works_or_the_owner_is_asked(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_given: object) -> bytes:
        raise asyncio.CancelledError

    clock.move(timedelta(hours=2))
    for old_one_dies in (False, True):  # neither Google nor Entra does that today; a server may
        monkeypatch.setattr(Vault, "seal", killed)
        with pytest.raises(asyncio.CancelledError):
            await access_token(box.resources, box.mailbox.id, "")
        monkeypatch.undo()
        if old_one_dies:
            revoked(box)
            break
        assert await access_token(another(box.resources), box.mailbox.id, "")
        clock.move(timedelta(hours=2))
    before = box.refreshes()
    for _ in range(3):
        with pytest.raises(MailboxDisconnected):
            await access_token(box.resources, box.mailbox.id, "")
    assert (box.refreshes(), await box.told()) == (before + 1, 1)
    assert await box.state() is MailboxState.NEEDS_RECONNECT


def revoked(box: Box) -> None:
    box.sandbox.grants.end_all(ALICE[0])
    box.sandbox.entra.grants.end_all(ALICE[0], cause=Cause.REVOKED)


def consent_withdrawn(box: Box) -> None:
    box.sandbox.grants.end_all(ALICE[0])
    box.sandbox.entra.grants.end_all(ALICE[0], cause=Cause.CONSENT)


def unused_for_long(_box: Box) -> None:
    clock.move(timedelta(days=190))


def more_than_a_password(box: Box) -> None:
    box.sandbox.grants.end_all(ALICE[0])  # Google says invalid_grant for this too
    box.sandbox.modes = Modes(mfa=[ALICE[0]])


@pytest.mark.parametrize("cause", [revoked, consent_withdrawn, unused_for_long, more_than_a_password])
async def test_a_consent_that_has_ended_is_asked_about_once_told_once_and_never_tried_again(
    box: Box, cause: Callable[[Box], None]
) -> None:
    cause(box)
    clock.move(timedelta(hours=2))
    processes = [box.resources, another(box.resources)]
    calls = (access_token(processes[n % 2], box.mailbox.id, "") for n in range(20))
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {MailboxDisconnected}
    assert await box.state() is MailboxState.NEEDS_RECONNECT
    assert (box.refreshes(), await box.told()) == (1, 1)
    async with box.resources.db.transaction(mailbox=box.mailbox.id) as session:
        (row,) = (await session.execute(select(Connection))).scalars()
    assert (row.refresh_token, row.access_token, row.ended_at is None) == (b"", b"", False)


async def test_an_answer_that_is_lost_changes_nothing_and_the_next_refresh_works(box: Box) -> None:
    clock.move(timedelta(hours=2))
    box.sandbox.faults.replace([Fault(path=TOKEN_PATH[box.way], fault=Kind.AFTER_EFFECT, times=10)])
    with pytest.raises(NoAnswer):
        await access_token(box.resources, box.mailbox.id, "")
    assert await box.state() is MailboxState.ACTIVE
    box.sandbox.faults.replace([])
    assert await access_token(box.resources, box.mailbox.id, "")
