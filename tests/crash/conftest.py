"""Real worker processes, started as often as a story needs them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from app.actions.resources import Resources
from app.models.person import Person
from app.sandbox.sandbox import Sandbox
from app.sandbox.server import running
from tests.actions.outlook import outlook_world
from tests.actions.situations import World
from tests.bench.racers import environment_of
from tests.crash import acts
from tests.crash.nest import Forked, Place, Strike, worker
from tests.notices.conftest import posting, server  # noqa: F401 - fixtures
from tests.people import connected_mailbox, practice_settings


class StartWorker(Protocol):
    """Starts a job worker; a strike is a signal that it gives itself at a point."""

    def __call__(self, strike: Strike | None = None) -> Forked: ...


Act = Callable[[acts.Wish, Strike | None], Forked]


@pytest.fixture
def way() -> str:
    """Whose mailbox Alice has."""
    return "google"


@pytest.fixture
async def world(way: str, resources: Resources, sandbox: Sandbox, alice: Person, bob: Person) -> World:
    """Alice with a connected mailbox of that provider."""
    if way == "microsoft":
        return await outlook_world(resources, sandbox, alice, bob)
    return World(resources, sandbox, alice, bob, await connected_mailbox(resources, alice))


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
def environment(world: World, origin: str, database_url: str, mail: dict[str, str]) -> dict[str, str]:
    """What another process needs to work in this world."""
    settings = practice_settings(world.resources.settings.data_dir, origin, **mail)
    return environment_of(settings, database_url)


@pytest.fixture
def started() -> Iterator[list[Forked]]:
    """The processes of a story; whatever is left of them at its end is killed."""
    processes: list[Forked] = []
    yield processes
    for each in processes:
        each.kill()
        each.wait()


@pytest.fixture
def start(environment: dict[str, str], tmp_path: Path, started: list[Forked]) -> StartWorker:
    """Start job workers."""

    def start_one(strike: Strike | None = None) -> Forked:
        started.append(worker(Place(environment=environment, log=tmp_path / "worker.log", strike=strike)))
        return started[-1]

    return start_one


@pytest.fixture
def act(environment: dict[str, str], tmp_path: Path, started: list[Forked]) -> Act:
    """Have somebody do something in a process of its own."""

    def act_there(wish: acts.Wish, strike: Strike | None = None) -> Forked:
        place = Place(environment=environment, log=tmp_path / "act.log", strike=strike)
        started.append(Forked(place, acts.do, wish))
        return started[-1]

    return act_there
