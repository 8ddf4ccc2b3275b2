"""How far a long command has come: a bar on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

EVERY = 100 * 2**20  # bytes between two plain lines: small databases say nothing


@contextmanager
def shown(title: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Give a function that is told how many bytes are done, of `total` if that is known."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines(title)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(title, total=total)
        yield lambda size: bar.update(task, completed=size)


def _lines(title: str) -> Callable[[int], None]:
    told = 0

    def show(size: int) -> None:
        nonlocal told
        if size - told >= EVERY:
            told = size
            print(f"{title}: {size / 2**20:,.0f} MB", file=sys.stderr, flush=True)

    return show
