"""The progress of reading: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import io
import re

import pytest

from app.sandbox.mail_files.load import Progress
from app.sandbox.mail_files.progress import shown


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def walk(stream: io.StringIO, **more: object) -> str:
    """Show a reading of a thousand steps and return what was printed."""
    with shown("Reading mail", stream=stream, **more) as show:  # type: ignore[arg-type]
        for step in range(1_001):
            show(Progress(step * 7, 7_000, step * 3, step // 100))
    return stream.getvalue()


def test_elsewhere_than_on_a_terminal_there_is_a_plain_line_for_every_tenth() -> None:
    lines = walk(io.StringIO()).splitlines()
    assert len(lines) == 11
    assert lines[0] == "Reading mail: 0 % · 0 mails read, 0 unreadable"
    assert lines[4] == "Reading mail: 40 % · 1200 mails read, 4 unreadable"
    assert lines[-1] == "Reading mail: 100 % · 3000 mails read, 10 unreadable"
    assert not any("\x1b" in line or "\r" in line for line in lines)


def test_a_terminal_gets_a_bar_that_ends_at_a_hundred(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "140")
    for name in ("NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    shown_text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", walk(Terminal()))
    assert "Reading mail" in shown_text
    assert "100%" in shown_text
    assert "3000 mails read, 10 unreadable" in shown_text


def test_the_counts_are_said_in_the_readers_language() -> None:
    catalogue = {"{read} mails read, {unreadable} unreadable": "{read} correos leídos, {unreadable} ilegibles"}
    assert walk(io.StringIO(), translate=catalogue.__getitem__).endswith("3000 correos leídos, 10 ilegibles\n")


def test_a_file_of_unknown_size_divides_nothing_by_zero() -> None:
    stream = io.StringIO()
    with shown("Reading mail", stream=stream) as show:
        show(Progress(0, 0, 1, 0))
    assert "1 mails read" in stream.getvalue()
