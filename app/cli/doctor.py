"""`doctor`: one line for each thing that has to be right, with the mend."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from app import clock
from app.actions.opening import open_resources
from app.actions.resources import Resources
from app.actions.rewrap import left_behind
from app.cli.findings import Finding, reached, set_up
from app.cli.given import given_database, given_settings
from app.cli.own_mail import mail_out
from app.cli.own_mail import send_test as send_test_letter
from app.errors import AppError
from app.jobs.late import Late, late_notices, late_sends
from app.settings import Settings

WHICH_ROAD = "docs/which-road.md says which kind of client fits, what people see, and what to register where"


def doctor(
    send_test: Annotated[str, typer.Option(metavar="ADDRESS", help="Send a test letter to this address.")] = "",
) -> None:
    """Check settings, keys, database, clock, providers and mail; exit 1 if something needs mending."""
    console = Console(highlight=False, soft_wrap=True)
    settings = given_settings()
    findings = [*_settings(settings), *asyncio.run(_all(settings, send_test))]
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
    yield Finding(True, "own mail", mail_out(settings))
    yield Finding(True, "who may connect, and for how long", WHICH_ROAD)


async def _all(settings: Settings, send_test: str) -> list[Finding]:
    found = [finding async for finding in _database(settings)]
    if send_test:
        found.append(await _test_letter(settings, send_test))
    return found + [finding async for finding in reached(settings)]


async def _database(settings: Settings) -> AsyncIterator[Finding]:
    try:
        with given_database(settings) as url:
            async with open_resources(settings, url, pool_size=2) as resources:
                yield Finding(True, "database answers", "at this version, roles and row-level security in force")
                yield await _master_key(resources)
                yield _outbox(await late_sends(resources.db), "replies")
                yield _outbox(await late_notices(resources.db), "letters")
                ahead = clock.offset().total_seconds()
                yield Finding(True, "clock", f"practice clock, {ahead:+.0f} s" if ahead else "the database's")
    except AppError as trouble:
        yield Finding(False, "database or keys", trouble.sentence())


def _outbox(late: Late, what: str) -> Finding:
    if not late.count:
        return Finding(True, f"{what} that are due", "none is late")
    minutes = late.by.total_seconds() / 60
    said = (
        f"{late.count} that nobody takes, the oldest for {minutes:.0f} minutes: is a worker running? `deskhand serve` "
        "has one, `deskhand worker` is another; its log says what keeps it"
    )
    return Finding(False, f"{what} that are due", said)


async def _master_key(resources: Resources) -> Finding:
    left, keys = await left_behind(resources), resources.keys
    said = f"opens this database ({keys.newest_id})"
    if left:
        said += f"; {left} keys are wrapped by an older one: when every process has it, run `deskhand keys rewrap`"
    elif len(keys.keys) > 1:
        said += "; the older ones open nothing any more and can be taken out of DESKHAND_MASTER_KEY"
    return Finding(True, "master key", said)


async def _test_letter(settings: Settings, address: str) -> Finding:
    good, said = await send_test_letter(settings, address)
    return Finding(good, f"test letter to {address}", said)
