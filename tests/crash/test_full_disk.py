"""The database's disk is full: nothing leaves without its entry in the log, and with room everything goes on, once."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from app.actions import send
from app.actions.list_messages import list_messages
from app.db import embedded
from app.db.migrate import migrate
from app.errors import DatabaseTrouble
from app.models.draft import SendState
from app.providers.base import Listing
from tests.actions.situations import World, its_hour_comes, lease_is_over, log_of, sends
from tests.bench.wire import wired

pytestmark = [
    pytest.mark.crash,
    pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can mount a small disk"),
]


@pytest.fixture(scope="module")
def disk() -> Iterator[Path]:
    """A disk of 160 MB."""
    folder = Path(tempfile.mkdtemp(prefix="dh"))
    folder.chmod(0o755)
    command = ["mount", "-t", "tmpfs", "-o", "size=160m,mode=755", "small", folder]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("this system lets us mount no disk")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database_url(disk: Path) -> Iterator[str]:
    """The service's address of a database on that disk."""
    with embedded.running(disk / "data", durable=False) as cluster:
        migrate(cluster.owner_url)
        yield cluster.service_url
    make_room(disk)
    shutil.rmtree(disk / "data")


def fill(disk: Path) -> None:
    with suppress(OSError), (disk / "filler").open("wb", buffering=0) as filler:
        while True:
            filler.write(bytes(4096))


def make_room(disk: Path) -> None:
    (disk / "filler").unlink(missing_ok=True)


async def full(world: World, disk: Path) -> DatabaseTrouble:
    """Fill the disk, and what room is left in the pages of the log; return what whoever acts then is told."""
    desk = await world.assistant()
    fill(disk)
    for _ in range(500):
        try:
            await list_messages(desk, Listing(folder=None))
        except DatabaseTrouble as trouble:
            return trouble
    raise AssertionError("the log has taken five hundred entries on a full disk")


async def test_R8_nothing_leaves_without_its_entry_and_with_room_it_leaves_once(world: World, disk: Path) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    told = await full(world, disk)
    assert "is full" in told.sentence()
    with pytest.raises(DatabaseTrouble, match="is full"):
        await ready.deliver()
    assert sends(world.sandbox) == 0
    assert (await ready.now()).state is SendState.PREPARED  # reading goes on
    make_room(disk)
    assert (await ready.deliver()).state is SendState.SENT
    assert sends(world.sandbox) == 1
    assert (await ready.now()).state is SendState.SENT
    await log_of(ready.owner)  # the chain is whole


async def test_R8_a_disk_that_is_full_before_the_outcome_is_noted_is_no_second_letter(world: World, disk: Path) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    filled = False

    async def pause() -> None:
        nonlocal filled
        if not filled:
            filled = True
            await full(world, disk)

    async with wired(world.resources, world.sandbox, pause) as resources:
        with pytest.raises(DatabaseTrouble, match="is full"):
            await send.deliver(resources, ready.send.mailbox_id, ready.send.id)
    assert filled
    assert (await ready.now()).state is SendState.INTENT
    assert sends(world.sandbox) == 1
    make_room(disk)
    lease_is_over()
    assert (await ready.deliver()).state is SendState.SENT
    assert sends(world.sandbox) == 1
    assert [(entry.phase, entry.action) for entry in await log_of(ready.owner)][-1] == ("whole", "recover")
