"""What a server leaves in the folders of its cluster, alive or dead: its process number, its socket, its logs."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

LOGS_KEPT = 5
_TELLING = (
    re.compile(r"(?:FATAL|PANIC|ERROR|error):\s+(.+)"),
    re.compile(r"(could not (?!start server).+)"),
    re.compile(r"(\w.*)"),
)


def is_up(data: Path) -> bool:
    """Say whether a server process stands on this cluster, be it starting, ready or stopping.

    The number in `postmaster.pid` alone does not tell: after a crash it may be another program's.
    """
    pid = _pid_file(data)[:1]
    return bool(pid) and pid[0].isdigit() and _is_server(int(pid[0]), data)


def socket_folder(data: Path) -> Path | None:
    """Return the folder where the server said it would listen; None if it never said so."""
    lines = _pid_file(data)
    return Path(lines[4]) if len(lines) > 4 and lines[4] else None


def disown(data: Path) -> None:
    """Make a dead server's `postmaster.pid` harmless: its number may be another program's by now, and stop a start.

    PostgreSQL knows our own number, its parent's, for no server. The file itself stays, because it names the shared
    memory by which PostgreSQL finds backends that have outlived their server.
    """
    lines = _pid_file(data)
    if lines and not is_up(data):
        file = os.open(data / "postmaster.pid", os.O_WRONLY | os.O_TRUNC | os.O_NOFOLLOW)
        with os.fdopen(file, "w") as pid_file:
            pid_file.write("\n".join([str(os.getpid()), *lines[1:], ""]))


def prune_logs(log: Path) -> dict[Path, int]:
    """Remove all logs but the newest; return those that stay, with their sizes in bytes."""
    (log / "start.log").unlink(missing_ok=True)
    logs = sorted(log.glob("postgres-*.log"))
    for old in logs[:-LOGS_KEPT]:
        old.unlink()
    return {path: path.lstat().st_size for path in logs[-LOGS_KEPT:]}


def said_since(log: Path, sizes: dict[Path, int]) -> str:
    """Return what the server has written since `prune_logs` gave these sizes."""
    logs = [log / "start.log", *sorted(log.glob("postgres-*.log"))]
    return "".join(_after(path, sizes.get(path, 0)) for path in logs)


def last_words(said: str) -> str:
    """Return the line of a program's output that tells why it ended, as a sentence."""
    for telling in _TELLING:
        if found := [match[1] for line in said.splitlines() if (match := telling.search(line))]:
            return found[-1].rstrip(" .") + "."
    return "it gives no reason."


def _after(path: Path, start: int) -> str:
    try:
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return ""
    with os.fdopen(file, errors="replace") as text:
        text.seek(start)
        return text.read(100_000)


def _pid_file(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return []


def _is_server(pid: int, data: Path) -> bool:
    process = Path(f"/proc/{pid}")
    if not Path("/proc/self").exists():  # macOS
        told = subprocess.run(["ps", "-p", str(pid), "-o", "comm="], capture_output=True, text=True, check=False)
        return "postgres" in told.stdout
    try:
        return "postgres" in (process / "comm").read_text() and os.path.samefile(process / "cwd", data)
    except OSError:
        return False  # there is no such process, or it is somebody else's
