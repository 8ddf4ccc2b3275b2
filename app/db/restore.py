"""Put a backup in the place of a database: filled beside it, made good, and then exchanged in one commit.

What was there stays as it was until that commit, whatever goes wrong before.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from app.db.backup_file import BackupFile, Told
from app.db.copying import Copied, filled
from app.db.migrate import known, migrate
from app.errors import DatabaseTrouble

MARK = "_restoring_"
GOING_SECONDS = 2.0
IN_USE = (
    "Deskhand is running on this database (open connections: {count}). Stop every `serve` and `worker` first, then "
    "try again; nothing was touched."
)
PEOPLE = (
    "People have their data in this database ({count} of them), and a restore puts the backup in its place. "
    "Give --replace if that is meant; `deskhand backup` first keeps what is there."
)
NEWER = "{path} is of the database version {version}, which this Deskhand does not know. Restore it with a newer one."
NOT_RESTORED = "The database cannot be restored: {why}"


def refuse_in_use(copied: Copied) -> None:
    """Raise DatabaseTrouble while anybody else is connected to this database.

    PostgreSQL counts a program that has just ended, such as a backup, for a moment longer: that one is waited for.
    """
    until = time.monotonic() + GOING_SECONDS
    while count := _connected(copied):
        if time.monotonic() >= until:
            raise DatabaseTrouble(IN_USE, count=count)
        time.sleep(0.05)


def _connected(copied: Copied) -> int:
    with _at_server(copied) as server:
        row = server.execute(
            "select count(*) from pg_stat_activity where datname = %s and backend_type = 'client backend'",
            [copied.name],
        ).fetchone()
    return int(row[0]) if row else 0


def refuse_people(copied: Copied) -> None:
    """Raise DatabaseTrouble if anybody's data stands in this database."""
    with psycopg.connect(copied.url, connect_timeout=10) as connection:
        if not _has(connection, "person"):
            return
        row = connection.execute("select count(*) from person").fetchone()
    if row and row[0]:
        raise DatabaseTrouble(PEOPLE, count=row[0])


def refuse_newer(file: BackupFile) -> None:
    """Raise DatabaseTrouble for a backup of a later version than this code knows."""
    if not known(file.manifest.schema):
        raise DatabaseTrouble(NEWER, path=file.path, version=file.manifest.schema)


@contextmanager
def beside(copied: Copied, file: BackupFile, told: Told) -> Iterator[Copied]:
    """Fill a database beside this one from a backup, at this code's version; it is gone after the block.

    Unless the block has exchanged the two. What an earlier restore that was killed has left goes as well.
    """
    fresh = copied.named(f"{copied.name}{MARK}{secrets.token_hex(4)}")
    with _at_server(copied) as server:
        _alone(server)
        _drop_left(server, copied)
        try:
            server.execute(
                sql.SQL("create database {} owner {} template template0 encoding 'UTF8'").format(
                    sql.Identifier(fresh.name), sql.Identifier(copied.owner)
                )
            )
            filled(fresh, _counted(file, told))
            _migrated(fresh)
            yield fresh
        except psycopg.Error as trouble:
            why = (str(trouble).strip().splitlines() or ["no reason given"])[0]
            raise DatabaseTrouble(NOT_RESTORED, why=why) from trouble
        finally:
            _drop_left(server, copied)


def exchange(copied: Copied, fresh: Copied) -> None:
    """Put the fresh database in this one's place, in one commit; what was there is gone then.

    Raises DatabaseTrouble if somebody has connected meanwhile: then all is as it was.
    """
    old = f"{copied.name}{MARK}old_{secrets.token_hex(4)}"
    rename = sql.SQL("alter database {} rename to {}")
    _same_rights(copied, fresh)
    try:
        with psycopg.connect(copied.server_url, connect_timeout=10) as server:
            server.execute(rename.format(sql.Identifier(copied.name), sql.Identifier(old)))
            server.execute(rename.format(sql.Identifier(fresh.name), sql.Identifier(copied.name)))
    except psycopg.errors.ObjectInUse as trouble:
        raise DatabaseTrouble(IN_USE, count="at least one") from trouble


def _migrated(fresh: Copied) -> None:
    # As the superuser where that is the login: what a migration makes belongs to the tables' owner all the same.
    migrate(f"{fresh.url} options='-c role={fresh.owner}'")


def _counted(file: BackupFile, told: Told) -> Iterator[bytes]:
    size = 0
    for piece in file.dump():
        yield piece
        size += len(piece)
        told(size)


def _same_rights(copied: Copied, fresh: Copied) -> None:
    """Let those connect to the fresh database who may connect to the one it takes the place of."""
    with _at_server(copied) as server:
        given = server.execute(
            "select coalesce(pg_get_userbyid(nullif(a.grantee, 0)), ''), a.privilege_type "
            "from pg_database d, aclexplode(d.datacl) a where d.datname = %s",
            [copied.name],
        ).fetchall()
        name = sql.Identifier(fresh.name)
        if given:
            server.execute(sql.SQL("revoke all on database {} from public").format(name))
        for grantee, right in given:
            whom = sql.Identifier(grantee) if grantee else sql.SQL("public")
            server.execute(sql.SQL("grant {} on database {} to {}").format(sql.SQL(right), name, whom))


def _alone(server: psycopg.Connection) -> None:
    row = server.execute("select pg_try_advisory_lock(hashtext('deskhand restore'))").fetchone()
    if not row or not row[0]:
        raise DatabaseTrouble(NOT_RESTORED, why="another restore is at work on this server.")


def _drop_left(server: psycopg.Connection, copied: Copied) -> None:
    left = server.execute(
        "select datname from pg_database where starts_with(datname, %s)", [f"{copied.name}{MARK}"]
    ).fetchall()
    for (name,) in left:
        server.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def _has(connection: psycopg.Connection, table: str) -> bool:
    row = connection.execute("select to_regclass(%s) is not null", [f"public.{table}"]).fetchone()
    return bool(row and row[0])


@contextmanager
def _at_server(copied: Copied) -> Iterator[psycopg.Connection]:
    with psycopg.connect(copied.server_url, autocommit=True, connect_timeout=10) as connection:
        yield connection
