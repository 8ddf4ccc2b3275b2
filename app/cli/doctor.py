"""`doctor`: one line for each thing that has to be right, with the mend."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import typer
from rich.console import Console
from rich.markup import escape

from app import clock
from app.actions.opening import open_resources
from app.cli.findings import Finding, reached, set_up
from app.cli.given import given_database, given_settings
from app.errors import AppError
from app.settings import Settings


def doctor() -> None:
    """Check settings, keys, database, clock and providers; exit 1 if something needs mending."""
    console = Console(highlight=False, soft_wrap=True)
    settings = given_settings()
    findings = [*_settings(settings), *asyncio.run(_all(settings))]
    for finding in findings:
        mark = "[green]✓[/green]" if finding.good else "[red]✗[/red]"
        console.print(f"{mark} {finding.what}: {escape(finding.said)}")
    if not all(finding.good for finding in findings):
        raise typer.Exit(1)


def _settings(settings: Settings) -> Iterator[Finding]:
    where = f"embedded PostgreSQL in {settings.data_dir}" if settings.embedded else "DESKHAND_DATABASE_URL"
    yield Finding(True, "database", where)
    yield Finding(True, "public address", settings.public_url)
    yield from set_up(settings)
    if not settings.public_url.startswith("http://"):
        filled = bool(settings.operator_name and settings.operator_contact)
        said = "filled" if filled else "set DESKHAND_OPERATOR_NAME and DESKHAND_OPERATOR_CONTACT: people read them"
        yield Finding(filled, "public pages", said)
    mail = bool(settings.mail_url.get_secret_value())
    yield Finding(True, "own mail", "over SMTP" if mail else "no MAIL_URL: invitations are links to copy")


async def _all(settings: Settings) -> list[Finding]:
    found = [finding async for finding in _database(settings)]
    return found + [finding async for finding in reached(settings)]


async def _database(settings: Settings) -> AsyncIterator[Finding]:
    try:
        with given_database(settings) as url:
            async with open_resources(settings, url, pool_size=2) as resources:
                yield Finding(True, "database answers", "at this version, roles and row-level security in force")
                yield Finding(True, "master key", f"opens this database ({resources.keys.newest_id})")
                ahead = clock.offset().total_seconds()
                yield Finding(True, "clock", f"practice clock, {ahead:+.0f} s" if ahead else "the database's")
    except AppError as trouble:
        yield Finding(False, "database or keys", trouble.sentence())
