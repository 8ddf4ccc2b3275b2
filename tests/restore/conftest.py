"""A database that is backed up and restored while Alice's mailbox at the practice provider goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from psycopg.conninfo import conninfo_to_dict

from app import clock
from app.actions import erasure_list
from app.actions.opening import open_resources
from app.actions.resources import Resources
from app.actions.restored import note_restored
from app.actions.take_in import TakenIn, take_in
from app.db.backup import back_up
from app.db.backup_file import Manifest, checked
from app.db.cluster_server import ADMIN
from app.db.copying import Copied
from app.db.disbelief import disbelieve
from app.db.embedded import Cluster
from app.db.erased_before import erased_before
from app.db.master_key import existing_keys
from app.db.restore import beside, exchange, refuse_in_use
from app.settings import Settings


def untold(_size: int) -> None:
    """Tell nobody how far it is."""


@dataclass(frozen=True)
class Drill:
    """The database, the file, and what the two commands do with them, without their words."""

    settings: Settings
    copied: Copied
    file: Path
    client: httpx2.AsyncClient

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Resources]:
        """Open what a process of the service has."""
        async with open_resources(self.settings, self.copied.service_url, client=self.client) as resources:
            yield resources

    def backup(self) -> Manifest:
        """Do what `deskhand backup` does."""
        return back_up(self.copied, existing_keys(self.settings), self.file, replace=True, told=untold)

    async def restore(self) -> TakenIn:
        """Do what `deskhand restore` does."""
        backup = checked(self.file, existing_keys(self.settings))
        refuse_in_use(self.copied)
        known = {erasure_list.Line(*each) for each in erased_before(self.copied.url)}
        known |= erasure_list.read_list(erasure_list.file_of(self.settings))
        with beside(self.copied, backup, untold) as fresh:
            async with open_resources(self.settings, fresh.service_url, client=self.client) as resources:
                at = backup.manifest.taken_at
                taken = await take_in(resources, fresh.url, backup_at=at, erased=known)
            exchange(self.copied, fresh)
        return taken


@pytest.fixture
def drill(
    settings: Settings, cluster: Cluster, database_url: str, provider_client: httpx2.AsyncClient, tmp_path: Path
) -> Drill:
    """Everything for a drill; no process is at work yet."""
    name = str(conninfo_to_dict(database_url)["dbname"])
    copied = Copied(cluster.url(ADMIN, name), database_url, "deskhand_owner", cluster.programs)
    return Drill(settings, copied, tmp_path / "yesterday.backup", provider_client)


@pytest.fixture
def comes_back(cluster: Cluster, database_url: str) -> Callable[[Resources], Awaitable[int]]:
    """Have the database as it stands be one that has just come back from a backup of this moment."""
    name = str(conninfo_to_dict(database_url)["dbname"])

    async def back(resources: Resources) -> int:
        now = clock.now()
        disbelieve(cluster.url(ADMIN, name), backup_at=now, now=now)
        resources.tokens.by_mailbox.clear()
        return await note_restored(resources)

    return back
