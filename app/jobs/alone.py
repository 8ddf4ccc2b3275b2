"""A process that does jobs and nothing else: none of the pages is imported, so that it is at work in half the time."""

from __future__ import annotations

import asyncio
import logging
import signal

from app.actions.opening import open_resources
from app.jobs.worker import work
from app.settings import Settings

log = logging.getLogger(__name__)


async def work_alone(settings: Settings, url: str) -> None:
    """Do jobs until this process is told to stop; the jobs at hand end first."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with open_resources(settings, url) as resources:
        log.info("the job worker is at work")
        await work(resources, stop)
