"""Commands, and data folders for them."""

from __future__ import annotations

import base64
import logging
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from app import cli, clock
from app.db.embedded import Cluster
from tests.cli.kit import Running, Said, environment
from tests.memory import roomy_memory

MASTER_KEY = base64.b64encode(b"k" * 32).decode()


@pytest.fixture
def ground() -> Iterator[Path]:
    """A folder that every user may pass: as root, PostgreSQL runs as nobody, who cannot enter pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="dh", dir=roomy_memory()))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def used_dir() -> Iterator[Path]:
    """A data folder that several tests use one after the other: making its database is the slow part."""
    folder = Path(tempfile.mkdtemp(prefix="dh", dir=roomy_memory()))
    folder.chmod(0o755)
    yield folder / "data"
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def start(ground: Path) -> Iterator[Callable[..., Running]]:
    """Start commands: `start("serve", "--port", "0", data_dir=…, DESKHAND_…=…)`; what is left at the end is killed."""
    started: list[Running] = []

    def start(*words: str, data_dir: Path | None = None, **env: str) -> Running:
        started.append(Running(words, ground, data_dir or ground / "data", env))
        return started[-1]

    yield start
    for each in started:
        with suppress(ProcessLookupError):
            os.killpg(each.process.pid, signal.SIGKILL)
        each.process.wait()


@pytest.fixture
def deskhand(
    ground: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Said]]:
    """Run a command in this process, for what it says; whatever it sets for the whole process is set back."""
    signals = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    handlers, level = list(logging.root.handlers), logging.root.level
    monkeypatch.setattr(logging, "raiseExceptions", True)

    def run(*words: str, data_dir: Path | None = None, **env: str) -> Said:
        with monkeypatch.context() as here:
            for name in [name for name in os.environ if name.startswith("DESKHAND_")]:
                here.delenv(name)
            for name, value in environment(data_dir or ground / "data", env).items():
                here.setenv(name, value)
            here.chdir(ground)
            here.setattr(sys, "argv", ["deskhand", *words])
            capsys.readouterr()
            try:
                cli.main()
                code = 0
            except SystemExit as end:
                code = int(end.code or 0)
        return Said(code, *capsys.readouterr())

    yield run
    for number, handler in signals.items():
        signal.signal(number, handler)
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    clock.practise()


@pytest.fixture
def own_server(database_url: str) -> dict[str, str]:
    """The settings of somebody who has a PostgreSQL: a migrated database and a master key."""
    return {"DESKHAND_DATABASE_URL": database_url, "DESKHAND_MASTER_KEY": MASTER_KEY}


@pytest.fixture
def empty_database(cluster: Cluster) -> Iterator[str]:
    """The name of a database that no migration has seen."""
    name = f"empty_{os.getpid()}"
    with psycopg.connect(cluster.admin_url, autocommit=True) as admin:
        admin.execute(f"create database {name} owner deskhand_owner")  # type: ignore[call-overload]
        yield name
        admin.execute(f"drop database {name} with (force)")  # type: ignore[call-overload]
