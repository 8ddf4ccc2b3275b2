"""All the tests in one command: what `./deskhand test` runs. Its exit code is pytest's."""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.house import browser
from tests.house.result import ROOT

SLOW = ("browser", "crash")
# With one of these, pytest has to run in one process: it talks to the terminal or runs few tests.
ONE_PROCESS = ("--pdb", "--trace", "-s", "--capture=no", "--collect-only", "--co", "--fixtures", "--markers", "-n0")


def pytest_arguments(given: Sequence[str]) -> tuple[list[str], bool]:
    """Return pytest's arguments for ours, and whether the coverage of the run is to be told.

    It is measured when asked for: counting lines makes every test half as long again.
    """
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--fast", action="store_true")
    parser.add_argument("--coverage", action="store_true")
    parser.add_argument("-m", dest="marks", default="")
    ours, rest = parser.parse_known_args(given)
    marks = [f"({ours.marks})"] if ours.marks else []
    if ours.fast:
        marks += [f"not {name}" for name in SLOW]
    arguments = ["-m", " and ".join(marks)] if marks else []
    alone = any(word in ONE_PROCESS or word.startswith(("-n", "--numprocesses")) for word in rest)
    if not alone and importlib.util.find_spec("xdist"):
        # Stealing: the slow tests stand together, and else one process would do them all while the others are idle.
        arguments += ["-n", str(min(os.cpu_count() or 1, 4)), "--dist", "worksteal"]
    if ours.coverage:
        arguments += ["--cov=app", "--cov-report="]
    return [*arguments, *rest], ours.coverage


def main(given: Sequence[str] | None = None) -> int:
    """Make sure of a browser, run pytest, and say the coverage in one line if it was measured."""
    given = sys.argv[1:] if given is None else given
    if "-h" in given or "--help" in given:
        print(
            "./deskhand test [--fast] [--coverage] [anything pytest takes]\n\n"
            "--fast leaves the browser and crash tests out; --coverage says how much of app/ was run."
        )
        return 0
    arguments, measured = pytest_arguments(given)
    if "--fast" not in given and browser.ensure() is None:
        print(browser.MISSING, file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        # Not in the checkout: it may be somebody else's, and two runs at once would mix their figures.
        environ = {**os.environ, "COVERAGE_FILE": str(Path(folder) / "coverage")}
        command = [sys.executable, "-m", "pytest", *arguments]
        code = subprocess.run(command, cwd=ROOT, env=environ, check=False).returncode
        if measured:
            _tell_coverage(environ)
    return code


def _tell_coverage(environ: dict[str, str]) -> None:
    report = [sys.executable, "-m", "coverage", "report", "--format=total"]
    told = subprocess.run(report, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    if told.returncode == 0:
        print(f"Coverage of app: at least {told.stdout.strip()} % of its lines and branches", flush=True)


if __name__ == "__main__":
    sys.exit(main())
