"""Access tokens while they last, what waits while a consent is over, and the end of a connection."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import col, select

from app import clock
from app.actions import tokens
from app.actions.approve import waiting_for_approval
from app.actions.disconnect import disconnect
from app.actions.schedule import send_of
from app.actions.send import deliver
from app.actions.tokens import access_token
from app.errors import DatabaseTrouble, MailboxDisconnected
from app.models.draft import SendState
from app.models.grant import GrantStatus
from app.models.mailbox import Connection, Mailbox, MailboxKey, MailboxState
from tests.actions.situations import World, approved, grant_now, in_an_hour, sends, written
from tests.people import ALICE, connected_mailbox


def refreshes(world: World) -> int:
    return sum(entry.operation == "google.token.refresh_token" for entry in world.sandbox.ledger.entries)


async def state_of(world: World) -> MailboxState:
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        return (await session.get_one(Mailbox, world.mailbox.id)).state


async def test_a_token_is_used_while_it_lasts_and_renewed_a_minute_early(world: World) -> None:
    first = await access_token(world.resources, world.mailbox.id, "")
    clock.move(timedelta(seconds=3599 - 65))
    assert await access_token(world.resources, world.mailbox.id, "") == first
    clock.move(timedelta(seconds=10))
    assert await access_token(world.resources, world.mailbox.id, "") != first
    assert refreshes(world) == 1


async def test_after_reconnecting_what_has_its_hour_before_it_goes_on_and_the_rest_is_asked_about(world: World) -> None:
    await world.grant()
    late = await world.ready()
    seen = await written(late.desk, "How lovely.", subject="Garden news")
    coming = await in_an_hour(late.desk, seen, hours=9)
    await approved(late.owner, seen)
    world.sandbox.grants.end_all(ALICE[0])
    clock.move(timedelta(hours=2))
    for _ in range(2):
        with pytest.raises(MailboxDisconnected):
            await access_token(world.resources, world.mailbox.id, "")
    assert await state_of(world) is MailboxState.NEEDS_RECONNECT
    for send in (late.send, coming):
        held = await send_of(late.owner, send.id)
        assert (held.state, held.reason) == (SendState.HELD, "mailbox_not_active")

    await connected_mailbox(world.resources, world.alice)
    assert await state_of(world) is MailboxState.ACTIVE
    assert (await send_of(late.owner, coming.id)).state is SendState.PREPARED
    assert ((await late.now()).state, (await late.now()).reason) == (SendState.HELD, "hour_passed")
    assert [row.id for row, _send in await waiting_for_approval(late.owner)] == [late.seen.row.id]
    await approved(await world.owner(), late.seen)
    assert (await late.deliver()).state is SendState.SENT
    clock.move(timedelta(hours=7, minutes=1))
    assert (await deliver(world.resources, world.mailbox.id, coming.id)).state is SendState.SENT
    assert sends(world.sandbox) == 2


async def test_what_was_held_for_another_reason_or_by_the_owners_own_end_stays_held(world: World) -> None:
    grant = await world.grant()
    ready = await world.ready()
    await disconnect(ready.owner)
    await connected_mailbox(world.resources, world.alice)
    assert ((await ready.now()).state, (await ready.now()).reason) == (SendState.HELD, "disconnected")
    assert (await grant_now(world.resources, grant)).status == GrantStatus.ACTIVE
    assert sends(world.sandbox) == 0


async def test_a_consent_renewed_in_the_very_moment_is_not_taken_for_ended(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old consent is refused while its owner connects again: what has just begun to work goes on working."""
    noted = tokens.lose

    async def after_reconnecting(*given: object) -> None:
        await connected_mailbox(world.resources, world.alice)
        await noted(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(tokens, "lose", after_reconnecting)
    world.sandbox.grants.end_all(ALICE[0])
    clock.move(timedelta(hours=2))
    with pytest.raises(MailboxDisconnected):
        await access_token(world.resources, world.mailbox.id, "")
    assert await state_of(world) is MailboxState.ACTIVE
    assert await access_token(world.resources, world.mailbox.id, "")


async def test_disconnecting_ends_the_consent_and_destroys_the_keys(world: World) -> None:
    owner = await world.owner()
    assert await disconnect(owner)
    assert world.sandbox.grants.refreshes == {}
    assert await state_of(world) is MailboxState.DISCONNECTED
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        assert (await session.execute(select(Connection))).first() is None
        assert (await session.execute(select(MailboxKey))).first() is None
    assert world.mailbox.id not in world.resources.tokens.by_mailbox
    with pytest.raises(MailboxDisconnected):
        await access_token(world.resources, world.mailbox.id, "")
    assert await state_of(world) is MailboxState.DISCONNECTED
    assert not await disconnect(owner)  # nothing is left to give back
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
