"""How far a mail file has been read: a bar on a terminal, a plain line for every tenth of it elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from app.locale.catalogues import N_
from app.sandbox.mail_files.load import Progress

COUNTED = N_("{read} mails read, {unreadable} unreadable")


@contextmanager
def shown(
    title: str, *, stream: TextIO | None = None, translate: Callable[[str], str] = str
) -> Iterator[Callable[[Progress], None]]:
    """Give a function to pass to `load`; `stream` is standard error if not given, `translate` a gettext function."""
    stream = stream or sys.stderr
    console = Console(file=stream)
    if console.is_terminal:
        with _bar(console, title, translate) as show:
            yield show
    else:
        yield _lines(stream, title, translate)


def _counted(progress: Progress, translate: Callable[[str], str]) -> str:
    return translate(COUNTED).format(read=progress.read, unreadable=progress.unreadable)


@contextmanager
def _bar(console: Console, title: str, translate: Callable[[str], str]) -> Iterator[Callable[[Progress], None]]:
    columns = (BarColumn(), TaskProgressColumn(), DownloadColumn(), TextColumn("{task.fields[counted]}"))
    with Bar(TextColumn("{task.description}"), *columns, TimeRemainingColumn(), console=console) as bar:
        task = bar.add_task(title, total=None, counted="")

        def show(progress: Progress) -> None:
            counted = _counted(progress, translate)
            bar.update(task, completed=progress.done, total=progress.total, counted=counted)

        yield show


def _lines(stream: TextIO, title: str, translate: Callable[[str], str]) -> Callable[[Progress], None]:
    tenth = -1

    def show(progress: Progress) -> None:
        nonlocal tenth
        reached = 10 * progress.done // max(progress.total, 1)
        if reached > tenth:
            tenth = reached
            print(f"{title}: {reached * 10} % · {_counted(progress, translate)}", file=stream, flush=True)

    return show
