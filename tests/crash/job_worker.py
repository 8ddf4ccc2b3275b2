"""A job worker as `deskhand worker` runs it, in a process that starts quickly: no web, no other command."""

from __future__ import annotations

import asyncio
import signal

from app.actions.opening import open_resources
from app.jobs.worker import work
from app.settings import load


async def main() -> None:
    """Work until told to stop."""
    settings, stop = load(), asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with open_resources(settings, settings.database_url.get_secret_value()) as resources:
        await work(resources, stop)


if __name__ == "__main__":
    asyncio.run(main())
