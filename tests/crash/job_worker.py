"""A job worker as `deskhand worker` runs it."""

from __future__ import annotations

import asyncio

from app.jobs.alone import work_alone
from app.settings import load

if __name__ == "__main__":
    settings = load()
    asyncio.run(work_alone(settings, settings.database_url.get_secret_value()))
