"""The command line: each command a function, each refusal one sentence."""

from __future__ import annotations

import sys
import traceback

from app.cli.judge import commands as judge
from app.cli.signals import stop_in_order
from app.errors import AppError

DEBUG = "--debug"
JUDGE = "judge"


def main() -> None:
    """Run a command; exit 0 when all is good, 1 when the thing asked for is not so, 2 for wrong use."""
    words = sys.argv[1:]
    stop_in_order()
    try:
        _run([word for word in words if word != DEBUG])  # it may stand anywhere
    except Exception as trouble:
        if DEBUG in words:
            traceback.print_exc()
        print(sentence_of(trouble), file=sys.stderr)
        sys.exit(1)


def _run(words: list[str]) -> None:
    if words[:1] == [JUDGE]:
        judge(args=words[1:], prog_name=f"deskhand {JUDGE}")
        return
    # All the others cost seconds to load, and a judge in a pipe is called for every letter.
    from app.cli.commands import commands  # noqa: PLC0415

    commands(args=words, prog_name="deskhand")


def sentence_of(trouble: Exception) -> str:
    """Return what a person reads of an error; what nobody expected may quote a secret, so its text is left out."""
    if isinstance(trouble, AppError):
        return trouble.sentence()
    if isinstance(trouble, OSError) and trouble.strerror:
        return f"{trouble.filename or 'The system refuses something'}: {trouble.strerror}."
    kind = type(trouble).__name__
    return f"Deskhand stopped at something unexpected ({kind}). Run the command again with {DEBUG} to see where."
