"""`audit verify`: recompute the chains."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from sqlmodel import col, select

from app.actions.audit import first_bad
from app.cli.given import given_database, given_settings
from app.db.database import Database, opened
from app.errors import BadRequest, NotFound
from app.models.audit import AuditHead
from app.models.mailbox import Mailbox
from app.rules import chain

commands = typer.Typer(help="The audit chains.", no_args_is_help=True)


@commands.callback()
def options() -> None:
    """The audit chains."""


@commands.command()
def verify(
    mailbox: Annotated[str, typer.Argument(help="An address or an id; all mailboxes without it.")] = "",
    file: Annotated[Path | None, typer.Option(help="A log exported as JSON; no database is needed for it.")] = None,
) -> None:
    """Recompute the chains; exit 1 and name the first bad entry if one is broken."""
    if file:
        if not _whole(file):
            raise typer.Exit(1)
        return
    with given_database(given_settings()) as url:
        good = asyncio.run(_verify(url, mailbox))
    if not good:
        raise typer.Exit(1)


def _whole(file: Path) -> bool:
    """Print how the chain of an exported log is; return whether it is whole."""
    try:
        count, bad = chain.broken_in(json.loads(file.read_text()))
    except OSError as wrong:
        raise BadRequest("The file {name} cannot be read: {why}", name=file, why=wrong.strerror) from None
    except (ValueError, RecursionError):
        raise BadRequest("{name} is no log that was exported as JSON.", name=file) from None
    print(f"{file}: {f'broken at entry {bad}' if bad else f'{count} entries, the chain is whole'}")
    return bad is None


async def _verify(url: str, wanted: str) -> bool:
    """Print one line for each chain; return whether all are whole."""
    async with opened(url) as db:
        async with db.transaction(role="deskhand_dispatch") as session:
            ids = list((await session.execute(select(col(Mailbox.id)))).scalars())
        said = [await _said(db, mailbox_id, wanted) for mailbox_id in ids]
    if wanted and all(each is None for each in said):
        raise NotFound("There is no mailbox {name} here.", name=wanted)
    return all(each is not False for each in said)


async def _said(db: Database, mailbox_id: UUID, wanted: str) -> bool | None:
    """Print how one chain is; None for a mailbox that was not asked about."""
    async with db.transaction(mailbox=mailbox_id) as session:
        mailbox = await session.get_one(Mailbox, mailbox_id)
        if wanted not in ("", mailbox.address, str(mailbox.id)):
            return None
        bad = await first_bad(session, mailbox.id)
        head = await session.get(AuditHead, mailbox.id)
    said = f"broken at entry {bad}" if bad else f"{head.seq if head else 0} entries, the chain is whole"
    print(f"{mailbox.address}: {said}")
    return bad is None
