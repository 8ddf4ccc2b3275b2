"""Which database a command works with: the embedded one, or the server that the settings name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.db.embedded import running
from app.db.migrate import migrate
from app.settings import Settings


@contextmanager
def service_database(settings: Settings) -> Iterator[str]:
    """Give the address that the service signs in at; an embedded database is brought to this version first."""
    if not settings.embedded:
        yield settings.database_url.get_secret_value()
        return
    with running(settings.data_dir) as cluster:
        migrate(cluster.owner_url)
        yield cluster.service_url


@contextmanager
def owner_database(settings: Settings) -> Iterator[str]:
    """Give the address at which the owner of the tables signs in, for migrations alone."""
    if not settings.embedded:
        given = settings.migrate_database_url or settings.database_url
        yield given.get_secret_value()
        return
    with running(settings.data_dir) as cluster:
        yield cluster.owner_url
