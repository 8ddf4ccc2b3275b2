"""`serve`, `worker` and `migrate`."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from socket import socket
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
import uvicorn
from uvicorn.config import LifespanType
from uvicorn.supervisors import Multiprocess

from app.actions.opening import open_resources
from app.cli.given import given_database, given_settings
from app.cli.ports import listening
from app.cli.signals import Stopped
from app.cli.workers import worker_beside
from app.db import migrate as migrations
from app.db.serving import owner_database
from app.jobs.alone import work_alone
from app.main import build
from app.settings import Settings
from app.web import logs, metrics

log = logging.getLogger(__name__)

PORT = 8025
GRACE = 40  # seconds that requests at hand are given when told to stop: longer than a provider may take


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on.")] = PORT,
    workers: Annotated[int, typer.Option(min=1, help="How many web processes.")] = 1,
    no_worker: Annotated[bool, typer.Option("--no-worker", help="Leave the jobs to `deskhand worker`.")] = False,
) -> None:
    """Run the service: web, and one job worker in the first process."""
    settings = given_settings()
    logs.setup(settings)
    with closing(listening(host, port)) as sock, given_database(settings) as url:
        # Whatever would keep the service from starting is told here, in a sentence, before any process is started.
        asyncio.run(_can_open(settings, url))
        print(f"Deskhand is at {settings.public_url} (listening on {host}:{port})", file=sys.stderr)
        if workers == 1:
            _run_one(web_config(build(settings, with_worker=not no_worker), settings), sock)
        elif no_worker:
            _run_many(web_config("app.main:create", settings, workers=workers), sock)
        else:
            with worker_beside():
                _run_many(web_config("app.main:create", settings, workers=workers), sock)


def web_config(
    app: Callable[..., Any] | str, settings: Settings, *, workers: int = 1, lifespan: LifespanType = "on"
) -> uvicorn.Config:
    """Return how uvicorn serves an app of ours, or the factory of that name."""
    return uvicorn.Config(
        app,
        workers=workers,
        factory=isinstance(app, str),
        lifespan=lifespan,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        timeout_graceful_shutdown=GRACE,
    )


async def _can_open(settings: Settings, url: str) -> None:
    async with open_resources(settings, url, pool_size=1):
        pass


def _run_one(config: uvicorn.Config, sock: socket) -> None:
    server = uvicorn.Server(config)
    # It stops in order and then raises the signal once more; told to stop and stopped is a good end.
    with suppress(KeyboardInterrupt, Stopped):
        server.run(sockets=[sock])
    if not server.started:
        raise typer.Exit(1)


def _run_many(config: uvicorn.Config, sock: socket) -> None:
    # Before any of them is started: whichever is asked for the figures adds up what each has counted.
    with TemporaryDirectory(prefix="deskhand-metrics-", ignore_cleanup_errors=True) as folder:
        os.environ[metrics.FOLDER] = folder
        Multiprocess(config, sockets=[sock]).run()


def worker() -> None:
    """Run a job worker alone; any number of them may run."""
    settings = given_settings()
    logs.setup(settings)
    with given_database(settings) as url:
        asyncio.run(work_alone(settings, url))


def migrate(
    check: Annotated[bool, typer.Option("--check", help="Only say whether it is at this version.")] = False,
) -> None:
    """Bring the database to this version."""
    with owner_database(given_settings()) as url:
        if not check:
            print(f"The database is at version {migrations.migrate(url)}.")
            return
        found, wanted = migrations.version(url), migrations.newest()
    print(f"The database is at version {found or 'none'}; this Deskhand needs {wanted}.")
    if found != wanted:
        raise typer.Exit(1)
