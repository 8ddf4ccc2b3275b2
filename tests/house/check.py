"""Every rule of the house in one command: what `./deskhand check` runs. `--fix` mends what can be mended by itself."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.house import catalogues, deploy, imports, names, requirements, shell, style, traces
from tests.house.result import ROOT, Result, run


@dataclass(frozen=True)
class Step:
    """One check: its name, what it asks, and how it is mended where that needs nobody."""

    name: str
    check: Callable[[Path], Result]
    fix: Callable[[Path], object] | None = None


def _program(*arguments: str) -> Callable[[Path], Result]:
    """Return a check that runs one of the development tools and passes on what it says."""

    def checked(root: Path) -> Result:
        code, said = run([sys.executable, "-m", *arguments], cwd=root)
        return Result([said or f"{arguments[0]} ended with {code}"] if code else [])

    return checked


STEPS: tuple[Step, ...] = (
    Step(
        "format",
        _program("ruff", "format", "--check", "--output-format=concise", "."),
        _program("ruff", "format", "--quiet", "."),
    ),
    Step(
        "lint",
        _program("ruff", "check", "--output-format=concise", "--quiet", "."),
        _program("ruff", "check", "--fix", "--quiet", "."),
    ),
    Step("types", _program("mypy", "--no-error-summary")),
    Step("names in tests", names.check),
    Step("imports", imports.check),
    Step("style figures", style.check),
    Step("requirements page", requirements.check, requirements.write),
    Step("catalogues", catalogues.check, catalogues.write),
    Step("deploy files", deploy.check),
    Step("no secrets, no machine's paths", traces.check),
    Step("shell scripts", shell.check),
)


def run_all(steps: Sequence[Step], root: Path = ROOT, *, fix: bool = False) -> list[tuple[str, list[str]]]:
    """Run the steps one after the other, a line each; return the names and failures of those that failed."""
    width = max(len(step.name) for step in steps)
    failed = []
    for step in steps:
        start = time.monotonic()
        result = _result(step, root, fix=fix)
        mark = "✗" if result.failures else "✓"
        notes = f"  ({'; '.join(result.notes)})" if result.notes else ""
        print(f"{mark} {step.name:<{width}} {time.monotonic() - start:5.1f} s{notes}", flush=True)
        if result.failures:
            failed.append((step.name, result.failures))
    return failed


def _result(step: Step, root: Path, *, fix: bool) -> Result:
    """Mend if asked, then check. A check that breaks has failed: the others still run."""
    try:
        if fix and step.fix:
            step.fix(root)
        return step.check(root)
    except Exception as trouble:
        return Result([f"the check itself broke: {type(trouble).__name__}: {trouble}"])


def main(arguments: list[str] | None = None) -> int:
    """Run all checks, show all failures at the end, and return the exit code."""
    parser = argparse.ArgumentParser(prog="./deskhand check", description="Check every rule of the house.")
    parser.add_argument(
        "--fix", action="store_true", help="format, mend lint, make the requirements page and the catalogues anew"
    )
    parser.add_argument("--only", action="append", metavar="WORD", help="only the checks with this word in their name")
    wanted = parser.parse_args(arguments)
    chosen = [step for step in STEPS if not wanted.only or any(word in step.name for word in wanted.only)]
    if not chosen:
        parser.error(f"there is no such check; there are: {', '.join(step.name for step in STEPS)}")
    failed = run_all(chosen, fix=wanted.fix)
    for name, failures in failed:
        print(f"\n{name}:", *(f"  {line}" for failure in failures for line in failure.splitlines()), sep="\n")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
