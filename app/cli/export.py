"""`export`: a copy of everything that is kept about a person, for an operator who was asked for it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from app.actions import export as copying
from app.actions.opening import open_resources
from app.actions.resources import Resources
from app.cli.given import given_database, given_settings
from app.cli.somebody import somebody
from app.errors import NotFound
from app.locale.catalogues import DEFAULT, NAMES, language
from app.models.person import Person
from app.settings import Settings


def export(
    person: Annotated[str, typer.Argument(help="An address or an id.")],
    to: Annotated[str, typer.Option("--to", metavar="FILE", help="Where to write it; - for standard output.")] = "",
) -> None:
    """Write a zip of everything that is kept about a person; the logs of the person's mailboxes say so."""
    settings = given_settings()
    with given_database(settings) as url:
        asyncio.run(_export(settings, url, person, to))


async def _export(settings: Settings, url: str, named: str, to: str) -> None:
    async with open_resources(settings, url, pool_size=2) as resources:
        person = await somebody(resources, named)
        if person.erased:
            raise NotFound("This person was erased: there is nothing left to copy.")
        if to == "-":
            await _write(resources, person, sys.stdout.buffer)
            return
        path = Path(to or f"deskhand-{person.id}.zip")
        with _whole(path) as file:
            await _write(resources, person, file)
    print(f"Everything that is kept about {person.label} is in {path}.")


async def _write(resources: Resources, person: Person, file: BinaryIO) -> None:
    tongue = language(person.language if person.language in NAMES else DEFAULT)
    async for chunk in await copying.export(resources, person, tongue, surface="operator", by_operator=True):
        file.write(chunk)


@contextmanager
def _whole(path: Path) -> Iterator[BinaryIO]:
    """Open a new file for this operator's eyes alone; what was not finished is taken away again."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
    except BaseException:
        path.unlink(missing_ok=True)
        raise
