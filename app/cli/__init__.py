"""The command line: each command a function, each refusal one sentence."""

from __future__ import annotations

import sys
import traceback

from app.cli.commands import commands
from app.errors import AppError


def main() -> None:
    """Run a command; exit 0 when all is good, 1 when the thing asked for is not so, 2 for wrong use."""
    try:
        commands()
    except AppError as refusal:
        if "--debug" in sys.argv:
            traceback.print_exc()
        print(refusal.sentence(), file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
