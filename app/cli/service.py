"""`serve`, `worker` and `migrate`."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
import uvicorn
from uvicorn.config import LifespanType
from uvicorn.supervisors import Multiprocess

from app.actions.opening import open_resources
from app.db import migrate as migrations
from app.db.serving import owner_database, service_database
from app.errors import AppError
from app.jobs.worker import work
from app.main import build
from app.settings import Settings, load
from app.web import logs

PORT = 8025


class PortTaken(AppError):
    """Port {port} on {host} is in use already. Stop what uses it, or choose another with --port."""

    code, status = "port_taken", 500


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.")] = PORT,
    workers: Annotated[int, typer.Option(min=1, help="How many web processes.")] = 1,
    no_worker: Annotated[bool, typer.Option("--no-worker", help="Leave the jobs to `deskhand worker`.")] = False,
) -> None:
    """Run the service: web, and one job worker in the first process."""
    settings = load()
    logs.setup(settings)
    free_port(host, port)
    with service_database(settings):  # held by the first process as long as any of them runs
        print(f"Deskhand is at {settings.public_url} (listening on {host}:{port})", file=sys.stderr)
        if workers == 1:
            run_web(web_config(build(settings, with_worker=not no_worker), settings, host=host, port=port))
            return
        with _jobs_beside(not no_worker):
            _run_many(web_config("app.main:create", settings, host=host, port=port, workers=workers))


def web_config(
    app: Callable[..., Any] | str,
    settings: Settings,
    *,
    host: str,
    port: int,
    workers: int = 1,
    lifespan: LifespanType = "on",
) -> uvicorn.Config:
    """Return how uvicorn serves an app of ours, or the factory of that name."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        workers=workers,
        factory=isinstance(app, str),
        lifespan=lifespan,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
    )


def _run_many(config: uvicorn.Config) -> None:
    sock = config.bind_socket()
    Multiprocess(config, sockets=[sock]).run()


def run_web(config: uvicorn.Config) -> None:
    """Run one web process until it is told to stop; exit 1 if it could not start."""
    server = uvicorn.Server(config)
    server.run()
    if not server.started:
        raise typer.Exit(1)


def worker() -> None:
    """Run a job worker alone; any number of them may run."""
    settings = load()
    logs.setup(settings)
    with service_database(settings) as url:
        asyncio.run(_work(settings, url))


async def _work(settings: Settings, url: str) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with open_resources(settings, url) as resources:
        print("The job worker is at work.", file=sys.stderr)
        await work(resources, stop)


def migrate(
    check: Annotated[bool, typer.Option("--check", help="Only say whether it is at this version.")] = False,
) -> None:
    """Bring the database to this version."""
    with owner_database(load()) as url:
        if not check:
            print(f"The database is at version {migrations.migrate(url)}.")
            return
        found, wanted = migrations.version(url), migrations.newest()
    print(f"The database is at version {found or 'none'}; this Deskhand needs {wanted}.")
    if found != wanted:
        raise typer.Exit(1)


def free_port(host: str, port: int) -> None:
    """Raise PortTaken if nobody could listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise PortTaken(host=host, port=port) from None


@contextmanager
def _jobs_beside(wanted: bool) -> Iterator[None]:
    """Run a job worker in a process of its own while the block lasts."""
    if not wanted:
        yield
        return
    process = subprocess.Popen([sys.executable, "-m", "app.cli", "worker"])
    try:
        yield
    finally:
        process.terminate()
        process.wait()
