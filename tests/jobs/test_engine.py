"""Jobs carry ids and have no rights: whatever stands in them, rows and grants decide."""

from __future__ import annotations

import logging
from uuid import uuid4

import pytest

from app.actions import grants
from app.errors import DatabaseTrouble
from app.jobs import engine as engines
from app.jobs.engine import new_engine
from app.models.draft import SendState
from app.models.person import Person
from app.sandbox.faults import Kind
from tests.actions.situations import World, fails, its_hour_comes, sends
from tests.people import connected_mailbox


async def test_H5_a_job_delivers_what_its_row_says(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    engine = new_engine(world.resources)
    await engine.deliver(mailbox_id=str(world.mailbox.id), send_id=str(ready.send.id))
    assert (await ready.now()).state is SendState.SENT
    await engine.deliver(mailbox_id=str(world.mailbox.id), send_id=str(ready.send.id))
    assert sends(world.sandbox) == 1


async def test_a_job_with_shuffled_or_made_up_ids_does_nothing(world: World, charlie: Person) -> None:
    world.sandbox.add_mailbox("charlie@practice.example")
    other = await connected_mailbox(world.resources, charlie)
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    engine = new_engine(world.resources)
    for mailbox_id, send_id in (
        (other.id, ready.send.id),
        (world.mailbox.id, uuid4()),
        (uuid4(), ready.send.id),
        (ready.send.id, world.mailbox.id),
        (world.mailbox.id, ready.seen.row.id),
    ):
        await engine.deliver(mailbox_id=str(mailbox_id), send_id=str(send_id))
    with pytest.raises(ValueError, match="badly formed"):
        await engine.deliver(mailbox_id="'; drop table grants", send_id="")
    assert sends(world.sandbox) == 0
    assert (await ready.now()).state is SendState.PREPARED


async def test_V4_a_job_that_was_queued_before_the_revocation_finds_its_row_held(world: World) -> None:
    given = await world.grant()
    ready = await world.ready()
    its_hour_comes()
    await grants.revoke(ready.owner, given.id)
    await new_engine(world.resources).deliver(mailbox_id=str(world.mailbox.id), send_id=str(ready.send.id))
    assert sends(world.sandbox) == 0


async def test_an_expected_refusal_is_no_crash_and_nothing_of_the_letter_is_logged(
    world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO)
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    fails(world.sandbox, Kind.BEFORE)
    engine = new_engine(world.resources)
    await engine.deliver(mailbox_id=str(world.mailbox.id), send_id=str(ready.send.id))

    async def away(*_given: object) -> None:
        raise DatabaseTrouble

    monkeypatch.setattr(engines, "deliver", away)
    await engine.deliver(mailbox_id=str(world.mailbox.id), send_id=str(ready.send.id))
    ours = [record for record in caplog.records if record.name == engines.__name__]
    assert [record.levelname for record in ours] == ["INFO", "WARNING"]
    for secret in ("March", "Clara", "client@", "ya29"):
        assert secret not in caplog.text
