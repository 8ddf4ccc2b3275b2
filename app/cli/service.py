"""`serve`, `worker` and `migrate`."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import typer
import uvicorn

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
    host: str = typer.Option("127.0.0.1", help="The address to listen on."),
    port: int = typer.Option(PORT, help="The port to listen on."),
    workers: int = typer.Option(1, min=1, help="How many web processes."),
    no_worker: bool = typer.Option(False, "--no-worker", help="Leave the jobs to `deskhand worker`."),
) -> None:
    """Run the service: web, and one job worker in the first process."""
    settings = load()
    logs.setup(settings)
    free_port(host, port)
    proxies = settings.trusted_proxies or None
    common = {"host": host, "port": port, "log_config": None, "access_log": False, "server_header": False}
    with service_database(settings):  # held by the first process as long as any of them runs
        print(f"Deskhand is at {settings.public_url} (listening on {host}:{port})", file=sys.stderr)
        if workers == 1:
            app = build(settings, with_worker=not no_worker)
            run_web(uvicorn.Config(app, **common, forwarded_allow_ips=proxies, proxy_headers=bool(proxies)))
            return
        with _jobs_beside(not no_worker):
            uvicorn.run(
                "app.main:create", factory=True, workers=workers, **common,
                forwarded_allow_ips=proxies, proxy_headers=bool(proxies),
            )  # fmt: skip


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


def migrate(check: bool = typer.Option(False, "--check", help="Only say whether it is at this version.")) -> None:
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


def is_local(url: str) -> bool:
    """Say whether an address is on this machine."""
    return (urlsplit(url).hostname or "") in ("localhost", "127.0.0.1", "::1")


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
