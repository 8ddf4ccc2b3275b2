"""Workers in processes of their own, told of one send at a time and asked when they are done with it."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

from app.db.master_key import FILE_NAME
from app.settings import Settings

ROOT = Path(__file__).parents[2]


def environment_of(settings: Settings, database_url: str) -> dict[str, str]:
    """Return the environment in which another process has these settings, this database and the same master key."""
    found = {name: value for name, value in os.environ.items() if not name.startswith("DESKHAND_")}
    for name in settings.model_fields_set:
        value = getattr(settings, name)
        plain = value.get_secret_value() if hasattr(value, "get_secret_value") else str(value)
        found[f"DESKHAND_{name.upper()}"] = plain
    found["DESKHAND_DATABASE_URL"] = database_url
    found["DESKHAND_MASTER_KEY"] = (settings.data_dir / FILE_NAME).read_text().strip()
    return found | {"PYTHONPATH": str(ROOT)}


class Racer:
    """One such process."""

    def __init__(self, process: Process) -> None:
        """Talk to it by its standard input and output, a line for each send."""
        self._process = process
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._listening = asyncio.create_task(self._listen())

    async def deliver(self, mailbox_id: UUID, send_id: UUID) -> None:
        """Have it do what the send needs; raise RuntimeError if it could not, or has died."""
        done = self._waiting[str(send_id)] = asyncio.get_running_loop().create_future()
        if self._listening.done() or self._process.stdin is None:
            raise RuntimeError("a worker has died")
        self._process.stdin.write(f"{mailbox_id} {send_id}\n".encode())
        await done

    async def end(self) -> None:
        """Let it end, and wait for that; nobody waits for its sends any more."""
        for each in self._waiting.values():
            each.cancel()
        if self._process.stdin:
            self._process.stdin.close()
        await self._listening
        await self._process.wait()

    async def _listen(self) -> None:
        assert self._process.stdout
        async for line in self._process.stdout:
            said = json.loads(line)
            waiting = self._waiting.pop(said["send"])
            if waiting.done():  # nobody waits for it any more
                continue
            if said["trouble"]:
                waiting.set_exception(RuntimeError(said["trouble"]))
            else:
                waiting.set_result(None)
        for each in [waiting for waiting in self._waiting.values() if not waiting.done()]:
            each.set_exception(RuntimeError("a worker has died"))


@asynccontextmanager
async def racers(number: int, settings: Settings, database_url: str) -> AsyncIterator[list[Racer]]:
    """Run this many of them."""
    program = (sys.executable, "-m", "tests.bench.race_worker")
    environment = environment_of(settings, database_url)
    started = [
        Racer(await asyncio.create_subprocess_exec(*program, cwd=ROOT, env=environment, stdin=PIPE, stdout=PIPE))
        for _ in range(number)
    ]
    try:
        yield started
    finally:
        for each in started:
            await each.end()
