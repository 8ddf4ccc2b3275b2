"""A job worker beside another process of ours: `python -m app.cli.attached_worker`, started by `app.cli.workers`.

It ends when its standard input does: then whoever started it is gone, even by `kill -9`.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading

from app.cli.workers import ENVIRONMENT_ONLY
from app.db.serving import service_database
from app.jobs.alone import work_alone
from app.settings import load
from app.web import logs


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


def main() -> None:
    """Work until told to stop."""
    alone = ENVIRONMENT_ONLY in sys.argv
    settings = load(_env_file=None) if alone else load()
    logs.setup(settings)
    if alone:  # the story has a voice of its own
        logging.root.setLevel(logging.ERROR)
    with service_database(settings) as url:
        asyncio.run(work_alone(settings, url))


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    main()
