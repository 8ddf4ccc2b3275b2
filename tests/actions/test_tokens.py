"""Access tokens: one refresh for all who wait, a new refresh token kept before it is used, an end that is final."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import col, select

from app import clock
from app.actions import tokens
from app.actions.disconnect import disconnect
from app.actions.resources import AccessTokens
from app.actions.tokens import access_token
from app.errors import DatabaseTrouble, MailboxDisconnected, NoAnswer
from app.models.draft import SendState
from app.models.mailbox import Connection, Mailbox, MailboxKey, MailboxState
from app.providers.token_endpoint import Tokens
from app.sandbox.faults import Fault, Kind
from tests.actions.situations import World
from tests.people import ALICE, connected_mailbox

REFRESH = "google.token.refresh_token"


def refreshes(world: World) -> int:
    return len([entry for entry in world.sandbox.ledger.entries if entry.operation == REFRESH])


async def state_of(world: World) -> MailboxState:
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        return (await session.get_one(Mailbox, world.mailbox.id)).state


async def test_fifty_callers_at_once_wait_for_one_refresh(world: World) -> None:
    clock.move(timedelta(hours=2))
    given = await asyncio.gather(*(access_token(world.resources, world.mailbox.id, "") for _ in range(50)))
    assert len(set(given)) == 1
    assert refreshes(world) == 1


async def test_fifty_whose_token_was_refused_wait_for_one_refresh_too(world: World) -> None:
    held = await access_token(world.resources, world.mailbox.id, "")
    given = await asyncio.gather(*(access_token(world.resources, world.mailbox.id, held) for _ in range(50)))
    assert set(given) != {held}
    assert refreshes(world) == 1


async def test_a_token_is_used_while_it_lasts_and_renewed_a_minute_early(world: World) -> None:
    first = await access_token(world.resources, world.mailbox.id, "")
    clock.move(timedelta(seconds=3599 - 65))
    assert await access_token(world.resources, world.mailbox.id, "") == first
    clock.move(timedelta(seconds=10))
    assert await access_token(world.resources, world.mailbox.id, "") != first
    assert refreshes(world) == 1


async def test_two_processes_refresh_one_after_the_other(world: World) -> None:
    clock.move(timedelta(hours=2))
    others = [replace(world.resources, tokens=AccessTokens()) for _ in range(3)]
    given = await asyncio.gather(*(access_token(other, world.mailbox.id, "") for other in others))
    assert len(set(given)) == 3
    assert await state_of(world) is MailboxState.ACTIVE


async def test_a_new_refresh_token_is_kept_sealed_in_its_place(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def rotated(*_given: object, **_more: object) -> Tokens:
        return Tokens(access_token="at", expires_at=clock.now() + timedelta(hours=1), refresh_token="the rotated one")

    monkeypatch.setattr(tokens.connect, "refresh", rotated)
    clock.move(timedelta(hours=2))
    assert await access_token(world.resources, world.mailbox.id, "") == "at"
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        kept = await tokens.live_connection(session, world.mailbox.id)
        vault = await tokens.vault_of(session, world.resources, world.mailbox.id)
    assert b"rotated" not in kept.refresh_token
    assert vault.unseal(tokens.COLUMN, kept.id, kept.refresh_token) == "the rotated one"


async def test_a_consent_that_has_ended_needs_reconnecting_and_holds_what_was_scheduled(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    world.sandbox.grants.end_all(ALICE[0])
    clock.move(timedelta(hours=2))
    for _ in range(2):
        with pytest.raises(MailboxDisconnected):
            await access_token(world.resources, world.mailbox.id, "")
    assert await state_of(world) is MailboxState.NEEDS_RECONNECT
    assert ((await ready.now()).state, (await ready.now()).reason) == (SendState.HELD, "mailbox_not_active")
    await connected_mailbox(world.resources, world.alice)
    assert await state_of(world) is MailboxState.ACTIVE
    assert await access_token(world.resources, world.mailbox.id, "")
    assert (await ready.now()).state is SendState.HELD


async def test_a_consent_renewed_in_the_very_moment_is_not_taken_for_ended(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old consent is refused while its owner connects again: what has just begun to work goes on working."""
    noted = tokens._needs_reconnect

    async def after_reconnecting(*given: object) -> None:
        await connected_mailbox(world.resources, world.alice)
        await noted(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(tokens, "_needs_reconnect", after_reconnecting)
    world.sandbox.grants.end_all(ALICE[0])
    clock.move(timedelta(hours=2))
    with pytest.raises(MailboxDisconnected):
        await access_token(world.resources, world.mailbox.id, "")
    assert await state_of(world) is MailboxState.ACTIVE
    assert await access_token(world.resources, world.mailbox.id, "")


async def test_a_refresh_without_an_answer_changes_nothing(world: World) -> None:
    clock.move(timedelta(hours=2))
    world.sandbox.faults.replace([Fault(path="/google/token", fault=Kind.BEFORE, times=10)])
    with pytest.raises(NoAnswer):
        await access_token(world.resources, world.mailbox.id, "")
    assert await state_of(world) is MailboxState.ACTIVE
    world.sandbox.faults.replace([])
    assert await access_token(world.resources, world.mailbox.id, "")


async def test_disconnecting_ends_the_consent_and_destroys_the_keys(world: World) -> None:
    owner = await world.owner()
    await disconnect(owner)
    assert world.sandbox.grants.refreshes == {}
    assert await state_of(world) is MailboxState.DISCONNECTED
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        assert (await session.execute(select(Connection))).first() is None
        assert (await session.execute(select(MailboxKey))).first() is None
    assert world.mailbox.id not in world.resources.tokens.held
    with pytest.raises(MailboxDisconnected):
        await access_token(world.resources, world.mailbox.id, "")
    assert await state_of(world) is MailboxState.DISCONNECTED
    await disconnect(owner)
    again = await connected_mailbox(world.resources, world.alice)
    assert again.id == world.mailbox.id
    assert await access_token(world.resources, world.mailbox.id, "")


async def test_a_refresh_token_moved_into_another_mailboxs_row_opens_nothing(world: World) -> None:
    """Threat 30: whoever can write to the database swaps ciphertexts between rows."""
    world.sandbox.add_mailbox("charlie@practice.example")
    other = await connected_mailbox(world.resources, world.bob, "charlie@practice.example")
    rows = {}
    for mailbox in (world.mailbox, other):
        async with world.resources.db.transaction(mailbox=mailbox.id) as session:
            query = select(Connection).where(col(Connection.ended_at).is_(None))
            rows[mailbox.id] = (await session.execute(query)).scalar_one()
    async with world.resources.db.transaction(mailbox=other.id) as session:
        taken = await session.merge(rows[other.id])
        taken.refresh_token = rows[world.mailbox.id].refresh_token
    clock.move(timedelta(hours=2))
    with pytest.raises(DatabaseTrouble, match="belongs to another row"):
        await access_token(world.resources, other.id, "")
