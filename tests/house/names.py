"""Names of modules that tests take and the code no longer has: found by reading, not by a run of all tests."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests.house.result import ROOT, Result, run

# The tests are not typed strictly, so of all that mypy has to say about them only a name that is gone counts.
GONE = re.compile(r'^tests/.* error: (?:Module .*has no attribute|Name ".*" is not defined|Cannot find implementation)')
LOOSE = ("--check-untyped-defs", "--implicit-reexport", "--no-strict-optional", "--no-error-summary")


def check(root: Path = ROOT) -> Result:
    """Return each line of a test that takes a name which its module has not."""
    code, said = run([sys.executable, "-m", "mypy", *LOOSE, "--cache-dir", ".mypy_cache/tests", "tests"], cwd=root)
    if code not in {0, 1}:
        return Result([said or f"mypy ended with {code}"])
    return Result([line for line in said.splitlines() if GONE.match(line)])
