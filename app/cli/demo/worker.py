"""A job worker that ends with the story: when its standard input closes, whoever started it is gone."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading

from app.actions.opening import open_resources
from app.jobs.worker import work
from app.settings import load


def _die_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


async def _run() -> None:
    settings = load(_env_file=None)
    async with open_resources(settings, settings.database_url.get_secret_value()) as resources:
        await work(resources, asyncio.Event())


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    threading.Thread(target=_die_with_parent, daemon=True).start()
    asyncio.run(_run())
