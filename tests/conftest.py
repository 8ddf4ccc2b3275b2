"""What the tests share: a real PostgreSQL with a fresh database each, and the practice providers in-process.

Alice owns a mailbox, Bob assists with few scopes, Charlie has nothing.
"""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import httpx2
import hypothesis
import psycopg
import pytest

from app import clock
from app.actions.opening import open_resources
from app.actions.resources import Resources
from app.db import embedded
from app.db.embedded import Cluster
from app.db.migrate import migrate
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.sandbox.sandbox import Sandbox
from app.sandbox.server import make_app
from app.settings import Settings
from tests.actions.outlook import world_at
from tests.actions.situations import World
from tests.memory import roomy_memory
from tests.people import (
    ALICE,
    BOB,
    CHARLIE,
    KEY,
    ORIGIN,
    PRACTICE_MAIL,
    connected_mailbox,
    make_person,
    practice_settings,
)

# How long an example takes says more about the machine than about the code.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")


@pytest.fixture(scope="session", autouse=True)
def hears_ctrl_c() -> None:
    """Where the tests run in the background, Ctrl-C is ignored, and what they start would inherit that."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """One embedded PostgreSQL for the whole run (of this worker), with a migrated template to copy from.

    Its folder is open to pass through: as root, PostgreSQL runs as nobody, who cannot enter pytest's own folders.
    """
    with tempfile.TemporaryDirectory(prefix="deskhand-test-", dir=roomy_memory()) as folder:
        Path(folder).chmod(0o755)
        with embedded.running(Path(folder) / "data", durable=False) as running:
            migrate(running.owner_url)
            yield running


@pytest.fixture
def database_url(cluster: Cluster) -> Iterator[str]:
    """The service's address of a fresh, migrated database."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(cluster.admin_url, autocommit=True) as admin:
        admin.execute(f"create database {name} template deskhand owner deskhand_owner strategy wal_log")
        yield cluster.url("deskhand_service", name)
        admin.execute(f"drop database {name} with (force)")


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """Settings that point every provider address at the practice server."""
    kept = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("DESKHAND_")}
    yield practice_settings(tmp_path)
    os.environ.update(kept)
    clock.practise()


@pytest.fixture
def sandbox(settings: Settings) -> Iterator[Sandbox]:
    """The practice providers with Alice's mailbox and its few mails; Bob and Charlie have accounts without one."""
    clock.practise(offset_file=settings.clock_file)
    made = Sandbox(ORIGIN, key=KEY)
    for email, name in (ALICE, BOB, CHARLIE):
        made.add_person(email, name)
        made.add_graph_person(email, name)
    mailbox = made.add_mailbox(ALICE[0])
    for raw in PRACTICE_MAIL:
        mailbox.add(raw, labels=("INBOX",), internal_date=clock.now(), unread=True)
    yield made
    made.spool.close()


@pytest.fixture
async def provider_client(sandbox: Sandbox) -> AsyncIterator[httpx2.AsyncClient]:
    """The HTTP client whose every request reaches the practice server in-process."""
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(make_app(sandbox))) as client:
        yield client


@pytest.fixture
async def resources(
    settings: Settings, database_url: str, provider_client: httpx2.AsyncClient
) -> AsyncIterator[Resources]:
    """Everything that actions are handed."""
    async with open_resources(settings, database_url, client=provider_client) as opened:
        yield opened


@pytest.fixture
async def alice(resources: Resources) -> Person:
    """Alice, who owns the mailbox."""
    return await make_person(resources, *ALICE)


@pytest.fixture
async def bob(resources: Resources) -> Person:
    """Bob, who assists her."""
    return await make_person(resources, *BOB)


@pytest.fixture
async def charlie(resources: Resources) -> Person:
    """Charlie, who has nothing to do with it."""
    return await make_person(resources, *CHARLIE)


@pytest.fixture
async def mailbox(resources: Resources, alice: Person) -> Mailbox:
    """Alice's mailbox, connected."""
    return await connected_mailbox(resources, alice)


@pytest.fixture
async def world(resources: Resources, sandbox: Sandbox, alice: Person, bob: Person, mailbox: Mailbox) -> World:
    """All of that at once."""
    return World(resources, sandbox, alice, bob, mailbox)


@pytest.fixture(params=["gmail", "outlook"])
async def either(
    request: pytest.FixtureRequest, resources: Resources, sandbox: Sandbox, alice: Person, bob: Person
) -> World:
    """The same at each of the two providers, one after the other."""
    return await world_at(request.param, resources, sandbox, alice, bob)
