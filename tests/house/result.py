"""What a check of the house found, and which files the house is made of."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# What .gitignore leaves out, for a folder that came without a repository.
CACHES = {".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", "__pycache__", "htmlcov", ".coverage"}
NEVER_OURS = {".git", ".venv", ".env", "secrets", "dist", "screenshots", *CACHES}


@dataclass
class Result:
    """`failures` break the check, one sentence each; `notes` are only told (what was left out, and why)."""

    failures: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def our_files(root: Path = ROOT) -> Iterator[Path]:
    """Yield every file that is, or is about to be, under version control; all files where there is no repository."""
    listed = 1, ""
    if (root / ".git").exists() and shutil.which("git"):
        # A clone may belong to another user than the one who checks it; git wants to be told that this is meant.
        git = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = run(git, cwd=root)
    names = listed[1].split("\0") if listed[0] == 0 else _every_file(root)
    for name in sorted(set(names)):
        path = root / name
        if name and path.is_file():
            yield path


def _every_file(root: Path) -> Iterator[str]:
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name not in NEVER_OURS]
        yield from (str((Path(folder) / name).relative_to(root)) for name in files if name not in NEVER_OURS)


def run(command: list[str], *, cwd: Path = ROOT, seconds: float = 600) -> tuple[int, str]:
    """Run a program; return its exit code and all it printed. A program that is missing or hangs counts as failed."""
    try:
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=seconds, check=False)
    except (FileNotFoundError, PermissionError):  # in a folder of PATH that may not be looked into, too
        return 127, f"{command[0]} is not installed"
    except subprocess.TimeoutExpired:
        return 124, f"{command[0]} did not end within {seconds:g} seconds"
    return done.returncode, (done.stdout + done.stderr).strip()
