"""Raced revocations: a worker and the owner at the same moment, many times over, judged by the provider's ledger.

`python -m tests.bench.revoke --races 10000` runs them on practice mailboxes of its own and prints the figures.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID, uuid4

import httpx2
import psycopg

from app import clock
from app.actions import grants
from app.actions.draft import write_draft
from app.actions.opening import open_resources
from app.actions.send import deliver
from app.db import embedded
from app.db.embedded import Cluster
from app.db.migrate import migrate
from app.models.draft import ScheduledSend, SendState
from app.models.grant import NeedsApproval
from app.sandbox.sandbox import Sandbox
from app.sandbox.server import make_app
from tests.actions.situations import World, message_id, sends
from tests.people import ALICE, BOB, KEY, ORIGIN, PRACTICE_MAIL, connected_mailbox, make_person, practice_settings

SENDER = ("mail.read", "draft", "schedule", "reply.free")


@dataclass
class Figures:
    """What came of it. `begun_after_done` counts the sends that the ledger shows after `done` was told: none may be."""

    races: int = 0
    held: int = 0
    sent: int = 0
    named_in_flight: int = 0
    begun_after_done: int = 0
    sent_twice: int = 0
    unsettled: int = 0
    seconds: float = 0.0


async def race(world: World, races: int) -> Figures:
    """Race a worker and a revocation this many times, each race at another moment of the two."""
    figures, began = Figures(), time.monotonic()
    await world.grant(*SENDER)
    message = await message_id(await world.assistant())
    for turn in range(races):
        await _one(world, message, turn, figures)
    figures.races, figures.seconds = races, round(time.monotonic() - began, 1)
    return figures


async def _one(world: World, message: UUID, turn: int, figures: Figures) -> None:
    grant = await world.grant(*SENDER, needs_approval=NeedsApproval.NEVER)
    owner = await world.owner()
    planned = await _due(world, grant.id, message, turn)
    told: list[tuple[bool, int]] = []

    heard_before = len(world.sandbox.ledger.entries)
    worker = asyncio.create_task(deliver(world.resources, planned.mailbox_id, planned.id))

    async def revoke() -> None:
        # Another moment in each race: after none to five of the worker's calls to the provider, and a little later.
        while len(world.sandbox.ledger.entries) < heard_before + turn % 6 and not worker.done():  # noqa: ASYNC110 - the ledger has no event to wait for
            await asyncio.sleep(0)
        for _ in range(turn // 6 % 12):
            await asyncio.sleep(0)
        answer = await grants.revoke(owner, grant.id)
        told.append((answer.done, len(world.sandbox.ledger.entries)))

    before = sends(world.sandbox)
    await asyncio.gather(revoke(), worker)
    ended = await deliver(world.resources, planned.mailbox_id, planned.id)
    [(done, heard)] = told
    late = [each for each in world.sandbox.ledger.since(heard) if each.path.endswith("/drafts/send")]
    left = sends(world.sandbox) - before
    figures.begun_after_done += len(late) if done else 0
    figures.named_in_flight += not done
    figures.sent_twice += left > 1
    figures.held += ended.state is SendState.HELD
    figures.sent += ended.state is SendState.SENT
    _tidy(world)
    figures.unsettled += ended.state not in (SendState.HELD, SendState.SENT) or (ended.state is SendState.SENT) != left


def _tidy(world: World) -> None:
    """Take out of the mailbox what the race has left there: a conversation of thousands would be another benchmark."""
    box = world.sandbox.mailbox(ALICE[0])
    box.drafts.clear()
    for message in [each for each in box.messages.values() if {"DRAFT", "SENT"} & set(each.labels)]:
        box.remove(message)


async def _due(world: World, grant_id: UUID, message: UUID, turn: int) -> ScheduledSend:
    """Have a reply of Bob's stand in the mailbox, due a second ago."""
    seen = await write_draft(await world.assistant(), message, f"For the {turn}. time")
    now = clock.now()
    row = ScheduledSend(
        mailbox_id=world.mailbox.id,
        id=uuid4(),
        draft_id=seen.row.id,
        grant_id=grant_id,
        scheduled_by=world.bob.id,
        wall_time=now.replace(tzinfo=None),
        zone="UTC",
        due_at=now,
        created_at=now,
    )
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        session.add(row)
    return row


@asynccontextmanager
async def practice_world(folder: Path, cluster: Cluster) -> AsyncIterator[World]:
    """Give Alice's mailbox with Bob, on a database of its own."""
    settings = practice_settings(folder)
    clock.practise(offset_file=settings.clock_file)
    sandbox = Sandbox(ORIGIN, key=KEY)
    for email, name in (ALICE, BOB):
        sandbox.add_person(email, name)
    box = sandbox.add_mailbox(ALICE[0])
    for raw in PRACTICE_MAIL:
        box.add(raw, labels=("INBOX",), internal_date=clock.now(), unread=True)
    name = f"bench_{uuid4().hex}"
    with psycopg.connect(cluster.admin_url, autocommit=True) as admin:
        admin.execute(f"create database {name} template deskhand owner deskhand_owner strategy file_copy")
    async with (
        httpx2.AsyncClient(transport=httpx2.ASGITransport(make_app(sandbox))) as client,
        open_resources(settings, cluster.url("deskhand_service", name), client=client) as resources,
    ):
        alice, bob = await make_person(resources, *ALICE), await make_person(resources, *BOB)
        yield World(resources, sandbox, alice, bob, await connected_mailbox(resources, alice))
    sandbox.spool.close()


async def _main(folder: Path, cluster: Cluster, races: int) -> Figures:
    """Race in worlds of 500 each: the practice mailbox and one draft's conversation grow with every race."""
    whole = Figures()
    while whole.races < races:
        async with practice_world(folder, cluster) as world:
            part = await race(world, min(500, races - whole.races))
        whole = Figures(**{name: value + getattr(part, name) for name, value in asdict(whole).items()})
    return whole


def main() -> None:
    """Run them and print one line of JSON."""
    given = argparse.ArgumentParser()
    given.add_argument("--races", type=int, default=10_000)
    with tempfile.TemporaryDirectory(prefix="deskhand-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with embedded.running(folder / "data", durable=False) as cluster:
            migrate(cluster.owner_url)
            print(json.dumps(asdict(asyncio.run(_main(folder, cluster, given.parse_args().races)))))


if __name__ == "__main__":
    main()
