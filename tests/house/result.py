"""What one check of the house found, and which files the house is made of."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NEVER_OURS = {".git", ".venv", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", "__pycache__"}


@dataclass
class Result:
    """`failures` break the check, one sentence each; `notes` are only told (what was left out, and why)."""

    failures: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def our_files(root: Path = ROOT) -> Iterator[Path]:
    """Yield every file that is, or is about to be, under version control; all files where there is no repository."""
    code, listed = 1, ""
    if (root / ".git").exists() and shutil.which("git"):
        code, listed = run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=root)
    # Without git, or as another user than the clone's (git refuses then), the folder itself is the list.
    names = listed.split("\0") if code == 0 else [str(path.relative_to(root)) for path in root.rglob("*")]
    for name in sorted(set(names)):
        path = root / name
        if name and path.is_file() and not NEVER_OURS & set(path.relative_to(root).parts):
            yield path


def run(command: list[str], *, cwd: Path = ROOT, seconds: float = 600) -> tuple[int, str]:
    """Run a program; return its exit code and all it printed. A program that is missing or hangs counts as failed."""
    try:
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=seconds, check=False)
    except FileNotFoundError:
        return 127, f"{command[0]} is not installed"
    except subprocess.TimeoutExpired:
        return 124, f"{command[0]} did not end within {seconds:g} seconds"
    return done.returncode, (done.stdout + done.stderr).strip()
