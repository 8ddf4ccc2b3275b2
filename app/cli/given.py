"""The settings and the database as commands take them: what is wrong with them is said in a sentence of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
from psycopg.conninfo import conninfo_to_dict

from app import clock
from app.db.serving import service_database
from app.errors import BadSetting, DatabaseTrouble
from app.notices.outlet import outlet_of
from app.settings import PREFIX, Settings, load


def given_settings() -> Settings:
    """Return the settings; raise BadSetting for the first that is wrong.

    A database address is judged here because PostgreSQL's own messages quote a malformed one, password and all.
    """
    settings = load()
    for name in ("database_url", "migrate_database_url"):
        value = getattr(settings, name).get_secret_value()
        if value and not _is_address(value):
            why = "write postgresql://user:password@host/database, with /, : and @ in a password as %2F, %3A and %40"
            raise BadSetting(name=f"{PREFIX}{name.upper()}", why=why)
    outlet_of(settings)  # raises for a mail server that could never be reached
    return settings


def _is_address(value: str) -> bool:
    try:
        parts = conninfo_to_dict(value)
    except psycopg.Error:
        return False
    port = str(parts.get("port") or "5432").replace(",", "")
    return "@" not in str(parts.get("host") or "") and port.isdigit()


def given_clock(settings: Settings) -> None:
    """Let this command go by the practice clock where the settings want it."""
    if settings.practice:
        clock.practise(offset=settings.offset, offset_file=settings.clock_file)


@contextmanager
def given_database(settings: Settings) -> Iterator[str]:
    """Give the address that the service signs in at; raise DatabaseTrouble if no migration has ever run there."""
    with service_database(settings) as url:
        # One that is away is told by whoever opens it next.
        with suppress(psycopg.OperationalError), psycopg.connect(url, connect_timeout=10) as connection:
            found = connection.execute("select exists(select from pg_class where relname = 'alembic_version')")
            if not (found.fetchone() or (False,))[0]:
                raise DatabaseTrouble("This database has no tables of Deskhand's: run `deskhand migrate`.")
        yield url
