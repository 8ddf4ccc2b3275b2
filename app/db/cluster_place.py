"""Where an embedded cluster stands, and whose it is.

    DATA_DIR/postgres/        home: ours                    DATA_DIR/postgres.location   as root, the home's path
        data/ run/ log/       the server's user's: cluster, socket, logs                 when it stands elsewhere
        pg_hba.conf pg_ident.conf turn.lock users.lock programs/     ours

As root the server's user is nobody, who may not pass a closed folder (`/root`, say); then the home stands in
/var/lib/deskhand/clusters. No mode or owner of a folder that was there before is changed.
"""

from __future__ import annotations

import errno
import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from app.db.cluster_locks import one_at_a_time
from app.db.cluster_programs import ServerUser, run, server_user
from app.errors import DatabaseTrouble

if sys.platform != "win32":
    import pwd

CLUSTERS = Path("/var/lib/deskhand/clusters")
LONGEST_SOCKET = 100  # bytes, the file's name included; Linux takes 107, macOS 103
SOCKET = ".s.PGSQL.5432"
SHORT = "deskhand-"

ELSEWHERE = "Name another folder in DESKHAND_DATA_DIR."
FULL = "The disk that holds {path} is full. Make room (a new database takes about 100 MB), then try again."
SENTENCES = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EROFS: f"{{path}} is on a disk that cannot be written to. {ELSEWHERE}",
    errno.EACCES: f"The user {{user}} may not write in {{path}}. Open the folder to this user, or: {ELSEWHERE}",
    errno.EPERM: f"The user {{user}} may not write in {{path}}. Open the folder to this user, or: {ELSEWHERE}",
    errno.ENOTDIR: f"{{path}} should be a folder, but a file stands in its place. {ELSEWHERE}",
    errno.EEXIST: f"{{path}} should be a folder, but a file stands in its place. {ELSEWHERE}",
}
UNUSABLE = f"The folder {{path}} cannot be used: {{why}}. {ELSEWHERE}"
UNPRINTABLE = f"The name of the data folder has characters that PostgreSQL cannot take. {ELSEWHERE}"
OTHERS = f"The database in {{path}} belongs to the user {{user}}. Run Deskhand as {{user}}. Or: {ELSEWHERE}"
ROOTS = f"The database of {{path}} was made by root. Run Deskhand as root. Or: {ELSEWHERE}"
CLOSED = (
    "The user {user}, as whom root runs PostgreSQL, cannot reach the database in {path} any more. "
    "Make the folders above it passable again (chmod o+x)."
)
LOST = (
    "{file} says that the database stands in {path}, but nothing is there. "
    "Bring it back, or remove {file} to begin with an empty database."
)
A_CLUSTER = (
    "{path} is the data folder of a PostgreSQL server (version {version}), not of Deskhand. Name another folder in "
    "DESKHAND_DATA_DIR; to use that server, name its address in DESKHAND_DATABASE_URL."
)


@dataclass(frozen=True)
class Place:
    """The home of a cluster and the system user its server runs as."""

    home: Path
    user: ServerUser

    @property
    def data(self) -> Path:
        """The cluster itself (PGDATA); it is there whole or not at all."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """Where the server writes what happened to it."""
        return self.home / "log"

    def own(self, folder: Path) -> Path:
        """Make `folder` the server's own, closed to others, unless it is there already."""
        folder.mkdir(mode=0o700, exist_ok=True)
        owner = folder.stat().st_uid
        if owner == os.geteuid() and not any(folder.iterdir()):
            self._give(folder)  # just made, or by a run that was killed before it could give it
        elif owner != self.user.uid:
            raise DatabaseTrouble(OTHERS, path=folder, user=_name(owner))
        return folder

    def socket_folder(self) -> Path:
        """Make and return the folder for the server's socket: in the home, or a short one where that is too long."""
        usual = self.home / "run"
        if len(os.fsencode(usual / SOCKET)) <= LONGEST_SOCKET and "," not in str(usual):
            return self.own(usual)
        for parent in (tempfile.gettempdir(), "/tmp", "/var/tmp"):  # noqa: S108 - a fresh name, closed to others
            if len(os.fsencode(parent)) <= LONGEST_SOCKET - 40 and "," not in parent and _passable(parent, self.user):
                folder = Path(tempfile.mkdtemp(prefix=SHORT, dir=parent))
                self._give(folder)
                return folder
        raise DatabaseTrouble(UNUSABLE, path=self.home, why="its path is too long for a socket")

    def forget_socket(self, folder: Path) -> None:
        """Remove what a stopped server has left in its socket folder, and the folder too if it was a short one."""
        short = folder.name.startswith(SHORT)
        with suppress(OSError):
            if folder.lstat().st_uid == self.user.uid and (short or folder == self.home / "run"):
                for left in (SOCKET, SOCKET + ".lock"):
                    (folder / left).unlink(missing_ok=True)
                if short:
                    folder.rmdir()

    def _give(self, folder: Path) -> None:
        if self.user.other:
            os.chown(folder, self.user.uid, self.user.gid)


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    """Turn the system's refusals about a folder into one sentence about `path`."""
    try:
        yield
    except OSError as trouble:
        sentence = SENTENCES.get(trouble.errno or 0, UNUSABLE)
        raise DatabaseTrouble(
            sentence, path=path, user=_name(os.geteuid()), why=trouble.strerror or trouble
        ) from trouble


