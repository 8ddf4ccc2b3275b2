"""Commands as people run them: in this process where only the words count, else in processes of their own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from app.cli.demo.pages import forms_of
from app.db.cluster_traces import is_up

ROOT = Path(__file__).parents[2]
PATIENCE = 240.0  # seconds after which waiting is given up; nothing is measured by it


@dataclass(frozen=True)
class Said:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """Return the one sentence of a refusal: all that stands on standard error, and it is no traceback."""
        lines = self.err.strip().splitlines()
        assert len(lines) == 1, self.err
        assert "Traceback" not in self.out + self.err
        return lines[0]


class Running:
    """A command in a process of its own, in a session of its own as in a terminal window of its own."""

    def __init__(self, words: tuple[str, ...], folder: Path, data_dir: Path, env: dict[str, str]) -> None:
        # Files instead of pipes: nobody has to read along, and what a killed command said is still there.
        number = len(list(folder.glob("*.out")))
        self.out_file, self.err_file = folder / f"{number}.out", folder / f"{number}.err"
        with self.out_file.open("wb") as out, self.err_file.open("wb") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", *words],
                cwd=folder,
                env=environment(data_dir, env),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )

    @property
    def out(self) -> str:
        """What it has said so far."""
        return self.out_file.read_text(encoding="utf-8")

    @property
    def err(self) -> str:
        """What it has said so far on standard error."""
        return self.err_file.read_text(encoding="utf-8")

    def steps(self) -> list[dict[str, Any]]:
        """Return the whole lines of its output as JSON."""
        return [json.loads(line) for line in self.out.splitlines(keepends=True) if line.endswith("\n")]

    def until(self, holds: Callable[[], object]) -> None:
        """Wait until something holds; fail at once if the command ends before."""
        wait_for(lambda: holds() or self.process.poll() is not None, self)
        assert holds(), f"it ended with {self.process.returncode}: {self.err}"

    def ends(self) -> Said:
        """Wait until it ends."""
        self.process.wait(PATIENCE)
        return Said(self.process.returncode, self.out, self.err)

    def told(self, number: int) -> Said:
        """Send it a signal as a service manager or Ctrl-C does: to this process alone."""
        self.process.send_signal(number)
        return self.ends()

    def killed(self) -> None:
        """End it with kill -9."""
        self.process.kill()
        self.process.wait()

    def gone(self, pids: list[int]) -> None:
        """Wait until none of these processes runs; the database's own are asked for elsewhere."""
        ours = [pid for pid in pids if "postgres" not in words_of(pid)]
        wait_for(lambda: not any(alive(pid) for pid in ours), self)

    def google(self, site: str) -> str:
        """Return the page on which the practice Google lets somebody choose who to be, on the way to `site`."""
        with httpx2.Client(timeout=10) as browser:
            page = browser.get(f"{site}/sign-in").text
            (form,) = [form for form in forms_of(page) if form.action == "/sign-in/google"]
            away = browser.post(f"{site}{form.action}", data=form.fields, headers={"origin": site})
            return browser.get(away.headers["location"]).text

    def children(self) -> list[int]:
        """Return the processes that it has started and that still run."""
        listed = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return [int(word) for thread in listed for word in thread.read_text().split()]


def environment(data_dir: Path, env: dict[str, str]) -> dict[str, str]:
    """Return an environment in which nothing of the caller's is set for Deskhand."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DESKHAND_")}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1", "DESKHAND_DATA_DIR": str(data_dir), **env}


def wait_for(holds: Callable[[], object], told: object = "") -> None:
    """Wait until something holds; give up when it is hopeless."""
    last = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < last, f"waited in vain: {getattr(told, 'err', told)}"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    """Say whether a process runs; one that only waits to be buried does not."""
    try:
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def words_of(pid: int) -> str:
    """Return the command line of a process; empty if it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def database_is_up(data_dir: Path) -> bool:
    """Say whether the embedded PostgreSQL of a data folder runs."""
    return is_up(data_dir / "postgres/data")


def answers(url: str) -> int:
    """Return the status with which an address answers; 0 while nobody does."""
    try:
        return httpx2.get(url, timeout=5).status_code
    except httpx2.HTTPError:
        return 0


def free_port() -> int:
    """Return a port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def taken_port() -> Iterator[int]:
    """Give a port on which somebody listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        yield int(sock.getsockname()[1])


STOPS = (signal.SIGTERM, signal.SIGINT)
