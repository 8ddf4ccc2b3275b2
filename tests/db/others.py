"""Others who come near a data folder: other Deskhand commands, and other users of the system."""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from app.db import cluster_place, cluster_programs
from app.errors import DatabaseTrouble

ROOT = Path(__file__).parents[2]
AS_ROOT = os.geteuid() == 0


def _reachable() -> bool:
    installed = Path(str(cluster_programs.distribution(cluster_programs.WHEEL).locate_file("")))
    folder = installed / cluster_programs.INSTALLATION / "bin"
    return cluster_programs._runs(folder, cluster_programs.server_user())


REACHABLE = _reachable()  # whether the server's user can run the programs where they are installed


class Command:
    """Another Deskhand command, in a process of its own."""

    def __init__(self, data_dir: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.db.another_command", str(data_dir), str(cluster_place.CLUSTERS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def says(self) -> str:
        """Return its next line."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def comes_up(self) -> str:
        """Wait until it has the database; return the owner's address."""
        word, _, url = self.says().partition(" ")
        assert word == "up", url
        return url

    def leaves(self) -> None:
        """Let it end as commands do."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.says() == "left"
        assert self.process.wait() == 0

    def is_killed(self) -> None:
        """End it with kill -9."""
        self.process.kill()
        self.process.wait()

    def end(self) -> None:
        """Let go of whatever is left of it."""
        for stream in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                if stream:
                    stream.close()
        self.process.wait()


def answer(url: str, question: LiteralString) -> object:
    """Ask the database one question; return the first value of its answer."""
    with psycopg.connect(url) as connection:
        row = connection.execute(question).fetchone()
    return row[0] if row else None


def until(condition: Callable[[], object]) -> None:
    """Wait for something to become true; the test's own time-out is the limit."""
    while not condition():
        time.sleep(0.005)


def is_alive(pid: int) -> bool:
    """Say whether a process runs; one that only waits to be buried does not."""
    try:
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def modes(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Return mode and owner of every folder and file from `folder` up to the root of the system, and below it."""
    paths = [folder, *folder.parents, *folder.rglob("*")]
    seen = {str(path): path.lstat() for path in paths if not path.is_symlink()}
    return {path: (stat.S_IMODE(seen.st_mode), seen.st_uid, seen.st_gid) for path, seen in seen.items()}


def told(work: Callable[[], object]) -> str:
    """Return the sentence of the DatabaseTrouble that `work` raises; it is one line without a traceback."""
    with pytest.raises(DatabaseTrouble) as trouble:
        work()
    sentence = str(trouble.value)
    assert "\n" not in sentence
    assert "Traceback" not in sentence
    assert sentence.endswith(".")
    return sentence


def told_as(name: str, work: Callable[[], object]) -> str:
    """As `told`, but by the user `name` if we are root."""
    if not AS_ROOT:
        return told(work)
    user = pwd.getpwnam(name)
    return told_as_number(user.pw_uid, user.pw_gid, work)


def told_as_number(uid: int, gid: int, work: Callable[[], object]) -> str:
    """As `told`, but by a forked process that has become the user `uid`."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.setgroups([])
            os.setgid(gid)
            os.setuid(uid)
            said = told(work)
        except BaseException as crash:
            said = f"not told: {crash!r}"
        os.write(writing, said.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as words:
        said = words.read()
    os.waitpid(pid, 0)
    return said
