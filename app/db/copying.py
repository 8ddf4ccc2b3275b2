"""Databases as whoever copies them reaches them: past row-level security, with PostgreSQL's own programs."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from app.db import cluster_traces as traces
from app.db.cluster_programs import installed_programs
from app.db.cluster_server import ADMIN
from app.db.embedded import running
from app.errors import DatabaseTrouble
from app.settings import Settings

CHUNK = 1 << 20  # bytes
PLAIN = "postgres"  # the database that every server has, to work on the others from
BOUND = (
    "The login of DESKHAND_MIGRATE_DATABASE_URL is bound by row-level security, so it cannot copy every row. Let an "
    "administrator run `alter role {role} bypassrls createdb`, or name a login there that may."
)
NO_PROGRAM = "PostgreSQL's own {name} is not here. Install PostgreSQL's client programs of the server's version."
NOT_DONE = "{name} has stopped: {why}"


@dataclass(frozen=True)
class Copied:
    """One database, with the logins by which it is copied and served, and the role that owns its tables."""

    url: str
    service_url: str
    owner: str
    programs: Path | None

    @property
    def name(self) -> str:
        """Return the database's name."""
        return str(conninfo_to_dict(self.url)["dbname"])

    def named(self, name: str) -> Copied:
        """Return another database of the same server."""
        return replace(
            self, url=make_conninfo(self.url, dbname=name), service_url=make_conninfo(self.service_url, dbname=name)
        )

    @property
    def server_url(self) -> str:
        """Return where no database of ours is in the way, to make and rename them."""
        return make_conninfo(self.url, dbname=PLAIN)

    def program(self, name: str, *words: str) -> tuple[list[str], dict[str, str]]:
        """Return a program's command line and environment; no password stands on the command line."""
        found = str(self.programs / name) if self.programs else shutil.which(name)
        if not found:
            raise DatabaseTrouble(NO_PROGRAM, name=name)
        parts = {name: str(value) for name, value in conninfo_to_dict(self.url).items()}
        secret = parts.pop("password", "")
        environment = {**os.environ, "LC_ALL": "C", **({"PGPASSWORD": secret} if secret else {})}
        return [found, *words, f"--dbname={make_conninfo(**parts)}"], environment


@contextmanager
def copied_database(settings: Settings) -> Iterator[Copied]:
    """Give the database of the settings to whoever copies it; raise DatabaseTrouble if its login may not."""
    if settings.embedded:
        with running(settings.data_dir) as cluster:
            yield Copied(cluster.url(ADMIN), cluster.service_url, "deskhand_owner", cluster.programs)
        return
    service = settings.database_url.get_secret_value()
    url = (settings.migrate_database_url or settings.database_url).get_secret_value()
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            name, role = connection.info.dbname, _unbound(connection)
    except psycopg.OperationalError as trouble:
        raise DatabaseTrouble("The database does not answer: {why}", why=str(trouble).splitlines()[0]) from None
    yield Copied(make_conninfo(url, dbname=name), make_conninfo(service, dbname=name), role, installed_programs())


def _unbound(connection: psycopg.Connection) -> str:
    """Return the role that owns the tables, or is to own them; raise unless this login sees every row."""
    rows = connection.execute(
        "select rolname, rolsuper or rolbypassrls, "
        "(select pg_get_userbyid(relowner) from pg_class where oid = to_regclass('public.mailbox')) "
        "from pg_roles where rolname = session_user"
    ).fetchone()
    login, unbound, owner = rows or ("", False, None)
    if not unbound:
        raise DatabaseTrouble(BOUND, role=login)
    return str(owner or login)


def dumped(copied: Copied, snapshot: str) -> Iterator[bytes]:
    """Return a dump piece by piece, as the database was at this snapshot.

    The job engine's rows stay behind: a job has no rights of its own, and whatever is due is deferred anew.
    """
    words = ("--format=custom", f"--snapshot={snapshot}", "--exclude-table-data=public.procrastinate_*")
    with _running(copied, "pg_dump", *words, stdout=subprocess.PIPE) as program:
        while piece := program.stdout.read(CHUNK) if program.stdout else b"":
            yield piece


def filled(copied: Copied, pieces: Iterable[bytes]) -> None:
    """Fill an empty database with a dump; its tables belong to their owner again."""
    words = ("--exit-on-error", "--no-owner", f"--role={copied.owner}")
    with (
        _running(copied, "pg_restore", *words, stdin=subprocess.PIPE) as program,
        suppress(BrokenPipeError),  # it has ended, and says why
        program.stdin or open(os.devnull, "wb") as into,
    ):
        for piece in pieces:
            into.write(piece)


@contextmanager
def _running(
    copied: Copied, name: str, *words: str, stdin: int | None = None, stdout: int | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program beside the block, which ends it if it fails; raise DatabaseTrouble if the program does."""
    command, environment = copied.program(name, *words)
    with tempfile.TemporaryFile() as said:
        program = subprocess.Popen(command, env=environment, stdin=stdin, stdout=stdout, stderr=said)
        try:
            yield program
        except BaseException:  # the disk for it is full, or we are told to stop
            program.kill()
            program.wait()
            raise
        if program.wait():
            said.seek(0)
            why = traces.last_words(said.read(100_000).decode(errors="replace"))
            raise DatabaseTrouble(NOT_DONE, name=name, why=why)
