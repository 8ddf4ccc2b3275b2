"""`judge security`: what the rules say of messages given as JSON lines, without a database or any setting.

One line in, one line out, in order and at once, so that it can stand in a pipe.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import typer

from app.rules.security import opens_accounts

LONGEST_LINE = 64 * 1024 * 1024  # bytes; more is no message, and would not fit into memory for long
WRONG_USE = 2

commands = typer.Typer(
    help="Say what the rules make of messages: JSON lines in, JSON lines out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@dataclass(frozen=True)
class Asked:
    """One message to be judged; `lang` is not needed, and keys that nobody knows are left alone."""

    id: str | int
    sender: str
    subject: str
    body: str


class BadLine(ValueError):
    """A line that is no message; says why, in words that go on after the line's number."""


@commands.callback()
def only_subcommands() -> None:
    """Say what the rules make of messages: JSON lines in, JSON lines out."""


@commands.command()
def security() -> None:
    """Say whether each message opens accounts: {"id", "lang", "from", "subject", "body"} → {"id", "security"}.

    Needs id, and subject or body. A line that is no message is named on standard error, and the exit code is 2.
    """
    _judge(lambda asked: {"security": opens_accounts(asked.subject, asked.body, [asked.sender])})


def _judge(verdict: Callable[[Asked], dict[str, object]]) -> None:
    """Answer each line of standard input; exit 2 at the end if one was no message."""
    bad = 0
    for number, line in _lines(sys.stdin.buffer):
        try:
            asked = _asked(line)
        except BadLine as why:
            bad += 1
            print(f"Line {number} is left out: {why}.", file=sys.stderr, flush=True)
            continue
        print(json.dumps({"id": asked.id, **verdict(asked)}), flush=True)
    if bad:
        raise typer.Exit(WRONG_USE)


def _lines(given: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield each line that is not blank, with its number from 1; of one that is too long only the beginning."""
    number = 0
    while line := given.readline(LONGEST_LINE):
        number += 1
        rest = line
        while not rest.endswith(b"\n") and rest:
            rest = given.readline(LONGEST_LINE)
        if line.strip():
            yield number, line


def _asked(line: bytes) -> Asked:
    try:
        found = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadLine("it is not written in UTF-8") from None
    except (ValueError, RecursionError):
        raise BadLine("it is not JSON") from None
    if not isinstance(found, dict):
        raise BadLine("it is not a JSON object")
    name = found.get("id")
    if isinstance(name, bool) or not isinstance(name, str | int):
        raise BadLine("it has no id that is a text or a whole number")
    if found.get("subject") is None and found.get("body") is None:
        raise BadLine("it has neither subject nor body")
    return Asked(name, *(_text(found, key) for key in ("from", "subject", "body")))


def _text(found: dict[str, object], key: str) -> str:
    value = found.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadLine(f"its {key} is not a text")
    return value
