"""Deskhand's own PostgreSQL, for whoever has none: no port, no password, gone when the last command leaves it.

All commands on one data folder share one server. The first starts it, the last stops it; whoever is killed is
forgotten by the kernel, and the next command puts in order what was left.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from app.db import cluster_traces as traces
from app.db.cluster_locks import Use, one_at_a_time
from app.db.cluster_place import in_words, place_of
from app.db.cluster_programs import programs
from app.db.cluster_roles import DATABASE, make_roles
from app.db.cluster_server import ADMIN, PATIENCE, Server
from app.errors import DatabaseTrouble

log = logging.getLogger(__name__)
NO_ANSWER = "Deskhand's own PostgreSQL in {path} does not answer: {why} End the other Deskhand commands and try again."


@dataclass(frozen=True)
class Cluster:
    """A running embedded PostgreSQL: how to reach it, and the folder of its programs (`pg_dump`, …)."""

    socket_folder: Path
    programs: Path

    def url(self, role: str, database: str = DATABASE) -> str:
        """Return the psycopg conninfo by which `role` reaches `database`."""
        return make_conninfo(host=str(self.socket_folder), port=5432, user=role, dbname=database)

    @property
    def owner_url(self) -> str:
        """The owner of the tables, for migrations."""
        return self.url("deskhand_owner")

    @property
    def service_url(self) -> str:
        """The service's login: it may nothing until it has said SET ROLE deskhand_app or deskhand_dispatch."""
        return self.url("deskhand_service")

    @property
    def admin_url(self) -> str:
        """The superuser, for backups and for making test databases."""
        return self.url(ADMIN, "postgres")


@contextmanager
def running(data_dir: Path, *, durable: bool = True) -> Iterator[Cluster]:
    """Run the PostgreSQL of `data_dir` as long as the block lasts, together with the other commands that use it.

    Made on first use. Blocks until it answers: call it before the event loop starts. What stands in the way raises
    DatabaseTrouble with a sentence. `durable=False` is for tests: faster, and forgetful on a power cut.
    """
    with in_words(data_dir):
        server, use = _join(data_dir, durable)
    try:
        yield _cluster(server)
    finally:
        try:
            with in_words(data_dir):
                _leave(server, use)
        except DatabaseTrouble as trouble:  # what the block did is done all the same; the next start tidies up
            log.warning("The database was left running: %s", trouble)


def _join(data_dir: Path, durable: bool) -> tuple[Server, Use]:
    place = place_of(data_dir)
    with one_at_a_time(place.home), ExitStack() as undo:
        use = Use(place.home)
        undo.callback(use.end)
        server = Server(place, programs(place.home, place.user, alone=use.found_alone), durable)
        undo.callback(_stop_if_last, server, use)
        if use.found_alone:
            server.stop()  # left by a killed command: perhaps of another version, or not durable
        _bring_up(server)
        undo.pop_all()
        return server, use


def _leave(server: Server, use: Use) -> None:
    with ExitStack() as undo:
        undo.callback(use.end)
        with one_at_a_time(server.place.home):
            _stop_if_last(server, use)
            use.end()


def _stop_if_last(server: Server, use: Use) -> None:
    if use.alone():
        server.stop()


def _cluster(server: Server) -> Cluster:
    socket = traces.socket_folder(server.place.data)
    if socket is None:
        raise DatabaseTrouble(NO_ANSWER, path=server.place.home, why="it does not say where it listens.")
    return Cluster(socket, server.programs)


def _bring_up(server: Server) -> None:
    """Start the server unless others have, and wait until it answers: it may be recovering, or dying this moment."""
    until, started = time.monotonic() + PATIENCE, False
    while True:
        if not traces.is_up(server.place.data):
            server.make()
            server.start()
            started = True
        try:
            with psycopg.connect(_cluster(server).admin_url, autocommit=True, connect_timeout=10) as connection:
                return make_roles(connection) if started else None
        except (psycopg.Error, DatabaseTrouble) as trouble:
            if time.monotonic() > until or _is_final(trouble):
                raise server.trouble(NO_ANSWER, str(trouble)) from trouble
        time.sleep(0.05)


def _is_final(trouble: Exception) -> bool:
    """Say whether waiting is in vain: a statement was refused, or the login for another reason than a busy server."""
    if isinstance(trouble, psycopg.Error) and trouble.sqlstate:
        return True
    return "FATAL" in str(trouble) and "the database system is" not in str(trouble)
