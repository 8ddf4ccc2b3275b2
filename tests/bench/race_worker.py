"""A worker of the raced revocations: reads a mailbox and a send from each line, and does what a job would do with them.

Its way to the provider is a random one: a letter is up to LONGEST seconds on its way there, its answer on its way back.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from uuid import UUID

import httpx2

from app.actions.opening import open_resources
from app.actions.resources import Resources
from app.actions.send import deliver
from app.settings import load
from tests.bench.wire import Wire

LONGEST = 1.0


async def main() -> None:
    """Work until there is nothing more to read."""
    settings = load(_env_file=None)
    wire = Wire(httpx2.AsyncHTTPTransport(), lambda: asyncio.sleep(random.uniform(0, LONGEST)))
    async with (
        httpx2.AsyncClient(transport=wire) as client,
        open_resources(settings, settings.database_url.get_secret_value(), client=client, pool_size=20) as resources,
        asyncio.TaskGroup() as group,
    ):
        lines = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
        async for line in lines:
            group.create_task(_work(resources, line.decode().split()))


async def _work(resources: Resources, ids: list[str]) -> None:
    mailbox_id, send_id = ids
    trouble = ""
    try:
        await deliver(resources, UUID(mailbox_id), UUID(send_id))
    except Exception as error:
        trouble = repr(error)
    print(json.dumps({"send": send_id, "trouble": trouble}), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
