"""The least that an outbox can be: take a due row with SKIP LOCKED, POST it, write down that it is sent, commit.

No rights, no looking, no log, nothing to fall back on. Reads its rows from a table of its own until none is left, and
prints the CPU seconds that took.
"""

from __future__ import annotations

import asyncio
import os
import time

import httpx2
import psycopg

TAKE = """
select id, url, token, body from bare where state = 'due' and due_at <= %s order by due_at limit 1
for update skip locked
"""
SENT = "update bare set state = 'sent' where id = %s"
PAUSE = 0.5  # seconds between two looks when nothing is due, as the dispatcher's


async def main() -> None:
    """Send what there is."""
    async with (
        await psycopg.AsyncConnection.connect(os.environ["BARE_DATABASE"], autocommit=True) as connection,
        httpx2.AsyncClient() as client,
    ):
        left = (await (await connection.execute("select count(*) from bare where state = 'due'")).fetchone() or (0,))[0]
        began = time.process_time()
        while left:
            if await _one(connection, client):
                left -= 1
            else:
                await asyncio.sleep(PAUSE)
        print(time.process_time() - began)


async def _one(connection: psycopg.AsyncConnection, client: httpx2.AsyncClient) -> bool:
    async with connection.transaction():
        row = await (await connection.execute(TAKE, [time.time()])).fetchone()
        if row is None:
            return False
        number, url, token, body = row
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        answer = await client.post(url, content=body, headers=headers)
        answer.raise_for_status()
        await connection.execute(SENT, [number])
    return True


if __name__ == "__main__":
    asyncio.run(main())
