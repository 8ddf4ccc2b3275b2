"""Where the story plays: practice providers, the service and a worker, with real processes and real HTTP."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import socket
from uuid import uuid4

import psycopg
import uvicorn
from psycopg import sql
from pydantic import SecretStr

from app import clock
from app.actions.opening import open_resources
from app.cli.ports import PortTaken, listening
from app.cli.service import PORT, web_config
from app.cli.workers import start_worker
from app.db import embedded
from app.db.cluster_server import ADMIN
from app.db.embedded import Cluster
from app.db.migrate import migrate
from app.main import build
from app.sandbox.sandbox import Sandbox
from app.sandbox.server import running
from app.settings import PREFIX, Settings, load

HOST = "127.0.0.1"


@dataclass
class Place:
    """Everything the story needs at hand."""

    settings: Settings
    database_url: str
    sandbox: Sandbox
    worker: subprocess.Popen[bytes] | None = None

    def start_worker(self) -> None:
        """Start a job worker: a process of its own, which ends with ours whatever happens."""
        given = {**os.environ, **as_environment(self.settings), f"{PREFIX}DATABASE_URL": self.database_url}
        self.worker = start_worker({name: value for name, value in given.items() if not name.endswith("_FILE")})

    def kill_worker(self) -> None:
        """Kill the worker as a power cut would (SIGKILL)."""
        if self.worker:
            self.worker.kill()
            self.worker.wait()
            self.worker = None


@contextmanager
def fresh_database(folder: Path) -> Iterator[str]:
    """Give a database of this run alone; what a killed run has left behind is cleared away."""
    with embedded.running(folder) as cluster, psycopg.connect(cluster.admin_url, autocommit=True) as admin:
        name = f"demo_{uuid4().hex}"
        with _made(cluster, admin, name):
            migrate(cluster.url("deskhand_owner", name))
            yield cluster.url("deskhand_service", name)


@contextmanager
def _made(cluster: Cluster, admin: psycopg.Connection, name: str) -> Iterator[None]:
    # The connection that is held marks the database as in use for other runs; until it is open, they wait.
    with ExitStack() as held:
        admin.execute("select pg_advisory_lock(hashtext('deskhand demo'))")
        _clear(admin)
        admin.execute(sql.SQL("create database {} owner deskhand_owner").format(sql.Identifier(name)))
        held.enter_context(psycopg.connect(cluster.url(ADMIN, name), autocommit=True))
        admin.execute("select pg_advisory_unlock(hashtext('deskhand demo'))")
        yield
    with contextlib.suppress(psycopg.Error):
        admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def _clear(admin: psycopg.Connection) -> None:
    """Drop databases of earlier runs that nobody is connected to."""
    left = admin.execute(
        "select datname from pg_database where datname like 'demo\\_%' "
        "and datname not in (select datname from pg_stat_activity where datname is not null)"
    ).fetchall()
    for (name,) in left:
        with contextlib.suppress(psycopg.Error):
            admin.execute(sql.SQL("drop database {}").format(sql.Identifier(name)))


@asynccontextmanager
async def furnished(settings: Settings, database_url: str, sandbox: Sandbox, sock: socket) -> AsyncIterator[Place]:
    """Run the practice providers, the web service (on `sock`) and a worker as long as the block lasts."""
    clock.practise(offset_file=settings.clock_file)
    async with running(sandbox, HOST, 0) as origin, AsyncExitStack() as stack:
        here = practising(settings, origin)
        async with open_resources(here, database_url) as resources:
            app = build(here, resources=resources)
            await stack.enter_async_context(_web(web_config(app, here, lifespan="off"), sock))
            place = Place(here, database_url, sandbox)
            place.start_worker()
            try:
                yield place
            finally:
                place.kill_worker()


@asynccontextmanager
async def _web(config: uvicorn.Config, sock: socket) -> AsyncIterator[None]:
    server = _QuietServer(config)
    task = asyncio.create_task(server.serve(sockets=[sock]))
    try:
        yield
    finally:
        server.should_exit = True
        await task


class _QuietServer(uvicorn.Server):
    """A web server that leaves Ctrl-C to the story."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle no signal."""
        yield


@contextmanager
def chosen_port(wanted: int | None) -> Iterator[socket]:
    """Give a socket for the pages: on the wanted port (PortTaken if it is in use), else on the usual or a free one."""
    try:
        sock = listening(HOST, PORT if wanted is None else wanted)
    except PortTaken:
        if wanted is not None:
            raise
        sock = listening(HOST, 0)
    with closing(sock):
        yield sock


def practising(settings: Settings, origin: str) -> Settings:
    """Return the settings with every address of Google and Microsoft at the practice server."""
    google, secret = f"{origin}/google", SecretStr("practice")
    return settings.model_copy(
        update={
            "google_client_id": "practice",
            "google_client_secret": secret,
            "google_auth_url": f"{google}/authorize",
            "google_token_url": f"{google}/token",
            "google_revoke_url": f"{google}/revoke",
            "google_jwks_url": f"{google}/certs",
            "google_issuer": google,
            "gmail_api_url": f"{origin}/",
            "microsoft_client_id": "practice",
            "microsoft_client_secret": secret,
            "microsoft_authority": f"{origin}/entra/common",
            "graph_api_url": f"{origin}/v1.0",
            "gmail_units_per_minute": 0,  # a story of three weeks is told in one minute
        }
    )


def as_environment(settings: Settings) -> dict[str, str]:
    """Return the settings as a process of ours reads them."""
    values = settings.model_dump(exclude={"database_url", "migrate_database_url", "poll_seconds"})
    plain = {
        name: value.get_secret_value() if isinstance(value, SecretStr) else value for name, value in values.items()
    }
    return {f"{PREFIX}{name.upper()}": str(value) for name, value in plain.items()}


def story_settings(folder: Path, port: int) -> Settings:
    """Return the settings of the story: a data folder of its own, nothing from the environment."""
    defaults = {name: field.default for name, field in Settings.model_fields.items()}
    key = base64.b64encode(os.urandom(32)).decode()
    own = {"data_dir": folder, "public_url": f"http://localhost:{port}", "master_key": key}
    return load(_env_file=None, **(defaults | own))
