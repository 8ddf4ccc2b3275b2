"""Brings the database to this version; run by the owner of the tables alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from app.errors import DatabaseTrouble

ROLES = ("deskhand_app", "deskhand_dispatch")
ROLES_SQL = """create role deskhand_app nologin;
create role deskhand_dispatch nologin;
-- and a login for DESKHAND_DATABASE_URL that row-level security binds:
create role deskhand_service login password '…' nosuperuser nobypassrls noinherit;
grant deskhand_app, deskhand_dispatch to deskhand_service;"""


def migrate(url: str) -> str:
    """Bring the database to the newest version and return it; a second run, or two at once, change nothing."""
    with _connected(url) as connection:
        _make_roles(connection)
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
        return newest()


def version(url: str) -> str:
    """Return the version the database is at; empty if it is new."""
    with _connected(url) as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def newest() -> str:
    """Return the version that this code wants."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def known(version: str) -> bool:
    """Say whether this code knows a version, so that it can bring a database on from there."""
    return version in {each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions()}


def _config() -> Config:
    here = Path(__file__)
    beside, packaged = here.parents[2] / "migrations", here.parent / "migrations"
    config = Config()
    config.set_main_option("script_location", str(beside if (beside / "env.py").exists() else packaged))
    return config


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    # A plain, synchronous engine: Alembic has no use for the service's pool, and the owner no use for its roles.
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            # Two starts at once: the second waits here and then finds everything done.
            connection.execute(text("select pg_advisory_lock(hashtext('deskhand migrate'))"))
            connection.commit()
            yield connection
    except (SQLAlchemyError, psycopg.Error) as trouble:
        why = (str(getattr(trouble, "orig", trouble)).strip().splitlines() or ["no reason given"])[0]
        raise DatabaseTrouble("The database could not be brought to this version: {why}", why=why) from trouble
    finally:
        engine.dispose()


def _engine(url: str) -> Engine:
    return create_engine("postgresql+psycopg://", creator=partial(psycopg.connect, url, connect_timeout=10))


def _make_roles(connection: Connection) -> None:
    """Make the two roles that own nothing, or say which SQL an administrator has to run."""
    # Roles belong to the whole server, so they cannot be part of a migration of this one database.
    found = connection.execute(text("select rolname from pg_roles where rolname = any(:roles)"), {"roles": list(ROLES)})
    missing = sorted(set(ROLES) - set(found.scalars()))
    if not missing:
        return
    may = connection.execute(text("select rolcreaterole or rolsuper from pg_roles where rolname = session_user"))
    if not may.scalar():
        raise DatabaseTrouble("This login may not make roles. Let an administrator run:\n{sql}", sql=ROLES_SQL)
    for role in missing:
        connection.execute(text(f"create role {role} nologin"))
    connection.commit()
