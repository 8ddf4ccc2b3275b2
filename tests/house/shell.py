"""shellcheck on every shell script of ours, found by its first line."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from tests.house.result import ROOT, Result, our_files, run


def scripts(root: Path = ROOT) -> list[Path]:
    """Return the files whose first line names sh or bash."""
    found = []
    for path in our_files(root):
        with path.open("rb") as file:
            first = file.readline(80)
        if first.startswith(b"#!") and first.split()[-1].rpartition(b"/")[2] in {b"sh", b"bash"}:
            found.append(path)
    return found


def check(root: Path = ROOT) -> Result:
    """Run shellcheck; a script that may not be run by its owner fails too."""
    found = scripts(root)
    result = Result(
        [f"{path.relative_to(root)} is not executable" for path in found if not path.stat().st_mode & 0o100]
    )
    beside = Path(sys.executable).parent / "shellcheck"
    program = str(beside) if beside.exists() else shutil.which("shellcheck")
    if program is None:
        result.notes.append("shellcheck is not here: shell scripts were not read")
    elif found:
        code, said = run([program, *[str(path.relative_to(root)) for path in found]], cwd=root)
        if code:
            result.failures.append(said)
    return result
