"""The server of an embedded cluster: made, started, stopped. It listens on one Unix socket and nowhere else."""

from __future__ import annotations

import os
import shlex
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

from app.db import cluster_traces as traces
from app.db.cluster_place import FULL, Place
from app.db.cluster_programs import MAJOR, own_name, run
from app.errors import DatabaseTrouble

ADMIN = "postgres"
LOGINS = (ADMIN, "deskhand_owner", "deskhand_service")
PATIENCE = 120  # seconds for a start (recovery after a crash) or a stop (the last checkpoint)
# what a server says that was killed, or set going by a killed command, a moment ago: its last backends are still there
PASSING = ("still in use", 'postmaster.pid" already exists')
LEAST_FREE = 8 * 2**20  # bytes; with fewer a server cannot even write why it ends

INITDB = (
    f"--username={ADMIN}", "--auth=peer", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8", "--no-instructions",
)  # fmt: skip
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "cluster_name": "deskhand",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "jit": "off",  # our statements are short: compiling them costs more than running them
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "on",
    "log_filename": "postgres-%Y%m%d-%H%M%S.log",
    "log_rotation_size": "10MB",
    "log_rotation_age": "0",
    "log_checkpoints": "off",
    "log_error_verbosity": "terse",  # no DETAIL and no statements: they would carry people's data into the log
    "log_min_error_statement": "panic",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

NOT_MADE = "The database could not be made in {path}: {why}"
NOT_STARTED = "Deskhand's own PostgreSQL does not start in {path}: {why} Its logs stand in {log}."
OTHER_VERSION = (
    "The database in {path} is of PostgreSQL {found}, and this Deskhand brings PostgreSQL {ours}. "
    "Use the Deskhand it was made with, or restore a backup into a new DESKHAND_DATA_DIR."
)
NOT_OURS = "{path} is not a database of Deskhand's. Move it away, or name another folder in DESKHAND_DATA_DIR."


@dataclass(frozen=True)
class Server:
    """The server of one place; `durable=False` (tests alone) forgets on a power cut what it said it had kept."""

    place: Place
    programs: Path
    durable: bool

    def make(self) -> None:
        """Make the cluster unless it is there; it appears whole or not at all."""
        place = self.place
        for left in place.home.glob("data.new-*"):
            shutil.rmtree(left, ignore_errors=True)  # a killed command's
        if place.data.exists():
            return self._check()
        fresh = place.own(place.home / f"data.new-{os.getpid()}")
        try:
            synced = [] if self.durable else ["--no-sync"]
            made = run([self.programs / "initdb", "--pgdata", fresh, *INITDB, *synced], place.user)
            if made.returncode:
                raise self.trouble(NOT_MADE, made.stderr)
            fresh.rename(place.data)
            return _sync(place.home)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)

    def start(self) -> None:
        """Start the server and wait until it takes connections; raise DatabaseTrouble with its last words if not."""
        place, until = self.place, time.monotonic() + PATIENCE
        if old := traces.socket_folder(place.data):
            place.forget_socket(old)
        place.own(place.log)
        self._write_who_may()
        socket = place.socket_folder()
        while said := self._try_start(socket):
            if not any(sign in said for sign in PASSING) or time.monotonic() > until:
                place.forget_socket(socket)
                raise self.trouble(NOT_STARTED, said)
            self.stop()
            time.sleep(0.2)

    def stop(self) -> None:
        """Stop the server, whatever it is doing, and wait for it; nothing happens if there is none."""
        if not traces.is_up(self.place.data):
            return
        socket = traces.socket_folder(self.place.data)
        self._pg_ctl("stop", "-m", "fast")
        if socket and not traces.is_up(self.place.data):
            self.place.forget_socket(socket)

    def trouble(self, sentence: str, said: str) -> DatabaseTrouble:
        """Return the trouble that `said`, the words of a program, tells of: a full disk, or else this sentence."""
        full = "No space left" in said or "quota exceeded" in said or _free(self.place.home) < LEAST_FREE
        why = traces.last_words(said)
        return DatabaseTrouble(FULL if full else sentence, path=self.place.home, why=why, log=self.place.log)

    def _try_start(self, socket: Path) -> str:
        """Return what a server that did not start has said; nothing if it stands."""
        traces.disown(self.place.data)
        sizes = traces.prune_logs(self.place.log)
        started = self._pg_ctl("start", "-l", "start.log", "-o", shlex.join(self._options(socket)))
        return started.stderr + traces.said_since(self.place.log, sizes) if started.returncode else ""

    def _options(self, socket: Path) -> list[str]:
        home = self.place.home
        ours = {
            "unix_socket_directories": socket,
            "hba_file": home / "pg_hba.conf",
            "ident_file": home / "pg_ident.conf",
            "log_directory": self.place.log,
        }
        settings = {**SETTINGS, **ours, **({} if self.durable else NOT_DURABLE)}
        return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]

    def _pg_ctl(self, verb: str, *more: str) -> CompletedProcess[str]:
        """Call pg_ctl, which hands paths to a shell between double quotes: so it is given none on its command line."""
        command: list[str | Path] = [self.programs / "pg_ctl", verb, "-s", "-w", "-t", str(PATIENCE), *more]
        return run(command, self.place.user, cwd=self.place.log, given={"PGDATA": str(self.place.data)})

    def _check(self) -> None:
        try:
            found = (self.place.data / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            raise DatabaseTrouble(NOT_OURS, path=self.place.data) from None
        if found != MAJOR:
            raise DatabaseTrouble(OTHER_VERSION, path=self.place.data, found=found, ours=MAJOR)
        self.place.own(self.place.data)

    def _write_who_may(self) -> None:
        """Let the system user we are log in, to our roles, and nobody else. The files are ours, not the server's."""
        name = own_name().replace('"', '""')
        logins = "".join(f'deskhand "{name}" "{login}"\n' for login in LOGINS)
        for file, text in (("pg_hba.conf", "local all all peer map=deskhand\n"), ("pg_ident.conf", logins)):
            fresh = self.place.home / f"{file}.new"
            fresh.write_text(text)
            fresh.chmod(0o644)
            fresh.rename(self.place.home / file)


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def _sync(folder: Path) -> None:
    """Make the names in `folder` outlive a power cut."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