def place_of(data_dir: Path) -> Place:
    """Find, or make, the home of the cluster of `data_dir`; raise DatabaseTrouble where that cannot be."""
    user = server_user()
    data_dir = Path(os.path.realpath(data_dir.expanduser()))
    if not str(data_dir).isprintable():
        raise DatabaseTrouble(UNPRINTABLE)
    _make(data_dir, user)
    if (foreign := data_dir / "PG_VERSION").exists():
        raise DatabaseTrouble(A_CLUSTER, path=data_dir, version=foreign.read_text().strip())
    home = _home(data_dir, user)
    _make(home, user)
    if (owner := home.stat().st_uid) != os.geteuid():
        raise DatabaseTrouble(OTHERS, path=home, user=_name(owner))
    return Place(home, user)


def _make(folder: Path, user: ServerUser) -> None:
    """Make a folder and those above it, closed to others; as root they may be passed through, not listed."""
    if not folder.exists():
        if folder != folder.parent:
            _make(folder.parent, user)
        with suppress(FileExistsError):  # another command was quicker
            folder.mkdir(mode=0o700)
            folder.chmod(0o711 if user.other else 0o700)
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))


def _home(data_dir: Path, user: ServerUser) -> Path:
    usual, location = data_dir / "postgres", data_dir / "postgres.location"
    if not user.other:
        if location.exists():
            raise DatabaseTrouble(ROOTS, path=data_dir)
        return usual
    if location.exists():
        return _located(location)
    if _passable(str(data_dir), user):
        return usual
    if (usual / "data").exists():
        raise DatabaseTrouble(CLOSED, user=user.name, path=usual)
    return _settled_elsewhere(data_dir, location, user)


def _located(location: Path) -> Path:
    home = Path(location.read_text().strip())
    if not home.is_absolute() or not home.is_dir():
        raise DatabaseTrouble(LOST, file=location, path=home)
    return home


def _settled_elsewhere(data_dir: Path, location: Path, user: ServerUser) -> Path:
    """Choose a home outside `data_dir` and write it down there; two commands at once get the same one."""
    _make(CLUSTERS, user)
    if not _passable(str(CLUSTERS), user):
        raise DatabaseTrouble(CLOSED, user=user.name, path=CLUSTERS)
    with one_at_a_time(data_dir):
        if location.exists():
            return _located(location)
        name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
        names = (CLUSTERS / (name if n == 1 else f"{name}-{n}") for n in count(1))
        home = next(path for path in names if not (path / "data").exists())  # else it was a removed data folder's
        _make(home, user)
        fresh = location.with_suffix(".new")
        fresh.write_text(f"{home}\n")
        fresh.rename(location)
    return home


def _passable(folder: str, user: ServerUser) -> bool:
    """Say whether the server's user gets into `folder`; tried, since mode bits do not tell of access lists."""
    return not user.other or run(["/bin/sh", "-c", 'cd "$1"', "sh", folder], user).returncode == 0


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"number {uid}"
