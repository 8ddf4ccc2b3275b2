"""`bench`: the benchmarks. They stand with the tests, so only a checkout has them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

import app
from app.errors import AppError

PLACE = Path(app.__file__).parents[1] / "tests" / "bench"


class NeedsCheckout(AppError):
    """The benchmarks need a checkout of Deskhand: clone it and run ./deskhand bench there."""

    code, status = "needs_checkout", 500


def bench(
    name: Annotated[str, typer.Argument(help="A group or a figure, such as access or access.decide; else all.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a figure.")] = False,
    only_list: Annotated[bool, typer.Option("--list", help="Name the figures and their aims.")] = False,
) -> None:
    """Measure what Deskhand costs, each figure beside a floor of the same run."""
    if not PLACE.is_dir():
        raise NeedsCheckout
    flags = [flag for flag, given in (("--json", as_json), ("--list", only_list)) if given]
    # A process of its own: the tests are no part of the program, and nothing here imports them.
    command = [sys.executable, "-m", "tests.bench.run", name, *flags]
    raise typer.Exit(subprocess.run(command, cwd=PLACE.parents[1], check=False).returncode)
