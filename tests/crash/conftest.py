"""Real worker processes, started as often as a story needs them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from app.sandbox.server import running
from tests.actions.situations import World
from tests.bench.racers import environment_of
from tests.notices.conftest import posting, server  # noqa: F401 - fixtures
from tests.people import practice_settings

StartWorker = Callable[[], subprocess.Popen[bytes]]


@pytest.fixture
async def origin(world: World) -> AsyncIterator[str]:
    """The practice server over real sockets."""
    async with running(world.sandbox) as origin:
        yield origin


@pytest.fixture
def mail() -> dict[str, str]:
    """Where the workers' own letters leave; nowhere in most stories."""
    return {}


@pytest.fixture
def start(world: World, origin: str, database_url: str, tmp_path: Path, mail: dict[str, str]) -> Iterator[StartWorker]:
    """Start job workers; whatever is left of them at the end is killed."""
    settings = practice_settings(world.resources.settings.data_dir, origin, **mail)
    environment = environment_of(settings, database_url)
    started: list[subprocess.Popen[bytes]] = []
    log = (tmp_path / "worker.log").open("wb")

    def start_one() -> subprocess.Popen[bytes]:
        program = [sys.executable, "-m", "tests.crash.job_worker"]
        started.append(subprocess.Popen(program, cwd=tmp_path, env=environment, stderr=log))
        return started[-1]

    yield start_one
    for worker in started:
        worker.kill()
        worker.wait()
    log.close()
